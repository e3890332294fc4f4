"""What an earlier report says, for the rules that compare two measures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from duicheck.model.measures import Comptes

__all__ = ["Precedent"]


class Precedent(Struct, frozen=True):
    """The measure of an earlier report, as that report has it.

    `jours` are the first and last day of its window; None where it had none. `hypotheses` holds the values then in
    force. `exportes` and `recalcules` are by (finess_et, indicator code); a figure that was missing is not there.
    """

    texte: str
    date_mesure: date
    jours: tuple[date, date] | None
    hypotheses: Mapping[str, str]
    exportes: Mapping[tuple[str, str], Comptes]
    recalcules: Mapping[tuple[str, str], Comptes]
