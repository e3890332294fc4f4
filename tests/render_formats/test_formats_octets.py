"""Same report, same bytes: in one process, and in another whose hashes are seeded otherwise."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rapports import NAMES, OURS, load, rapport_entier, render

from duicheck.langue import speaking

HERE = Path(__file__).parent
ALL = (
    "import hashlib, sys\n"
    f"sys.path.insert(0, {str(HERE)!r})\n"
    "from rapports import NAMES, OURS, load, render\n"
    "for name in NAMES:\n"
    "    for each in OURS:\n"
    "        print(name, each, hashlib.sha256(render(each, load(name))).hexdigest())\n"
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("format_", OURS)
def test_the_same_report_gives_the_same_bytes(format_: str, name: str) -> None:
    assert render(format_, load(name)) == render(format_, load(name))


def test_nothing_depends_on_the_process() -> None:
    said = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC-{seed}"}
        command = [sys.executable, "-c", ALL]
        said.add(subprocess.run(command, env=environment, capture_output=True, check=True, timeout=120).stdout)
    assert len(said) == 1
    assert len(said.pop().splitlines()) == len(NAMES) * len(OURS)


@pytest.mark.parametrize("format_", OURS)
def test_a_report_is_left_as_it_is(format_: str) -> None:
    report = rapport_entier().whole_report()
    render(format_, report)
    assert report == rapport_entier().whole_report()


@pytest.mark.parametrize("format_", OURS)
def test_another_language_changes_words_and_no_figure(format_: str) -> None:
    """The digits of a report are the same in every language, apart from how days and decimals are written."""
    report = load("sous-derogations")
    with speaking("en"):
        english = render(format_, report)
    assert english == _again(format_, report)
    assert render(format_, report) == render(format_, load("sous-derogations")), "nothing of a language is left behind"
    if format_ == "sarif":
        assert json.loads(english)["runs"][0]["language"] == "en"
        assert (
            json.loads(english)["runs"][0]["properties"] == json.loads(render("sarif", report))["runs"][0]["properties"]
        )
    if format_ == "csv":
        assert english.splitlines()[0] == render("csv", report).splitlines()[0], "the headings are names of data"


def _again(format_: str, report: dict[str, Any]) -> bytes:
    with speaking("en"):
        return render(format_, report)
