"""The formats agree: verdict, targets, every integer and rate, findings per rule are those of rapport.json.

The reports with everything changed hold the renderers to what is written: whoever judged again would differ.
"""

from __future__ import annotations

from typing import Any

import pytest
from chiffres import LECTEURS, PROJET, Chiffres, attendus
from rapports import NAMES, formats, load, render, truque

from duicheck.render.labels import indicator

REPORTS: dict[str, dict[str, Any]] = {name: load(name) for name in NAMES}
REPORTS |= {f"{name}, truqué": truque(report) for name, report in REPORTS.items()}


def test_every_format_is_compared() -> None:
    assert set(formats()) <= set(LECTEURS), "a new format: tell tests/render_formats/chiffres.py how to read it"


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("format_", sorted(formats()))
def test_the_figures_are_those_of_the_report(format_: str, name: str) -> None:
    compare(format_, REPORTS[name], LECTEURS[format_](render(format_, REPORTS[name])))


def compare(format_: str, report: dict[str, Any], found: Chiffres) -> None:
    """Hold what a format shows against the report."""
    wanted = attendus(report)
    if format_ == "csv":  # findings only: it has no figures to show
        open_ = {rule["id"] for rule in report["regles"] if rule["resultat"] in {"non_verifiee", "en_erreur"}}
        assert found.constats == {
            rule: wanted.constats[rule] for rule in wanted.constats if wanted.listes[rule] or rule in open_
        }
        assert found.listes == wanted.listes
        return
    assert found.verdict == wanted.verdict
    assert found.cibles == wanted.cibles
    assert found.etablissements == wanted.etablissements
    lines = dict(wanted.lignes)
    if format_ == "markdown":  # a comment names an indicator as people do, and repeats no lone establishment
        lines = {
            (place, indicator(code)): line
            for (place, code), line in lines.items()
            if place != PROJET or len(wanted.etablissements) > 1
        }
        assert found.constats == {rule: count for rule, count in wanted.constats.items() if wanted.listes[rule]}
    else:
        assert found.constats == wanted.constats
    assert found.lignes == lines
    if format_ in {"json", "sarif", "xlsx"}:
        assert found.listes == wanted.listes
