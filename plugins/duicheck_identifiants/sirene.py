"""SIREN and SIRET numbers: their keys."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotApplicable
from duicheck.findings import Location, Severity, Violation
from duicheck.model import Livraison, Structures
from duicheck.rules import rule

__all__ = ["siren", "siret"]


@rule(
    "identifiants/siren",
    severity=Severity.ERROR,
    message="{siren} n'est pas un numéro SIREN : il faut neuf chiffres dont le dernier est la clé des autres.",
    remedy="Reprenez le numéro sur l'avis de situation de l'INSEE.",
    since="0.1",
)
def siren(livraison: Livraison, structures: Structures | None) -> Iterator[Violation]:
    """Un numéro SIREN est faux.

    Neuf chiffres, clé de Luhn. Sont contrôlés celui de l'éditeur dans le manifeste et ceux des organismes
    gestionnaires dans la liste des structures, chacun une fois. Les blancs entre les groupes sont admis.

    Source : répertoire SIRENE de l'INSEE (numéros et clé de Luhn), par la bibliothèque python-stdnum.
    """
    from stdnum.fr import siren as sirens  # noqa: PLC0415 -- start-up

    numeros: dict[str, Location] = {}
    if "siren" in livraison.editeur:
        numeros[livraison.editeur["siren"]] = Location(livraison.manifeste, pointer="/editeur/siren")
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
        if not sirens.is_valid(valeur):
            yield Violation(at, {"siren": valeur})


@rule(
    "identifiants/siret",
    severity=Severity.ERROR,
    message="{finess_et} : {siret} n'est pas un numéro SIRET, sa clé est fausse.",
    remedy="Reprenez le numéro sur l'avis de situation de l'INSEE.",
    since="0.1",
)
def siret(structures: Structures) -> Iterator[Violation]:
    """Un numéro SIRET est faux.

    Quatorze chiffres, clé de Luhn sur le tout et sur les neuf premiers. La Poste fait exception : hors de son
    siège, la somme des quatorze chiffres y est un multiple de cinq.

    Source : répertoire SIRENE de l'INSEE (numéros et clé de Luhn), par la bibliothèque python-stdnum, qui porte
    l'exception de La Poste.
    """
    from stdnum.fr import siret as sirets  # noqa: PLC0415 -- start-up

    lignes = structures.rows("SELECT finess_et, siret, rowid FROM structures WHERE siret IS NOT NULL ORDER BY rowid")
    for finess, valeur, rowid in lignes:
        if not sirets.is_valid(valeur):
            yield Violation(structures.at(rowid, "siret"), {"finess_et": finess, "siret": valeur})
