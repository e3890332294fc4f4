"""Same report, same bytes: in one process, and in another whose hashes are seeded otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from rapports import NAMES, OURS, load, rapport_entier, render

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
