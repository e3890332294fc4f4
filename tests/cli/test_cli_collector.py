"""The collector of garbage is spared in the program's own process, and left alone in anybody else's."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from duicheck.cli import collector

PETITE = Path(__file__).parents[2] / "fixtures" / "livraisons" / "petite"


@pytest.fixture
def _restored() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.usefixtures("_restored")
def test_a_process_of_somebody_else_keeps_its_settings() -> None:
    before = gc.get_threshold(), gc.get_freeze_count()
    collector.settle()
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


@pytest.mark.usefixtures("_restored")
def test_ours_leaves_out_what_is_loaded() -> None:
    collector.spare()
    collector.settle()
    assert gc.get_freeze_count() > 1_000
    assert gc.isenabled(), "cycles are still looked for: a check of ten million rows makes some"


def test_nothing_is_said_at_the_end_of_a_process() -> None:
    """A library that counts what it lent may complain of what was never collected."""
    done = subprocess.run(
        [sys.executable, "-m", "duicheck", "check", "-q", str(PETITE)], capture_output=True, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")
