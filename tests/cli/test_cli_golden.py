"""What a terminal shows, held against fixtures/golden.

DUICHECK_UPDATE_GOLDEN=1 writes the golden texts instead of comparing: read the diff afterwards.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from duicheck.formats import validator
from duicheck.render.paper import cells
from duicheck.render.terminal import render_terminal

GOLDEN = Path(__file__).parents[2] / "fixtures" / "golden"
NAMES = ("conforme", "grande-grappe", "indetermine", "non-conforme", "sans-export", "sous-derogations")
WIDTHS = (80, 140)


def _load(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def _rules() -> dict[str, Any]:
    return {
        name: SimpleNamespace(title=words["titre"], remedy=words["remede"]) for name, words in _load("regles").items()
    }


def _render(name: str, width: int, *, colour: bool = False) -> str:
    return render_terminal(_load(name), _rules(), width=width, colour=colour, source="livraison")


@pytest.mark.parametrize("name", NAMES)
def test_the_frozen_reports_are_reports(name: str) -> None:
    assert [error.message for error in validator("rapport").iter_errors(_load(name))] == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_terminal_report_is_the_golden_one(name: str, width: int) -> None:
    path = GOLDEN / f"{name}.{width}.txt"
    text = _render(name, width)
    if os.environ.get("DUICHECK_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8"), "after a wanted change: DUICHECK_UPDATE_GOLDEN=1"


@pytest.mark.parametrize("width", [80, 100, 140])
@pytest.mark.parametrize("name", NAMES)
def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    lines = [line for line in _render(name, width).splitlines() if not line.lstrip().startswith("duicheck ")]
    assert max(map(cells, lines)) <= width


@pytest.mark.parametrize("name", NAMES)
def test_colour_adds_nothing_but_codes(name: str) -> None:
    coloured = re.sub(r"\x1b\[[0-9;]*m", "", _render(name, 80, colour=True))
    assert [line.rstrip() for line in coloured.splitlines()] == _render(name, 80).splitlines()


@pytest.mark.parametrize("name", NAMES)
def test_french_typography(name: str) -> None:
    text = _render(name, 140)
    assert not re.search(r"[^\s]\x20[;!?%»](?:\s|$)", text)
    assert not re.search(r"«\x20", text)
    assert "15/09/2025" in text
    assert "2025-09-15" not in text


def test_the_verdict_is_the_first_word() -> None:
    verdicts = {name: _render(name, 140).splitlines()[1].split(" — ")[0].strip() for name in NAMES}
    assert verdicts == {
        "conforme": "CONFORME",
        "grande-grappe": "NON CONFORME",
        "indetermine": "INDÉTERMINÉ",
        "non-conforme": "NON CONFORME",
        "sans-export": "CONFORME",
        "sous-derogations": "CONFORME SOUS DÉROGATIONS",
    }


def test_targets_judged_on_an_unverified_export_say_so() -> None:
    head = " ".join(_render("indetermine", 140).splitlines()[2:4])
    assert "CIBLES ATTEINTES" in head
    assert "que rien n'a vérifiés" in head


def test_many_conforme_establishments_are_summarised_and_it_is_said() -> None:
    text = _render("grande-grappe", 140)
    report = _load("grande-grappe")
    conforme = [one["cibles"] for one in report["etablissements"] if one["verdict"] == "conforme"]
    short, reached = conforme.count("non_atteintes"), conforme.count("atteintes")
    assert short + reached == len(conforme)
    assert f"{short}\u00a0établissements conformes, résumés en une ligne" in text
    assert f"{reached}\u00a0établissements conformes, non détaillés — cibles atteintes" in text
    assert all(one["finess_et"] in text for one in report["etablissements"])


def test_counts_are_whole_even_when_findings_are_capped() -> None:
    report = _load("non-conforme")
    rule = next(rule for rule in report["regles"] if rule["id"] == "journal/ecart-indicateur")
    rule["constats"] = 12_345
    text = render_terminal(report, _rules(), width=140, colour=False)
    assert "12\u00a0345\u00a0constats" in text
    assert "… et 12\u00a0339\u00a0autres." in text


def test_a_rule_that_crashed_is_not_among_those_that_could_not_be_checked() -> None:
    text = _render("indetermine", 140)
    crashed = text.index("CONTRÔLES ARRÊTÉS PAR UNE ERREUR DE PROGRAMME")
    unchecked = text.index("CE QUI N'A PAS ÉTÉ CONTRÔLÉ")
    assert crashed < text.index("livraison/fichier-vide", crashed) < unchecked


def test_an_unknown_rule_still_prints() -> None:
    text = render_terminal(_load("non-conforme"), {}, width=80, colour=False)
    assert "journal/ecart-indicateur" in text
