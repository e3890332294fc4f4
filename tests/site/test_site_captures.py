"""The pictures of the tutorials still show what the program writes, word for word, and are light."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs" / "outils"))

from captures import CAPTURES, DEFECT, LARGEST, PLACE, SAMPLE, report, shown  # noqa: E402 -- a script of the docs

ADVICE = "the pictures are stale: run tox -e captures, look at them, and correct their description in the tutorial"


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda capture: capture.name)
def test_a_picture_shows_what_the_program_writes(capture, tmp_path):
    recorded = (PLACE / f"{capture.name}.txt").read_text(encoding="utf-8")
    assert recorded == shown(capture, report(capture, tmp_path)), ADVICE


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda capture: capture.name)
def test_a_picture_is_light_and_described(capture):
    assert (PLACE / f"{capture.name}.png").stat().st_size <= LARGEST
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md"))
    alternatives = re.findall(rf"!\[([^\]]*)\]\(\.\./captures/{capture.name}\.png\)", pages)
    assert alternatives
    assert all(len(each) > 60 for each in alternatives), "say what the picture shows"
    assert f"../captures/{capture.name}.txt" in pages


def test_the_folder_holds_nothing_else():
    assert {path.name for path in PLACE.iterdir()} == {
        f"{capture.name}.{extension}" for capture in CAPTURES for extension in ("png", "txt")
    }


def test_the_deliveries_are_those_of_the_tutorial():
    page = (ROOT / "docs" / "tutoriels" / "porteur.md").read_text(encoding="utf-8")
    sample = " ".join(SAMPLE)
    assert f"duicheck sample livraison-recue {sample} {' '.join(DEFECT)}\n" in page
    assert f"duicheck sample livraison-corrigee {sample}\n" in page
