"""Write the generated pages of docs/ and the catalogues of languages, or with `--check` say which ones are stale.

Run from a checkout: `python -m duicheck.docs [--check]`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from duicheck.docs import cli, codes, coherence, contrat, exigences, glossaire, regles, textes
from duicheck.docs.catalogue.update import stale_catalogues, untranslated, write_catalogues
from duicheck.docs.checkout import root

__all__ = ["PAGES", "main", "stale"]

_PAGES = (textes, regles, glossaire, coherence, exigences, cli, codes, contrat)

PAGES: dict[Path, Callable[[], str]] = {page.PAGE: page.generate for page in _PAGES}
"""Each page, relative to the top of the checkout, and what writes it."""


def stale(folder: Path) -> list[Path]:
    """The pages of a checkout that are not what the code would write, byte for byte."""
    return [page for page, generate in PAGES.items() if _read(folder / page) != generate().encode("utf-8")]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages and the catalogues (0), or check them. 2: wrong arguments.

    1: a check found a page or a catalogue stale, or a message without a good translation.
    """
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
    return _check_catalogues(folder, stale_pages=bool(found)) if options else _write_catalogues(folder)


def _write_catalogues(folder: Path) -> int:
    for path in write_catalogues(folder):
        sys.stdout.write(f"{path.relative_to(folder).as_posix()}\n")
    missing = len(list(untranslated(folder)))
    if missing:
        sys.stderr.write(f"messages à traduire : {missing} (« python -m duicheck.docs --check » les nomme)\n")
    return 0


def _check_catalogues(folder: Path, *, stale_pages: bool) -> int:
    found = [
        f"{path.relative_to(folder).as_posix()} n'est pas à jour : lancez « python -m duicheck.docs »"
        for path in stale_catalogues(folder)
    ]
    found += untranslated(folder)
    sys.stderr.write("".join(f"{line}\n" for line in found))
    return 1 if found or stale_pages else 0


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
