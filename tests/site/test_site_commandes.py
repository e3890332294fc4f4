"""Every command that a page of the documentation shows is run, in order, and writes what the page says.

After a change that is meant: `DUICHECK_ECRIRE=1 pytest tests/site/test_site_commandes.py` writes the blocks again.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from blocs import BLOCK, Session, play

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
USAGE = DOCS / "cli.md"
"""Its blocks are the usage lines of the program itself, with names in the place of arguments."""

PAGES = sorted(
    path for path in DOCS.rglob("*.md") if path != USAGE and "```console" in path.read_text(encoding="utf-8")
)
SHELLS = {"sh", "bash", "bat", "cmd", "powershell", "ps1", "shell", "zsh", "fish"}
ELSEWHERE = {"integration.md", "pytest.md"}
"""Pages whose commands are those of another program (a build server…), held by their own tests."""


def named(path: Path) -> str:
    return path.relative_to(DOCS).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_the_commands_of_a_page_write_what_it_shows(page: Path, tmp_path: Path) -> None:
    if "fixtures/" in page.read_text(encoding="utf-8"):
        shutil.copytree(ROOT / "fixtures" / "livraisons", tmp_path / "fixtures" / "livraisons")
    session = Session(tmp_path)
    play(page, session)
    assert session.run_commands


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=named)
def test_no_command_is_shown_where_nothing_runs_it(page: Path) -> None:
    if page.name in ELSEWHERE:
        return
    found = [block["text"] for block in BLOCK.finditer(page.read_text(encoding="utf-8")) if block["language"] in SHELLS]
    assert not found, "show commands in ```console blocks: those are run"


def test_the_tutorials_are_run() -> None:
    assert {"index.md", "tutoriels/porteur.md", "tutoriels/editeur.md", "tutoriels/extension.md", "preuve.md"} <= {
        named(page) for page in PAGES
    }


def test_a_command_has_its_prompt() -> None:
    for page in PAGES:
        for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
            if block["language"] == "console":
                assert re.match(r"\$ \S", block["text"]), (named(page), block["text"][:80])
