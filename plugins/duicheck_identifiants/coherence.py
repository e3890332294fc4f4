"""The list of structures against the extract: who each establishment belongs to, and under which SIRET."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotApplicable, NotAvailable
from duicheck.findings import Severity, Violation
from duicheck.model import Structures
from duicheck.rules import rule
from duicheck_identifiants.repertoire.base import Entite, Etablissement, Repertoire
from duicheck_identifiants.repertoire.partie import Fiches

__all__ = ["rattachement_discordant", "siren_autre_entite", "siret_autre_entite", "siret_autre_etablissement"]

_SIREN = 9  # first digits of a SIRET


def _lignes(
    structures: Structures, fiches: Fiches, colonne: str, quoi: str
) -> Iterator[tuple[int, str, Etablissement, Entite | None]]:
    """The rows that give a column, of establishments that the extract knows.

    Raises:
        NotApplicable: no row gives it.
    """
    lignes = structures.rows(
        f"SELECT rowid, finess_et, {colonne} FROM structures WHERE {colonne} IS NOT NULL ORDER BY rowid"
    )
    if not lignes:
        message = f"la liste des structures ne donne aucun {quoi}"
        raise NotApplicable(message)
    for rowid, finess, valeur in lignes:
        fiche = fiches.etablissements.get(finess)
        if fiche is not None:
            yield rowid, valeur, fiche, fiches.entites.get(fiche.numero_ej or "")


def _rien(fiches: Fiches, quoi: str) -> NotAvailable:
    message = f"{fiches.repertoire.nom} ne donne {quoi} d'aucun établissement de la liste"
    return NotAvailable(message, frozenset({Repertoire.role}))


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
    compares = 0
    for rowid, siret, fiche, entite in _lignes(structures, fiches, "siret", "SIRET"):
        if entite is None or entite.siren is None:
            continue
        compares += 1
        if siret[:_SIREN] != entite.siren:
            yield Violation(
                structures.at(rowid, "siret"),
                {
                    "finess_et": fiche.numero,
                    "siret": siret,
                    "finess_ej": entite.numero,
                    "siren": entite.siren,
                    "extrait": fiches.repertoire.nom,
                },
            )
    if not compares:
        raise _rien(fiches, "le SIREN de l'entité juridique")


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
    compares = 0
    for rowid, siret, fiche, _ in _lignes(structures, fiches, "siret", "SIRET"):
        if fiche.siret is None:
            continue
        compares += 1
        if siret != fiche.siret and siret[:_SIREN] == fiche.siret[:_SIREN]:
            yield Violation(
                structures.at(rowid, "siret"),
                {
                    "finess_et": fiche.numero,
                    "siret": siret,
                    "siret_attendu": fiche.siret,
                    "extrait": fiches.repertoire.nom,
                },
            )
    if not compares:
        raise _rien(fiches, "le SIRET")


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
    compares = 0
    for rowid, siren, fiche, entite in _lignes(structures, fiches, "organisme_siren", "SIREN d'organisme"):
        if entite is None or entite.siren is None:
            continue
        compares += 1
        if siren.replace(" ", "") != entite.siren:
            yield Violation(
                structures.at(rowid, "organisme_siren"),
                {
                    "finess_et": fiche.numero,
                    "siren": siren,
                    "siren_attendu": entite.siren,
                    "finess_ej": entite.numero,
                    "extrait": fiches.repertoire.nom,
                },
            )
    if not compares:
        raise _rien(fiches, "le SIREN de l'entité juridique")


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
    compares = 0
    for rowid, finess_ej, fiche, _ in _lignes(structures, fiches, "finess_ej", "numéro juridique"):
        if fiche.numero_ej is None:
            continue
        compares += 1
        if finess_ej != fiche.numero_ej:
            yield Violation(
                structures.at(rowid, "finess_ej"),
                {
                    "finess_et": fiche.numero,
                    "finess_ej": finess_ej,
                    "finess_ej_attendu": fiche.numero_ej,
                    "extrait": fiches.repertoire.nom,
                },
            )
    if not compares:
        raise _rien(fiches, "l'entité juridique")
