"""The days of a sample: its window, what its log spans, and how the time of each day is written.

The window is computed here and not asked of `duicheck_indicateurs`: the sample and the recomputation check each other.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duicheck.rulebook import Rulebook

__all__ = ["Periode", "decalages", "mesure_par_defaut"]

_AVANT = 60  # days of log before the window: projects and entries are older than it
_DELAI = 2  # days from the end of the window to the extraction, at least


class Periode(Struct, frozen=True):
    """Days as ordinals, all included: the window, and what the log spans around it."""

    debut: int
    fin: int
    journal_debut: int
    journal_fin: int
    extraction: date

    @classmethod
    def du_texte(cls, texte: Rulebook, mesure: date) -> Periode:
        """The window of a measure that is not the first one, in the project's phase."""
        mois_entiers = texte["fenetre_fin"] == "fin_du_mois_de_mesure"
        apres = _plus_mois(mesure.replace(day=1), 1) if mois_entiers else mesure
        debut, fin = _plus_mois(apres, -texte["fenetre_mois"]).toordinal(), apres.toordinal() - 1
        return cls(debut, fin, debut - _AVANT, fin + 1, date.fromordinal(fin + _DELAI))


def mesure_par_defaut(texte: Rulebook) -> date:
    """A day at which a project under that text may well be measured: the last of a month, half a year after it."""
    du = texte.applies_from or date(2025, 1, 1)
    mois = _plus_mois(du.replace(day=1), 7)
    return mois - timedelta(days=1)


def decalages(finess: str, fuseaux: Mapping[str, str], periode: Periode) -> dict[int, str]:
    """Each day of the log -> its date and offset with a hole for the time, e.g. "2025-06-15T{}+02:00".

    The offset is that of noon: no time of a sample falls in the hours when clocks change.
    """
    zone = ZoneInfo(fuseaux[max((debut for debut in fuseaux if finess.startswith(debut)), key=len)])
    ecrits = {}
    for ordinal in range(periode.journal_debut, periode.journal_fin + 1):
        midi = datetime.combine(date.fromordinal(ordinal), time(12), zone)
        ecrits[ordinal] = f"{midi:%Y-%m-%dT}" + "{}" + midi.isoformat()[-6:]
    return ecrits


def _plus_mois(jour: date, mois: int) -> date:
    annee, rang = divmod(jour.year * 12 + jour.month - 1 + mois, 12)
    return date(annee, rang + 1, min(jour.day, monthrange(annee, rang + 1)[1]))
