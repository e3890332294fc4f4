"""The parts that the rules read, and the readers that make them from the files of the role `tddui`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from msgspec import Struct

from duicheck.errors import NotAvailable
from duicheck.findings import Location, Violation
from duicheck.model import Lecture, Livraison
from duicheck.rules import reader
from duicheck_tddui.fhir.lecture import LotLu, lire_lot
from duicheck_tddui.fhir.lot import Lot
from duicheck_tddui.fichiers import fichiers_du_role

__all__ = ["LotsLivres", "LotsLus", "lots_livres", "lots_lus"]

ROLE = "tddui"


class LotsLivres(Struct, frozen=True):
    """Every file of the role, in order, readable or not."""

    role: ClassVar[str] = ROLE

    lots: Sequence[LotLu]

    def defauts(self, regle: str) -> Iterator[Violation]:
        """What the reading met, for one rule."""
        for lu in self.lots:
            for defaut in lu.defauts:
                if defaut.regle == regle:
                    yield Violation(Location(lu.chemin, defaut.ligne, None, defaut.pointeur), defaut.faits)


class LotsLus(Struct, frozen=True):
    """The FHIR resources that could be read; there is at least one."""

    role: ClassVar[str] = ROLE

    lots: Sequence[Lot]


@reader
def lots_livres(lecture: Lecture, livraison: Livraison) -> LotsLivres:
    """Read the files, one after the other.

    Raises:
        NotAvailable: the delivery holds none.
    """
    return LotsLivres([lire_lot(lu, chemin) for lu, chemin in fichiers_du_role(lecture, livraison, ROLE)])


@reader
def lots_lus(livres: LotsLivres) -> LotsLus:
    """Keep what could be read.

    Raises:
        NotAvailable: nothing could.
    """
    lus = [lu.lot for lu in livres.lots if lu.lot is not None]
    if not lus:
        message = "aucun lot de transfert de données DUI n'a pu être lu"
        raise NotAvailable(message, frozenset({ROLE}))
    return LotsLus(lus)
