"""docs/exigences.md: what is controlled of each Ségur requirement, as the command itself writes it.

The harness knows no requirement: the page is what `duicheck exigences --format markdown` prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from click.testing import CliRunner

from duicheck.docs.regles import shipped_rules
from duicheck.docs.typographie import francais
from duicheck.plugins import load_plugins

__all__ = ["PAGE", "generate", "unknown_rules"]

PAGE = Path("docs/exigences.md")


def generate() -> str:
    """The whole page.

    Raises:
        RuntimeError: a requirement names a rule that nobody brings; the page would promise what is not done.
    """
    text = _printed("markdown")
    if missing := sorted(set(unknown_rules(text))):
        message = f"{PAGE.as_posix()} : règles inconnues : {', '.join(missing)}"
        raise RuntimeError(message)
    return francais(text)


def unknown_rules(page: str) -> Iterator[str]:
    """The rules that a page links to and that do not ship."""
    known = {rule.id for rule in shipped_rules()}
    for piece in page.split("[`")[1:]:
        name = piece.partition("`]")[0]
        if name not in known:
            yield name


def _printed(form: str) -> str:
    command: click.Command = load_plugins().commands()["exigences"]
    result = CliRunner().invoke(command, ["--format", form], catch_exceptions=False)
    return result.stdout
