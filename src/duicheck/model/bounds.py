"""What the figures may be once the rows that could not be read are known."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

__all__ = ["Bornes", "Encadrement", "Fermete"]


class Fermete(StrEnum):
    """What the rejected rows leave of a verdict on a target."""

    FERME = "ferme"  # reached whatever the rejected rows were
    FRAGILE = "fragile"  # it depends on them
    IMPOSSIBLE = "impossible"  # not reached whatever they were


class Bornes(Struct, frozen=True):
    """The least and greatest value of each figure, both included, over all that the rejected rows may have been.

    `denominateur` is None for a plain count. `taux` is exact, in percent; None where no completion gives a rate.
    """

    numerateur: tuple[int, int]
    denominateur: tuple[int, int] | None
    taux: tuple[Fraction, Fraction] | None

    def fermete(self, cible: Fraction | int | None) -> Fermete | None:
        """What can be said of a target in percent; None without a target or a rate."""
        if cible is None or self.taux is None:
            return None
        least, greatest = self.taux
        if least >= cible:
            return Fermete.FERME
        return Fermete.IMPOSSIBLE if greatest < cible else Fermete.FRAGILE


class Encadrement(Struct, frozen=True):
    """The bounds of every recomputed indicator, when rows of the log or of the register were rejected.

    `par_ligne` is by (finess_et, indicator code); finess_et None is the project's total. `evenements` and
    `sejours` are how many rows of each were rejected.
    """

    par_ligne: Mapping[tuple[str | None, str], Bornes]
    evenements: int
    sejours: int
