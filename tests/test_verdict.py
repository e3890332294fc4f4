"""The verdict and the targets, from results and figures made by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest
from declarees import livraison

from duicheck.errors import NotAvailable
from duicheck.findings import Outcome, RuleResult, Severity
from duicheck.model import Comptes, Dataset, Hypotheses, Mesure, Mesures
from duicheck.rules import reader
from duicheck.verdict import judge, judged_for_targets, targets


def result(outcome: Outcome = Outcome.PASSED, *reads: str, **more: object) -> RuleResult:
    return RuleResult("essai/regle", outcome, severity=Severity.ERROR, reads=frozenset(reads), **more)  # type: ignore[arg-type]


def mesure(finess: str | None, exporte: int, recalcule: int | None) -> Mesure:
    recalculated = None if recalcule is None else Comptes(recalcule, 100)
    return Mesure("dossiers_actifs", finess, Comptes(exporte, 100), recalculated, cible=90)


def test_documents_alone_are_conforme_once_a_rule_has_read_them() -> None:
    delivery = livraison("cda")
    assert judge([result(Outcome.PASSED, "cda")], delivery, None) == "conforme"


@pytest.mark.parametrize(
    "results",
    [
        [],
        [result(Outcome.PASSED)],
        [result(Outcome.PASSED, "journal")],
        [result(Outcome.NOT_APPLICABLE, "cda")],
    ],
    ids=["no rule", "rules of the manifest", "rules of another role", "a rule without object"],
)
def test_documents_that_no_rule_read_are_never_conforme(results: list[RuleResult]) -> None:
    assert judge(results, livraison("cda"), None) == "indetermine"


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        (frozenset({"paquets"}), "indetermine"),
        (frozenset({"paquets", "solutions"}), "conforme"),
        (frozenset({"finess"}), "conforme"),
        (frozenset(), "indetermine"),
    ],
)
def test_documents_whose_national_rules_did_not_run_are_never_conforme(missing: frozenset[str], expected: str) -> None:
    results = [result(Outcome.PASSED, "cda"), result(Outcome.NOT_CHECKED, missing=missing)]
    assert judge(results, livraison("cda"), None) == expected


def test_an_export_needs_its_figures_whatever_else_is_there() -> None:
    delivery = livraison("cda", "indicateurs", "journal", "registre")
    read = [result(Outcome.PASSED, "cda", "indicateurs", "journal", "registre")]
    assert judge(read, delivery, None) == "indetermine"
    assert judge(read, delivery, Mesures((), ())) == "indetermine"
    assert judge(read, delivery, Mesures((mesure("750000018", 90, None),), ())) == "indetermine"
    assert judge(read, delivery, Mesures((mesure("750000018", 90, 90),), ())) == "conforme"
    assert judge(read, delivery, Mesures((mesure("750000018", 90, 89),), ())) == "non_conforme"


def test_a_delivery_that_claims_nothing_still_owes_an_export() -> None:
    delivery = livraison("journal", "registre")
    assert judge([result(Outcome.PASSED, "journal", "registre")], delivery, None) == "indetermine"


@pytest.mark.parametrize(("evaluation", "expected"), [
    ("partout", "non_atteintes"),
    ("etablissements", "non_atteintes"),
    ("projet", "atteintes"),
])  # fmt: skip
def test_targets_are_judged_where_the_hypothesis_says(evaluation: str, expected: str) -> None:
    figures = Mesures((mesure("750000018", 85, 85), mesure("750000026", 95, 95)), (mesure(None, 90, 90),))
    chosen = judged_for_targets(figures, Hypotheses({"evaluation": evaluation}))
    assert targets(chosen, lambda _: None) == expected


def test_establishments_alone_may_reach_what_the_project_misses() -> None:
    figures = Mesures((mesure("750000018", 90, 90),), (mesure(None, 89, 89),))
    everywhere = judged_for_targets(figures, Hypotheses({}))
    alone = judged_for_targets(figures, Hypotheses({"evaluation": "etablissements"}))
    assert targets(everywhere, lambda _: None) == "non_atteintes"
    assert targets(alone, lambda _: None) == "atteintes"


@dataclass(frozen=True)
class _Lettres:
    role: ClassVar[str] = "lettres"


@dataclass(frozen=True)
class _Resume:
    """Built from letters: a rule that reads it has looked at them."""


@dataclass(frozen=True)
class _Absent:
    role: ClassVar[str] = "absent"


def test_the_roles_behind_a_part_are_those_of_what_it_was_built_from() -> None:
    @reader
    def summary(lettres: _Lettres) -> _Resume:
        return _Resume()

    dataset = Dataset({_Lettres: _Lettres()}, {_Absent: NotAvailable("absent")}, [summary])
    assert dataset.roles({"resume": _Resume, "absent": _Absent | None}) == {"lettres"}  # type: ignore[dict-item]
    assert dataset.roles({"resume": _Resume}) == {"lettres"}
    assert dataset.roles({}) == frozenset()
