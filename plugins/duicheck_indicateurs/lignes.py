"""The rows of an export as values, establishments apart from project totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from duicheck.findings import Fact, Location
from duicheck.model import Indicateurs, Structures
from duicheck.rulebook import Rulebook
from duicheck.rules import reader

__all__ = [
    "PAR_DOSSIER",
    "TOTAL",
    "Export",
    "Ligne",
    "cible_du_texte",
    "codes_obligatoires",
    "export_de_la_livraison",
    "pjm_seul",
    "premieres",
]

TOTAL = "TOTAL"
"""What `finess_et` holds in a row that sums up the project."""

PAR_DOSSIER = ("dossiers_actifs", "projet_personnalise", "evenement_agenda", "mssante", "dmp")
"""The indicators of which a decompte lists what was counted (contract §1.4); the others are counts of events."""

Cle = tuple[str, str, date, date]


class Ligne(Struct, frozen=True):
    """One accepted row of the export. `taux` is the decimal text as written, in percent."""

    rowid: int
    finess_et: str
    indicateur: str
    periode_debut: date
    periode_fin: date
    numerateur: int
    denominateur: int | None
    taux: str | None
    date_extraction: date | None

    @property
    def cle(self) -> Cle:
        """What an export may say only once."""
        return self.finess_et, self.indicateur, self.periode_debut, self.periode_fin

    @property
    def taux_exact(self) -> Fraction | None:
        """100 × numerator / denominator; None without a denominator above 0."""
        return Fraction(100 * self.numerateur, self.denominateur) if self.denominateur else None

    @property
    def taux_ecrit(self) -> Decimal | None:
        """The written rate, with its own precision."""
        return None if self.taux is None else Decimal(self.taux)

    def faits(self, **autres: Fact) -> dict[str, Fact]:
        """The facts that name the row, and others."""
        return {"finess_et": self.finess_et, "indicateur": self.indicateur, **autres}

    def lieu(self, export: Export, colonne: str) -> Location:
        """The place of one of its cells."""
        return export.table.at(self.rowid, colonne)


class Export(Struct, frozen=True):
    """The rows of the export, some thousands at most, read once for all the rules that look at each."""

    table: Indicateurs
    lignes: Sequence[Ligne]
    """Every row, in the order of the files."""

    @property
    def etablissements(self) -> list[Ligne]:
        """The rows of establishments."""
        return [ligne for ligne in self.lignes if ligne.finess_et != TOTAL]

    @property
    def totaux(self) -> list[Ligne]:
        """The rows that sum up the project."""
        return [ligne for ligne in self.lignes if ligne.finess_et == TOTAL]


@reader
def export_de_la_livraison(indicateurs: Indicateurs) -> Export:
    """The rows of the export as values."""
    found = indicateurs.rows(
        "SELECT rowid, finess_et, indicateur, periode_debut, periode_fin, numerateur, denominateur, taux,"
        " date_extraction FROM indicateurs ORDER BY rowid"
    )
    return Export(indicateurs, [Ligne(*row) for row in found])


def premieres(toutes: Iterable[Ligne]) -> Iterator[Ligne]:
    """Each row once: what is said again is left to `indicateurs/ligne-repetee`."""
    vues: set[Cle] = set()
    for ligne in toutes:
        if ligne.cle not in vues:
            vues.add(ligne.cle)
            yield ligne


def pjm_seul(structures: Structures | None) -> bool:
    """Whether the delivery says that every establishment is in the field « protection juridique des majeurs »."""
    return structures is not None and structures.champs == {"PJM"}


def cible_du_texte(rulebook: Rulebook, code: str) -> Fraction | int | None:
    """The target in percent, exact; None where the text sets none."""
    cible = rulebook.get(f"cible_{code}")
    return cible if cible is None or isinstance(cible, int) else Fraction(str(cible))


def codes_obligatoires(rulebook: Rulebook, structures: Structures | None) -> Sequence[str]:
    """The indicators that the text asks of each establishment of this project.

    Raises:
        ParameterNotSet: the text does not say.
    """
    obligatoires: Sequence[str] = rulebook["indicateurs_obligatoires"]
    if pjm_seul(structures):
        obligatoires = rulebook.get("indicateurs_obligatoires_pjm", obligatoires)
    return obligatoires
