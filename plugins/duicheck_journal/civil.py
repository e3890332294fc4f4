"""Days of the civil calendar of an establishment, and the instants (naive UTC) that they cover."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from duicheck.model import fuseau_de, minuit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from zoneinfo import ZoneInfo

__all__ = ["Decalage", "apres", "avec_decalages", "decalages", "parametres"]

_JOUR = timedelta(days=1)


class Decalage(Struct, frozen=True):
    """A stretch [debut, fin) of naive UTC during which an establishment keeps one offset, in minutes."""

    finess_et: str
    debut: datetime
    fin: datetime
    minutes: int


def apres(jour: date, fuseau: ZoneInfo) -> datetime:
    """The first instant that is no longer in this day."""
    return minuit(jour + _JOUR, fuseau)


def decalages(etablissements: Iterable[str], fuseaux: Mapping[str, str], debut: date, fin: date) -> Iterator[Decalage]:
    """The offsets of each establishment from the first to the last day, both included."""
    par_zone: dict[ZoneInfo, list[tuple[datetime, datetime, int]]] = {}
    for finess_et in etablissements:
        fuseau = fuseau_de(finess_et, fuseaux)
        if fuseau not in par_zone:
            par_zone[fuseau] = list(_morceaux(fuseau, debut, fin))
        for morceau in par_zone[fuseau]:
            yield Decalage(finess_et, *morceau)


_DECALAGES = """
    WITH decalages AS (
        SELECT
            unnest($finess) AS finess_et,
            unnest($debuts) AS debut_utc,
            unnest($fins) AS fin_utc,
            to_minutes(unnest($minutes)) AS decalage
    ),
"""


def avec_decalages(suite: str) -> str:
    """A query whose further common tables read `decalages`: finess_et, debut_utc, fin_utc, decalage.

    The civil day of an event of such a stretch is CAST(horodatage + decalage AS DATE).
    """
    return _DECALAGES + suite


def parametres(morceaux: Iterable[Decalage]) -> dict[str, object]:
    """The parameters of a query `avec_decalages`."""
    liste = list(morceaux)
    return {
        "finess": [morceau.finess_et for morceau in liste],
        "debuts": [morceau.debut for morceau in liste],
        "fins": [morceau.fin for morceau in liste],
        "minutes": [morceau.minutes for morceau in liste],
    }


def _morceaux(fuseau: ZoneInfo, debut: date, fin: date) -> Iterator[tuple[datetime, datetime, int]]:
    """Cut the days at each change of offset."""
    depart, terme = minuit(debut, fuseau), apres(fin, fuseau)
    while depart < terme:
        minutes = _minutes(depart, fuseau)
        borne = depart
        while borne < terme and _minutes(borne, fuseau) == minutes:
            borne = min(borne + _JOUR, terme)
        if _minutes(borne, fuseau) != minutes:
            borne = _changement(max(depart, borne - _JOUR), borne, fuseau)
        yield depart, borne, minutes
        depart = borne


def _changement(avant: datetime, arrivee: datetime, fuseau: ZoneInfo) -> datetime:
    """The instant between two, to the minute, at which the offset changes."""
    minutes = _minutes(avant, fuseau)
    while arrivee - avant > timedelta(minutes=1):
        milieu = avant + timedelta(minutes=(arrivee - avant) // timedelta(minutes=2))
        avant, arrivee = (milieu, arrivee) if _minutes(milieu, fuseau) == minutes else (avant, milieu)
    return arrivee


def _minutes(instant: datetime, fuseau: ZoneInfo) -> int:
    offset = instant.replace(tzinfo=UTC).astimezone(fuseau).utcoffset()
    return 0 if offset is None else offset // timedelta(minutes=1)
