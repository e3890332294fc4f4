"""A decompte against the recomputation: a gap whose causes add up to it (contract §4.2), and who is not counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

__all__ = ["CauseComptee", "GroupeNonCompte", "NonComptes", "Rapprochement", "Rapprochements"]


class CauseComptee(Struct, frozen=True):
    """How many dossiers (persons for the DMP, messages for MSSanté) share one cause.

    `premiere` is the rowid of the first row of the decompte concerned; None where the decompte has none.
    """

    cause: str
    nombre: int
    premiere: int | None = None


class Rapprochement(Struct, frozen=True):
    """One indicator of one establishment: what the vendor lists beside what the log gives.

    `lignes` rows of the decompte are compared, `doublons` of them repeat an identifier. Every identifier on
    one side only has exactly one cause, so that `exporte - recalcule` is always
    `hors_decompte + doublons + sum(a_tort) - sum(oublies)`.
    """

    finess_et: str
    indicateur: str
    exporte: int
    recalcule: int
    lignes: int
    doublons: CauseComptee
    a_tort: Sequence[CauseComptee]
    oublies: Sequence[CauseComptee]

    @property
    def ecart(self) -> int:
        """Exported minus recomputed."""
        return self.exporte - self.recalcule

    @property
    def hors_decompte(self) -> int:
        """What the exported figure holds beyond (or short of) the rows of the decompte."""
        return self.exporte - self.lignes

    @property
    def somme(self) -> int:
        """The sum of the causes, signed: equal to `ecart`."""
        a_tort = sum(cause.nombre for cause in self.a_tort)
        oublies = sum(cause.nombre for cause in self.oublies)
        return self.hors_decompte + self.doublons.nombre + a_tort - oublies


class Rapprochements(Struct, frozen=True):
    """What could be compared, and which rows of the decompte could not be.

    `par_ligne` is by (finess_et, indicator code), sorted. `absents` are the exported pairs with a figure above 0
    of which the decompte has no row at all; `sans_export` maps pairs that the export does not announce, and
    `sans_dossier` the indicators that are not counted by dossier, to their number of rows and first rowid.
    """

    par_ligne: Mapping[tuple[str, str], Rapprochement]
    absents: Mapping[tuple[str, str], int]
    sans_export: Mapping[tuple[str, str], tuple[int, int]]
    sans_dossier: Mapping[str, tuple[int, int]]
    autre_periode: Mapping[tuple[str, str], tuple[int, int]]


class GroupeNonCompte(Struct, frozen=True):
    """The identifiers of one establishment that one indicator does not count, for one cause. Never printed unasked."""

    finess_et: str
    indicateur: str
    cause: str
    identifiants: Sequence[str]


class NonComptes(Struct, frozen=True):
    """Who could count and does not: numbers by cause, and the identifiers for those who ask.

    `nombres` maps (finess_et, indicator code) to causes and numbers, the most frequent first. It may be empty where
    every establishment reaches every target and no name is asked for: nobody is left to look for.
    `groupes` reads the identifiers from the tables, one group at a time; it needs the delivery to be open.
    """

    nombres: Mapping[tuple[str, str], Mapping[str, int]]
    groupes: Callable[[], Iterator[GroupeNonCompte]]
