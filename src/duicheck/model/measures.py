"""The window and the measured indicators: what the report shows beside the findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction

from msgspec import Struct, field

from duicheck.findings import Location
from duicheck.model.civil import du_prefixe

__all__ = ["Comptes", "Fenetre", "Mesure", "Mesures"]


class Fenetre(Struct, frozen=True):
    """The days that count, both included, in the civil time of each establishment."""

    debut: date
    fin: date
    bornes: Mapping[str, tuple[datetime, datetime]]
    """FINESS prefix ("" for all others) -> [first instant, first instant after), naive UTC."""

    def instants(self, finess_et: str) -> tuple[datetime, datetime]:
        """The two bounds of an establishment's window: naive UTC, the second one excluded."""
        return du_prefixe(finess_et, self.bornes)


class Comptes(Struct, frozen=True):
    """Two integers; no denominator for a plain count."""

    numerateur: int
    denominateur: int | None = None

    def atteint(self, cible: Fraction | int) -> bool | None:
        """Whether 100 × n ≥ cible × d, exactly; None without a denominator above 0. `cible` in percent."""
        if not self.denominateur:
            return None
        return 100 * self.numerateur >= cible * self.denominateur


class Mesure(Struct, frozen=True):
    """One indicator of one establishment (finess_et None: the project's total)."""

    code: str
    finess_et: str | None
    exporte: Comptes | None
    recalcule: Comptes | None
    cible: Fraction | int | None  # percent; None: the text sets none
    cible_opposable: bool = True  # False: informative only (PJM)
    taux: str | None = None  # the exported rate as written, percent
    at: Location = field(default_factory=Location)

    @property
    def conforme(self) -> bool | None:
        """Whether both integers agree; None when one side is missing."""
        if self.exporte is None or self.recalcule is None:
            return None
        if self.recalcule.denominateur is None:
            return self.exporte.numerateur == self.recalcule.numerateur
        return self.exporte == self.recalcule

    @property
    def jugee(self) -> Comptes | None:
        """The integers that the target is judged on: the recomputed ones where there are any."""
        return self.recalcule or self.exporte

    @property
    def atteinte(self) -> bool | None:
        """Whether the target is reached; None where there is no target or nothing to judge."""
        if self.cible is None or self.jugee is None:
            return None
        return self.jugee.atteint(self.cible)

    @property
    def manquants(self) -> int | None:
        """The least number of further dossiers (or messages) that reaches the target; 0 when reached."""
        seuil = self._seuil()
        return None if seuil is None or self.jugee is None else max(0, seuil - self.jugee.numerateur)

    @property
    def marge(self) -> int | None:
        """How many can be lost and the target still hold; 0 when it is not reached."""
        seuil = self._seuil()
        return None if seuil is None or self.jugee is None else max(0, self.jugee.numerateur - seuil)

    def _seuil(self) -> int | None:
        """The least numerator that reaches the target with this denominator."""
        if self.cible is None or self.jugee is None or not self.jugee.denominateur:
            return None
        return -(-(self.cible * self.jugee.denominateur) // 100)


class Mesures(Struct, frozen=True):
    """Every indicator of every exported establishment, and the project's totals.

    Sorted by FINESS, then in the order of the text's indicators.
    """

    etablissements: Sequence[Mesure]
    projet: Sequence[Mesure]
