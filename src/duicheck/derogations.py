"""What a delivery asks to be let off, held against the rules that there are, and what the report says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from duicheck.discretion import mask
from duicheck.errors import DeliveryError, UsageError
from duicheck.model import Derogation, Derogations

if TYPE_CHECKING:
    from duicheck.findings import RuleResult
    from duicheck.rules import Rule

__all__ = ["describe", "resolve"]


def resolve(
    declared: Sequence[Derogation], rules: Mapping[str, Rule], date_mesure: date, date_du_jour: date | None = None
) -> Derogations:
    """The waivers, judged on a day that somebody gave: no clock, so that a report can be made again.

    Args:
        declared: those of the manifest, then those of the configuration.
        rules: every loaded rule by id.
        date_mesure: the day of the delivery; judging on it cannot be bent without moving the window.
        date_du_jour: a later day to judge on instead.

    Raises:
        DeliveryError: one names a rule that no loaded plugin brings; the sentence gives the nearest id.
        UsageError: `date_du_jour` comes before the measure: it would bring expired waivers back.
    """
    if date_du_jour is not None and date_du_jour < date_mesure:
        message = (
            f"--date-du-jour : le {_day(date_du_jour)} précède la date de mesure, le {_day(date_mesure)} ; "
            "une dérogation échue ne revient pas"
        )
        raise UsageError(message)
    for each in declared:
        if each.regle not in rules:
            raise DeliveryError(_unknown(each, rules))
    forbidden = {each.regle for each in declared if not rules[each.regle].waivable}
    return Derogations(date_du_jour or date_mesure, tuple(declared), frozenset(forbidden))


def describe(derogations: Derogations, results: Iterable[RuleResult]) -> list[dict[str, Any]]:
    """Each waiver as the report has it: as declared, on which day it was judged, and what became of it."""
    covered: dict[int, int] = {}
    for result in results:
        covered |= result.waived
        covered |= result.lapsed
    return [
        {
            "regle": each.regle,
            "perimetre": {key: sorted(map(_plain, values)) for key, values in sorted(each.perimetre.items())},
            "motif": _plain(each.motif),
            "auteur": _plain(each.auteur),
            "echeance": each.echeance.isoformat(),
            "declaree_dans": each.at.file,
            "jour": derogations.jour.isoformat(),
            "etat": _state(each, derogations, covered.get(rank, 0)),
            "constats": covered.get(rank, 0),
        }
        for rank, each in enumerate(derogations.liste)
    ]


def _state(derogation: Derogation, derogations: Derogations, count: int) -> str:
    if derogation.regle in derogations.interdites:
        return "interdite"
    if derogations.echue(derogation):
        return "echue"
    return "appliquee" if count else "sans_effet"


def _unknown(derogation: Derogation, rules: Mapping[str, Rule]) -> str:
    import difflib  # noqa: PLC0415 -- only for a mistake

    number = int((derogation.at.pointer or "/0").rpartition("/")[2]) + 1
    near = difflib.get_close_matches(derogation.regle, rules, 1, 0.55)
    hint = f", peut-être « {near[0]} »" if near else ""
    return (
        f"{derogation.at.file} : derogations.{number}.regle : aucune extension chargée n'apporte la règle "
        f"« {_plain(derogation.regle)} »{hint} (« duicheck rules » les liste)"
    )


def _plain(text: str) -> str:
    """What somebody typed as it may be printed: one line, no control character, nothing personal."""
    return mask(" ".join("".join(char if char.isprintable() else " " for char in text).split()))


def _day(day: date) -> str:
    return f"{day:%d/%m}/{day.year:04}"
