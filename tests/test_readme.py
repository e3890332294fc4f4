"""The outputs that README.md shows are what the program writes.

A block that starts with `$ duicheck …` is run, in a folder that holds the fixtures; a line `[…]` stands for any lines.
After a change that is meant: `DUICHECK_ECRIRE=1 pytest tests/test_readme.py` writes the blocks again.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"^```console\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
CUT = "[…]"
KEPT = 24  # lines of a long output that a new block shows


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where the commands run, one after the other."""
    place = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "fixtures" / "livraisons", place / "fixtures" / "livraisons")
    return place


def commands(text: str) -> list[tuple[str, list[str]]]:
    """Each command of a block with the lines that it is said to write."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def output(command: str, folder: Path) -> list[str]:
    program, *arguments = shlex.split(command)
    assert program == "duicheck"
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    run = subprocess.run(
        [sys.executable, "-m", "duicheck", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode in {0, 1, 3}, run.stderr
    assert "Traceback" not in run.stderr
    return [line.rstrip() for line in run.stdout.splitlines()]


def segments(shown: list[str]) -> list[list[str]]:
    """The runs of lines between the cuts; the first and the last may be empty."""
    runs: list[list[str]] = [[]]
    for line in shown:
        if line == CUT:
            runs.append([])
        else:
            runs[-1].append(line)
    return runs


def rewritten(text: str, folder: Path) -> str:
    """The block with what the program writes now, cut where it was cut: a run is found again by its first line."""
    lines = []
    for command, shown in commands(text):
        actual = output(command, folder)
        runs = segments(shown) if shown else [actual[:KEPT], []] if len(actual) > KEPT else [actual]
        if len(runs) == 1:
            runs = [actual]
        for number, run in enumerate(runs):
            start = actual.index(run[0]) if run and number else 0
            lines += [CUT] if number else [f"$ {command}"]
            lines += actual[start:] if number and number == len(runs) - 1 and run else actual[start : start + len(run)]
    return "\n".join(lines) + "\n"


def check_shown(command: str, shown: list[str], actual: list[str]) -> None:
    """The runs follow one another in the output; the first begins it, and the last ends it."""
    advice = f"{command}: run DUICHECK_ECRIRE=1 pytest tests/test_readme.py, and read the diff"
    runs = segments(shown)
    if len(runs) == 1:
        assert shown == actual, advice
        return
    assert runs[0] == actual[: len(runs[0])], advice
    at = len(runs[0])
    for run in runs[1:]:
        if run:
            assert run[0] in actual[at:], advice
            at = actual.index(run[0], at)
            assert run == actual[at : at + len(run)], advice
            at += len(run)
    assert not runs[-1] or at == len(actual), advice


def test_the_outputs_of_the_readme_are_what_the_program_writes(folder):
    text = README.read_text(encoding="utf-8")
    blocks = [match["text"] for match in BLOCK.finditer(text)]
    assert len(blocks) >= 4
    if os.environ.get("DUICHECK_ECRIRE"):
        text = BLOCK.sub(lambda match: f"```console\n{rewritten(match['text'], folder)}```", text)
        README.write_text(text, encoding="utf-8", newline="\n")
        return
    for block in blocks:
        for command, shown in commands(block):
            check_shown(command, shown, output(command, folder))


def test_every_link_of_the_pages_leads_somewhere():
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "benchmarks").glob("*.md")):
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if not target.startswith(("http:", "https:", "mailto:")):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_exit_codes_of_the_readme_are_those_of_the_program():
    from duicheck.exits import ExitCode

    section = README.read_text(encoding="utf-8").partition("## Codes de retour")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", section, re.MULTILINE)
    assert [(int(code), text.replace("`", "")) for code, text in rows] == [(code.value, code.doc) for code in ExitCode]
