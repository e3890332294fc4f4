"""The dates of measure that a simulation tries: around the declared one, evenly, and never more than a fixed number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

from msgspec import Struct

from duicheck_indicateurs.fenetre import plus_mois

__all__ = ["AU_MOINS", "JOURS", "MOIS", "Calendrier", "Periode", "calendrier", "periodes"]

JOURS = 30
"""How far around the declared date, where any day may be one of measure."""
MOIS = 6
"""How far, in calendar months, where a measure is at a month's end."""
AU_MOINS = 7
"""The fewest dates that a step may leave: both ends, the declared date, and a few between."""

_JOUR = timedelta(days=1)
_BORNES = 4  # the declared date, both ends and the date asked for, which the step may jump over


class Calendrier(Struct, frozen=True):
    """Dates of measure, sorted, without repeats; the declared one is among them.

    `pas` says how far apart they are: "1 jour", "7 jours", "1 mois".
    """

    dates: Sequence[date]
    pas: str


class Periode(Struct, frozen=True):
    """Dates of measure that follow each other among those tried, both ends included."""

    du: date
    au: date


def calendrier(mesure: date, jusqu_au: date | None, *, fins_de_mois: bool, au_plus: int) -> Calendrier:
    """The dates to try.

    Args:
        mesure: the declared date.
        jusqu_au: the last date wanted (the first, when it is before the declared one); None: `JOURS` or `MOIS` away.
        fins_de_mois: the text measures at a month's end: no other date is tried, but the declared one.
        au_plus: how many dates at most, `AU_MOINS` or more; the step grows until they fit.

    Raises:
        OverflowError, ValueError: no calendar holds these dates.
    """
    if fins_de_mois:
        depuis = min(plus_mois(mesure, -MOIS), jusqu_au or mesure)
        terme = max(jusqu_au or plus_mois(mesure, MOIS), mesure)
        etendue = (terme.year - depuis.year) * 12 + terme.month - depuis.month
        pas = _pas(etendue, au_plus)
        fins = (plus_mois(depuis.replace(day=1), rang + 1) - _JOUR for rang in range(0, etendue + 1, pas))
        dates = {fin for fin in fins if depuis <= fin <= terme}
        return Calendrier(sorted({*dates, mesure}), f"{pas} mois")
    depuis = min(mesure - JOURS * _JOUR, jusqu_au or mesure)
    terme = max(jusqu_au or mesure + JOURS * _JOUR, mesure)
    pas = _pas((terme - depuis).days, au_plus)
    avant = {mesure - rang * _JOUR for rang in range(0, (mesure - depuis).days + 1, pas)}
    apres = {mesure + rang * _JOUR for rang in range(0, (terme - mesure).days + 1, pas)}
    dates = {*avant, *apres, depuis, terme, jusqu_au or mesure}
    return Calendrier(sorted(dates), "1 jour" if pas == 1 else f"{pas} jours")


def periodes(dates: Iterable[date], retenues: Iterable[bool]) -> list[Periode]:
    """The runs of dates that are kept, oldest first. A run says nothing of the days that the step jumps over."""
    trouvees = []
    for garde, suite in groupby(zip(dates, retenues, strict=True), key=lambda paire: paire[1]):
        if garde:
            jours = [jour for jour, _ in suite]
            trouvees.append(Periode(jours[0], jours[-1]))
    return trouvees


def _pas(etendue: int, au_plus: int) -> int:
    """The smallest step that keeps a range within so many dates."""
    return max(1, -(-etendue // max(1, au_plus - _BORNES)))
