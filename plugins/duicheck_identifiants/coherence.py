"""The list of structures against the extract: who each establishment belongs to, and under which SIRET."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from duicheck.errors import NotApplicable, NotAvailable
from duicheck.findings import Fact, Severity, Violation
from duicheck.model import Structures
from duicheck.rules import rule
from duicheck_identifiants.repertoire.base import Entite, Etablissement, Repertoire
from duicheck_identifiants.repertoire.partie import Fiches

__all__ = ["rattachement_discordant", "siren_autre_entite", "siret_autre_entite", "siret_autre_etablissement"]

_SIREN = 9  # first digits of a SIRET


class _Ligne(Struct, frozen=True):
    """A row of the list whose value can be held against the extract: `attendu` is what the extract has."""

    structures: Structures
    rowid: int
    colonne: str
    valeur: str
    attendu: str
    entite: str
    faits: Mapping[str, Fact]

    def constat(self, **faits: Fact) -> Violation:
        return Violation(self.structures.at(self.rowid, self.colonne), {**self.faits, **faits})


Attendu = Callable[[Etablissement, Entite | None], str | None]
"""What the extract has, of an establishment and of the entity that it belongs to."""


def _siret(fiche: Etablissement, _entite: Entite | None) -> str | None:
    return fiche.siret


def _siren(_fiche: Etablissement, entite: Entite | None) -> str | None:
    return None if entite is None else entite.siren


def _numero_ej(fiche: Etablissement, _entite: Entite | None) -> str | None:
    return fiche.numero_ej


_COLONNES = {"siret": "SIRET", "organisme_siren": "SIREN d'organisme", "finess_ej": "numéro juridique"}
_ATTENDUS: Mapping[Attendu, str] = {
    _siret: "le SIRET",
    _siren: "le SIREN de l'entité juridique",
    _numero_ej: "l'entité juridique",
}


def _comparables(structures: Structures, fiches: Fiches, colonne: str, attendu: Attendu) -> Iterator[_Ligne]:
    """The rows that give a column, of establishments of which the extract has what it is held against.

    Raises:
        NotApplicable: no row gives it.
        NotAvailable: the extract has it of none.
    """
    lignes = structures.rows(
        f"SELECT rowid, finess_et, {colonne} FROM structures WHERE {colonne} IS NOT NULL ORDER BY rowid"
    )
    if not lignes:
        quoi = _COLONNES[colonne]
        message = f"la liste des structures ne donne aucun {quoi}"
        raise NotApplicable(message)
    compares = 0
    for rowid, finess, valeur in lignes:
        fiche = fiches.etablissements.get(finess)
        if fiche is None:
            continue
        entite = fiches.entites.get(fiche.numero_ej or "")
        voulu = attendu(fiche, entite)
        if voulu is not None:
            compares += 1
            faits: dict[str, Fact] = {"finess_et": fiche.numero, "extrait": fiches.repertoire.nom}
            yield _Ligne(structures, rowid, colonne, valeur, voulu, "" if entite is None else entite.numero, faits)
    if not compares:
        quoi = _ATTENDUS[attendu]
        message = f"{fiches.repertoire.nom} ne donne {quoi} d'aucun établissement de la liste"
        raise NotAvailable(message, frozenset({Repertoire.role}))


@rule(
    "identifiants/siret-autre-entite",
    severity=Severity.WARNING,
    message="{finess_et} : le SIRET {siret} est celui d'une autre entité que son entité juridique {finess_ej}, de SIREN"
    " {siren} (d'après {extrait}).",
    remedy="Donnez le SIRET de l'établissement, ou dites à l'ARS quel gestionnaire le porte désormais.",
    since="0.1",
)
def siret_autre_entite(structures: Structures, fiches: Fiches) -> Iterator[Violation]:
    """Le SIRET d'un établissement n'est pas celui d'un établissement de son entité juridique.

    Les neuf premiers chiffres du SIRET sont le SIREN de l'entité. Quand l'extrait ne donne pas celui de l'entité
    juridique, il est tiré des SIRET de ses établissements s'ils s'accordent. Un changement de gestionnaire récent
    l'explique aussi : c'est un avertissement.

    Source : règle RG_ET_24 des flux FINESS (les neuf premiers chiffres du SIRET de l'ET sont le SIREN de l'EJ).
    """
    for ligne in _comparables(structures, fiches, "siret", _siren):
        if ligne.valeur[:_SIREN] != ligne.attendu:
            yield ligne.constat(siret=ligne.valeur, finess_ej=ligne.entite, siren=ligne.attendu)


@rule(
    "identifiants/siret-autre-etablissement",
    severity=Severity.WARNING,
    message="{finess_et} : le SIRET {siret} n'est pas le sien, {siret_attendu} (d'après {extrait}).",
    remedy="Donnez le SIRET de l'établissement même : celui du siège ou d'un voisin a le même SIREN, pas la même fin.",
    since="0.1",
)
def siret_autre_etablissement(structures: Structures, fiches: Fiches) -> Iterator[Violation]:
    """Le SIRET d'un établissement est celui d'un autre établissement de la même entité.

    Même SIREN, mais les cinq derniers chiffres ne sont pas ceux du fichier FINESS : souvent le SIRET du siège. Un
    SIRET change quand l'établissement déménage, et FINESS le suit avec retard : c'est un avertissement. Une autre
    entité relève de `identifiants/siret-autre-entite`.

    Source : fichier FINESS de l'ANS (SIRET de l'ET).
    """
    for ligne in _comparables(structures, fiches, "siret", _siret):
        if ligne.valeur != ligne.attendu and ligne.valeur[:_SIREN] == ligne.attendu[:_SIREN]:
            yield ligne.constat(siret=ligne.valeur, siret_attendu=ligne.attendu)


@rule(
    "identifiants/siren-autre-entite",
    severity=Severity.INFO,
    message="{finess_et} : l'organisme de SIREN {siren} n'est pas son entité juridique {finess_ej}, de SIREN"
    " {siren_attendu} (d'après {extrait}).",
    remedy="Vérifiez l'organisme gestionnaire : les aides se répartissent selon le nombre d'établissements de chacun.",
    since="0.1",
)
def siren_autre_entite(structures: Structures, fiches: Fiches) -> Iterator[Violation]:
    """Le SIREN de l'organisme gestionnaire n'est pas celui de l'entité juridique de l'établissement.

    L'organisme d'un projet peut réunir plusieurs entités juridiques, et la liste en nommer une autre à dessein :
    c'est une information.

    Source : fichier FINESS de l'ANS (rattachement de l'ET à son EJ).
    """
    for ligne in _comparables(structures, fiches, "organisme_siren", _siren):
        if ligne.valeur.replace(" ", "") != ligne.attendu:
            yield ligne.constat(siren=ligne.valeur, siren_attendu=ligne.attendu, finess_ej=ligne.entite)


@rule(
    "identifiants/rattachement-discordant",
    severity=Severity.WARNING,
    message="{finess_et} : la liste le rattache à l'entité juridique {finess_ej}, {extrait} à {finess_ej_attendu}.",
    remedy="Reprenez le numéro juridique (EJ) dans l'annuaire FINESS, ou dites à l'ARS quel gestionnaire a changé.",
    since="0.1",
)
def rattachement_discordant(structures: Structures, fiches: Fiches) -> Iterator[Violation]:
    """Le numéro juridique (EJ) d'un établissement n'est pas celui du fichier FINESS.

    Un numéro d'établissement mis à la place du numéro juridique se voit ici aussi. Un établissement peut dépendre
    d'une entité d'un autre département ; une cession récente explique un écart : c'est un avertissement.

    Source : fichier FINESS de l'ANS (rattachement de l'ET à son EJ).
    """
    for ligne in _comparables(structures, fiches, "finess_ej", _numero_ej):
        if ligne.valeur != ligne.attendu:
            yield ligne.constat(finess_ej=ligne.valeur, finess_ej_attendu=ligne.attendu)
