"""Write the generated pages of docs/, or with `--check` say which ones are stale.

Run from a checkout: `python -m duicheck.docs [--check]`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from duicheck.docs import cli, glossaire, regles, textes
from duicheck.docs.checkout import root

__all__ = ["PAGES", "main", "stale"]

PAGES: dict[Path, Callable[[], str]] = {page.PAGE: page.generate for page in (textes, regles, glossaire, cli)}
"""Each page, relative to the top of the checkout, and what writes it."""


def stale(folder: Path) -> list[Path]:
    """The pages of a checkout that are not what the code would write, byte for byte."""
    return [page for page, generate in PAGES.items() if _read(folder / page) != generate().encode("utf-8")]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages (0), or check them (1 when one is stale). 2: wrong arguments."""
    options = list(sys.argv[1:] if arguments is None else arguments)
    if options not in ([], ["--check"]):
        sys.stderr.write("usage : python -m duicheck.docs [--check]\n")
        return 2
    folder = root()
    found = stale(folder)
    for page in found:
        if options:
            sys.stderr.write(f"{page.as_posix()} n'est pas à jour : lancez « python -m duicheck.docs »\n")
        else:
            (folder / page).parent.mkdir(parents=True, exist_ok=True)
            (folder / page).write_bytes(PAGES[page]().encode("utf-8"))
            sys.stdout.write(f"{page.as_posix()}\n")
    return 1 if options and found else 0


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
