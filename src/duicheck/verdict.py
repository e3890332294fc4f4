"""The verdict and the targets: what the results of the rules and the figures come to, for the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from duicheck.findings import Outcome, RuleResult, Severity
from duicheck.model.bounds import Fermete
from duicheck.model.packs import Paquets

if TYPE_CHECKING:
    from duicheck.model import Hypotheses, Lecture, Livraison, Mesure, Mesures

__all__ = [
    "Judged",
    "judge",
    "judge_establishment",
    "judge_establishments",
    "judged_for_targets",
    "leaves_open",
    "lenient",
    "targets",
]


class Judged(Struct, frozen=True):
    """A verdict, and whether it would be worse without the waivers."""

    verdict: str
    lenient: bool


def judge(results: Sequence[RuleResult], livraison: Livraison, mesures: Mesures | None) -> str:
    """An error that counts is certain; otherwise anything that could not be checked forbids « conforme ».

    A waiver covers findings, never a difference with the log nor a control that was not done. A file that
    is announced and missing says nothing of what it would have held: the verdict is open, not negative.
    """
    differs = mesures is not None and any(mesure.conforme is False for mesure in mesures.etablissements)
    errors = [result for result in results if result.counting and result.severity is Severity.ERROR]
    if differs or any(not result.incomplete for result in errors):
        return "non_conforme"
    if errors or livraison.exiges - livraison.roles or any(leaves_open(result, livraison.exiges) for result in results):
        return "indetermine"
    if "indicateurs" in livraison.exiges and not _agreed(mesures):
        return "indetermine"
    return "conforme" if livraison.exiges <= _examined(results) else "indetermine"


def _agreed(mesures: Mesures | None) -> bool:
    """Whether there are figures of establishments, all held against the log, all equal."""
    return bool(mesures and mesures.etablissements and all(mesure.conforme for mesure in mesures.etablissements))


def _examined(results: Iterable[RuleResult]) -> frozenset[str]:
    """The roles whose content at least one rule looked at, to its end."""
    ended = (result for result in results if result.outcome in {Outcome.PASSED, Outcome.FAILED})
    return frozenset().union(*(result.reads for result in ended))


def lenient(verdict: str, results: Iterable[RuleResult]) -> bool:
    """Whether the verdict would be worse without the waivers."""
    return verdict != "non_conforme" and any(result.waived and result.severity is Severity.ERROR for result in results)


def leaves_open(result: RuleResult, required: frozenset[str]) -> bool:
    """Whether an unfinished rule leaves the verdict open.

    One that lacks roles which nothing in the delivery calls for does not. One that lacks a pack of national rules
    and nothing else does: what it would judge is there.
    """
    if result.outcome is Outcome.CRASHED:
        return True
    lacks = result.missing
    return result.outcome is Outcome.NOT_CHECKED and (lacks <= {Paquets.role} or bool(lacks & required))


def judge_establishment(mesures: Iterable[Mesure], *, in_error: bool, rejected: bool) -> str:
    """The verdict of one establishment. `rejected`: something that may be its own could not be read or judged."""
    agreed = [mesure.conforme for mesure in mesures]
    if in_error or False in agreed:
        return "non_conforme"
    if rejected or None in agreed:
        return "indetermine"
    return "conforme"


def judge_establishments(
    results: Sequence[RuleResult],
    livraison: Livraison,
    lecture: Lecture,
    mesures: Mesures | None,
    listed: Iterable[str],
) -> dict[str, Judged]:
    """The verdict of each establishment: those that have figures, those of the project, those that an error names.

    One without figures, where the delivery owes some, is open; so is any while a rule has crashed, and one without
    figures while anything leaves the verdict of the project open.

    Args:
        results: what became of each rule.
        livraison: the delivery, for what it owes.
        lecture: its files. A rejected row may belong to any establishment: nobody can be declared conforme on it.
        mesures: the figures.
        listed: the establishments of the project.
    """
    figures: dict[str, list[Mesure]] = {}
    for mesure in () if mesures is None else mesures.etablissements:
        figures.setdefault(str(mesure.finess_et), []).append(mesure)
    errors = [result for result in results if result.severity is Severity.ERROR]
    in_error = frozenset().union(*(result.touched for result in errors))
    spared = frozenset().union(*(result.spared for result in errors))
    rejected = any(file.rejetees for file in lecture.fichiers)
    crashed = any(result.outcome is Outcome.CRASHED for result in results)
    owed = "indicateurs" in livraison.exiges or any(leaves_open(result, livraison.exiges) for result in results)
    judged = {}
    for finess in dict.fromkeys((*figures, *listed, *sorted(in_error))):
        found = judge_establishment(
            figures.get(finess, ()),
            in_error=finess in in_error,
            rejected=rejected or crashed or (owed and finess not in figures),
        )
        judged[finess] = Judged(found, finess in spared and found != "non_conforme")
    return judged


def judged_for_targets(mesures: Mesures, hypotheses: Hypotheses) -> list[Mesure]:
    """The figures that the project's targets are judged on; no text says which, so a hypothesis does."""
    parts = {"etablissements": [*mesures.etablissements], "projet": [*mesures.projet]}
    return parts.get(hypotheses.get("evaluation", ""), [*mesures.etablissements, *mesures.projet])


def targets(mesures: Iterable[Mesure], firmness: Callable[[Mesure], Fermete | None]) -> str:
    """Whether the binding targets among these figures are all reached.

    One that hangs on rows that could not be read is neither reached nor missed.
    """
    binding = [mesure for mesure in mesures if mesure.cible is not None and mesure.cible_opposable]
    if not binding:
        return "sans_objet"
    reached = [None if firmness(mesure) == Fermete.FRAGILE else mesure.atteinte for mesure in binding]
    if False in reached:
        return "non_atteintes"
    return "indeterminees" if None in reached else "atteintes"
