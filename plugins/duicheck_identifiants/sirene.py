"""SIREN and SIRET numbers: their keys."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotApplicable, NotAvailable
from duicheck.findings import Location, Severity, Violation
from duicheck.model import Livraison, Projet, Referencement, Structures
from duicheck.rules import rule
from duicheck_identifiants.repertoire.numeros import cle_juste

__all__ = ["siren", "siret"]

_SIREN = 9  # digits


@rule(
    "identifiants/siren",
    severity=Severity.ERROR,
    message="{siren} n'est pas un numéro SIREN : il faut neuf chiffres dont le dernier est la clé des autres.",
    remedy="Reprenez le numéro sur l'avis de situation de l'INSEE.",
    since="0.1",
)
def siren(
    livraison: Livraison, structures: Structures | None, projet: Projet | None, referencement: Referencement | None
) -> Iterator[Violation]:
    """Un numéro SIREN est faux.

    Neuf chiffres, clé de Luhn. Sont contrôlés celui de l'éditeur (manifeste, déclaration Ségur), celui du porteur et
    ceux des organismes gestionnaires (projet, liste des structures), chacun une fois, là où il est d'abord écrit. Les
    blancs entre les groupes sont admis.

    Source : répertoire SIRENE de l'INSEE (numéros de neuf chiffres, clé de Luhn).
    """
    numeros: dict[str, Location] = {}
    if "siren" in livraison.editeur:
        numeros[livraison.editeur["siren"]] = Location(livraison.manifeste, pointer="/editeur/siren")
    for valeur, at in _des_documents(projet, referencement):
        numeros.setdefault(valeur, at)
    if structures is not None:
        for valeur, rowid in structures.rows(
            "SELECT organisme_siren, min(rowid) FROM structures WHERE organisme_siren IS NOT NULL"
            " GROUP BY organisme_siren ORDER BY min(rowid)"
        ):
            numeros.setdefault(valeur, structures.at(rowid, "organisme_siren"))
    if not numeros:
        message = "la livraison ne donne aucun numéro SIREN"
        raise NotApplicable(message)
    for valeur, at in numeros.items():
        if not _siren_juste(valeur):
            yield Violation(at, {"siren": valeur})


def _siren_juste(numero: str) -> bool:
    """Whether a text is a SIREN. Nearly all are nine digits with their key; python-stdnum judges the others."""
    if len(numero) == _SIREN and numero.isascii() and numero.isdigit() and cle_juste(numero):
        return True
    from stdnum.fr import siren as sirens  # noqa: PLC0415 -- it brings ssl and pydoc

    return bool(sirens.is_valid(numero))


def _des_documents(projet: Projet | None, referencement: Referencement | None) -> Iterator[tuple[str, Location]]:
    """The SIREN numbers of the project and of the claim, with their places."""
    if referencement is not None and (numero := referencement.valeur["editeur"].get("siren")):
        yield numero, referencement.at("/editeur/siren")
    if projet is None:
        return
    if numero := projet.valeur["porteur"].get("siren"):
        yield numero, projet.at("/porteur/siren")
    for rang, organisme in enumerate(projet.valeur.get("organismes", ())):
        yield organisme["siren"], projet.at(f"/organismes/{rang}/siren")


@rule(
    "identifiants/siret",
    severity=Severity.ERROR,
    message="{quoi} : {siret} n'est pas un numéro SIRET, sa clé est fausse.",
    remedy="Reprenez le numéro sur l'avis de situation de l'INSEE.",
    since="0.1",
)
def siret(structures: Structures | None, projet: Projet | None) -> Iterator[Violation]:
    """Un numéro SIRET est faux.

    Ceux des établissements de la liste des structures, et celui du porteur dans le projet. Quatorze chiffres, clé de
    Luhn sur le tout et sur les neuf premiers. La Poste fait exception : hors de son siège, la somme des quatorze
    chiffres y est un multiple de cinq.

    Source : répertoire SIRENE de l'INSEE (numéros et clé de Luhn), par la bibliothèque python-stdnum, qui porte
    l'exception de La Poste.
    """
    if structures is None and projet is None:
        message = "ni liste des structures ni projet dans la livraison"
        raise NotAvailable(message, frozenset({"structures"}))
    from stdnum.fr import siret as sirets  # noqa: PLC0415 -- it brings ssl and pydoc

    numero = None if projet is None else projet.valeur["porteur"].get("siret")
    if projet is not None and numero is not None and not sirets.is_valid(numero):
        yield Violation(projet.at("/porteur/siret"), {"quoi": "Porteur", "siret": numero})
    if structures is None:
        return
    lignes = structures.rows("SELECT finess_et, siret, rowid FROM structures WHERE siret IS NOT NULL ORDER BY rowid")
    for finess, valeur, rowid in lignes:
        if not sirets.is_valid(valeur):
            faits = {"quoi": finess, "finess_et": finess, "siret": valeur}
            yield Violation(structures.at(rowid, "siret"), faits)
