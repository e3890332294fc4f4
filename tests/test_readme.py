"""The outputs that README.md shows are what the program writes, and what it links to is there.

After a change that is meant: `DUICHECK_ECRIRE=1 pytest tests/test_readme.py` writes the blocks again.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from blocs import Session, play

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"


@pytest.fixture
def session(tmp_path) -> Session:
    """Where the commands run, one after the other."""
    shutil.copytree(ROOT / "fixtures" / "livraisons", tmp_path / "fixtures" / "livraisons")
    return Session(tmp_path)


def test_the_outputs_of_the_readme_are_what_the_program_writes(session):
    play(README, session)
    assert len(session.run_commands) >= 7


def test_every_link_of_the_pages_leads_somewhere():
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")):
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if not target.startswith(("http:", "https:", "mailto:")):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_exit_codes_of_the_readme_are_those_of_the_program():
    from duicheck.exits import ExitCode

    section = README.read_text(encoding="utf-8").partition("## Codes de retour")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", section, re.MULTILINE)
    assert [(int(code), text.replace("`", "")) for code, text in rows] == [(code.value, code.doc) for code in ExitCode]
