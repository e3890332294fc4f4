"""The grappe: its project as it was filed, its establishments counted once, its organisations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct

from duicheck.findings import Location

if TYPE_CHECKING:
    from duicheck.model.documents import PieceJointe, Projet
    from duicheck.model.tables import Structures
    from duicheck.model.territories import Territoire

__all__ = ["Etablissement", "Grappe", "Guichet", "Heures", "Organisme", "Porteur", "ProjetDepose"]


class Heures(Struct, frozen=True):
    """The hours of a home service, in hours of the year `annee`; the shares in per cent, as written. None: not said.

    `autres` are the hours of dependency that others than APA and PCH pay; `medicosociales` the total of the eligible.
    """

    annee: int | None = None
    totales: Decimal | None = None
    apa: Decimal | None = None
    pch: Decimal | None = None
    autres: Decimal | None = None
    medicosociales: Decimal | None = None
    part_medicosociale: Decimal | None = None
    part_confort: Decimal | None = None

    @property
    def detail(self) -> Decimal | None:
        """The eligible hours by their parts; None where one of the three is not said."""
        if self.apa is None or self.pch is None or self.autres is None:
            return None
        return self.apa + self.pch + self.autres

    @property
    def eligibles(self) -> Decimal | None:
        """The eligible hours: their total, or the sum of its parts where only these are said."""
        return self.detail if self.medicosociales is None else self.medicosociales

    @property
    def prorata(self) -> Fraction | None:
        """Eligible hours over all hours, exact; None where either is not said, or there are no hours."""
        if self.eligibles is None or not self.totales:
            return None
        return Fraction(self.eligibles) / Fraction(self.totales)


class Etablissement(Struct, frozen=True):
    """One establishment, from the first row of the list that has its number. None: the list does not say.

    `finess_et` is in capitals. `situation`: `acquisition` or `montee_de_version`. `devis` is in euro cents.
    `seuil_reduit`: overseas or in Corsica. `rowid` leads back to its row.
    """

    rowid: int
    finess_et: str
    champ: str
    situation: str | None = None
    finess_ej: str | None = None
    siret: str | None = None
    raison_sociale: str | None = None
    organisme_siren: str | None = None
    solution: str | None = None
    version: str | None = None
    editeur: str | None = None
    solution_actuelle: str | None = None
    version_actuelle: str | None = None
    bon_commande_sons: str | None = None
    bon_commande_sons_annule: date | None = None
    prestation_segur: date | None = None
    mise_en_ordre_de_marche: date | None = None
    parametrage: date | None = None
    autre_financement_europeen: bool | None = None
    deja_finance: bool | None = None
    entite_nationale: bool | None = None
    accord_entite: bool | None = None
    saad: bool | None = None
    activite_mixte: bool | None = None
    heures: Heures = Heures()
    devis: int | None = None
    territoire: Territoire | None = None
    seuil_reduit: bool = False


class Organisme(Struct, frozen=True):
    """An organisation of the project. `nombre_essms`: all that it runs, in the project or not; None: not said.

    `etablissements` counts those of the project. `pointeur`: its place in the project's document; None: only the list
    names it.
    """

    siren: str
    nom: str | None
    nombre_essms: int | None
    etablissements: int
    seuil_reduit: bool
    pointeur: str | None = None


class Porteur(Struct, frozen=True):
    """Who carries the project. `type`: `og`, `gcsms`, `ght` or `autre`. None: not said."""

    nom: str
    type: str
    siren: str | None
    siret: str | None
    entite_nationale: bool | None
    accord_entite: bool | None
    recupere_tva: bool | None


class ProjetDepose(Struct, frozen=True):
    """The project's document, typed. Amounts in euro cents; None: not said.

    `ght` and `elargissement` are the answers to the conditions of a GHT and of joining a funded grappe. `pieces`: the
    files of each piece by its code. `evaluations`: what the project expected of each criterion (2021).
    """

    document: Projet
    texte: str
    niveau: str
    porteur: Porteur
    date_depot: date | None
    date_convention: date | None
    date_debut: date | None
    date_fin: date | None
    rejoint_grappe_financee: bool | None
    elargissement: Mapping[str, bool] | None
    amoa: bool | None
    devis_amoa: int | None
    financement_materiel: bool | None
    phase_pilote: bool | None
    ght: Mapping[str, bool] | None
    pieces: Mapping[str, Sequence[PieceJointe]]
    evaluations: Mapping[str, Decimal]

    def at(self, pointeur: str = "") -> Location:
        """Where a value stands."""
        return self.document.at(pointeur)


class Grappe(Struct, frozen=True):
    """The establishments of the project, each number once, in the order of the list.

    `repetitions`: the further rows of a number that was met already, with that first row's establishment.
    `illisibles`: how many rows could not be read; they may be establishments. `sans_region`: the establishments whose
    region is not known. `seuil_reduit`: whether the project as a whole has the thresholds of overseas and Corsica.
    """

    structures: Structures
    etablissements: Sequence[Etablissement]
    repetitions: Sequence[tuple[Etablissement, Etablissement]]
    organismes: Sequence[Organisme]
    regions: frozenset[str]
    sans_region: Sequence[Etablissement]
    seuil_reduit: bool
    illisibles: int
    projet: ProjetDepose | None = None

    @property
    def taille(self) -> int:
        """How many establishments, by their single FINESS numbers."""
        return len(self.etablissements)

    @property
    def champs(self) -> frozenset[str]:
        """Their fields."""
        return frozenset(each.champ for each in self.etablissements)

    def seulement(self, champ: str) -> bool:
        """Whether all establishments are of that field; never while some rows could not be read."""
        return self.champs == {champ} and not self.illisibles

    @property
    def lieu(self) -> Location:
        """The list as a whole."""
        return Location(self.structures.readings[0].file)

    def at(self, etablissement: Etablissement, colonne: str | None = None) -> Location:
        """Where an establishment stands."""
        return self.structures.at(etablissement.rowid, colonne)

    @property
    def colonnes(self) -> frozenset[str]:
        """The columns that every file of the list has."""
        return frozenset.intersection(*(reading.columns_present for reading in self.structures.readings))


class Guichet(Struct, frozen=True):
    """Where the text wants the project filed: `regional`, `multiregional` or `national`, and the clause."""

    niveau: str
    essms: int
    regions: int
    clause: str
