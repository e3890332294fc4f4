"""One legal entity under several numbers: SIREN, SIRET and FINESS EJ that exclude each other."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotApplicable
from duicheck.findings import Fact, Severity, Violation
from duicheck.model import Projet, Structures
from duicheck.rules import rule

__all__ = ["entite_deux_organismes", "porteur_discordant"]

_SIREN = 9  # first digits of a SIRET


@rule(
    "coherence/porteur-discordant",
    severity=Severity.ERROR,
    message="Le SIRET du porteur, {siret}, n'est pas celui d'un établissement de son SIREN, {siren}.",
    remedy="Corrigez celui des deux qui est faux : l'aide est versée à l'entité qu'ils désignent.",
    since="0.1",
)
def porteur_discordant(projet: Projet) -> Iterator[Violation]:
    """Le SIREN et le SIRET du porteur désignent deux entités.

    Les neuf premiers chiffres d'un SIRET sont le SIREN de l'entité : l'un des deux numéros est faux, ou ils ne sont pas
    de la même entité, et l'on ne sait plus à qui l'aide irait.

    Source : répertoire SIRENE de l'INSEE (composition du SIRET) ; 2024-15, webinaire, A 4 (le porteur a un SIRET).
    """
    porteur = projet.valeur["porteur"]
    siren, siret = porteur.get("siren"), porteur.get("siret")
    if siren is None or siret is None:
        message = "le projet ne donne pas à la fois le SIREN et le SIRET du porteur"
        raise NotApplicable(message)
    if siret[:_SIREN] != siren:
        yield Violation(projet.at("/porteur/siret"), {"siren": siren, "siret": siret})


@rule(
    "coherence/entite-deux-organismes",
    severity=Severity.WARNING,
    message="L'entité juridique {finess_ej} a plusieurs SIREN d'organisme dans la liste : {sirens}.",
    remedy="Une entité juridique n'a qu'un SIREN : corrigez l'un des deux numéros sur les lignes qui se trompent.",
    since="0.1",
)
def entite_deux_organismes(structures: Structures) -> Iterator[Violation]:
    """Une même entité juridique a plusieurs organismes gestionnaires dans la liste des structures.

    Un organisme peut réunir plusieurs entités juridiques ; l'inverse n'est pas possible, car un numéro FINESS juridique
    (EJ) est celui d'une seule personne morale. La taille des organismes décide d'une part de l'aide. Un avertissement :
    une fusion en cours donne la même chose. Un constat par entité, à la première ligne du deuxième SIREN.

    Source : fichier FINESS de l'ANS (une entité juridique, un SIREN) ; 2025-40, §4.4.2 (taille des organismes).
    """
    lignes = structures.rows(
        "SELECT finess_ej, organisme_siren, min(rowid) FROM structures"
        " WHERE finess_ej IS NOT NULL AND organisme_siren IS NOT NULL GROUP BY ALL ORDER BY 3"
    )
    if not lignes:
        message = "la liste des structures ne donne pas à la fois l'entité juridique et l'organisme"
        raise NotApplicable(message)
    par_entite: dict[str, list[tuple[str, int]]] = {}
    for finess_ej, siren, rowid in lignes:
        par_entite.setdefault(finess_ej, []).append((siren, rowid))
    for finess_ej, trouves in par_entite.items():
        if len(trouves) > 1:
            faits: dict[str, Fact] = {
                "finess_ej": finess_ej,
                "sirens": ", ".join(siren for siren, _ in trouves),
            }
            yield Violation(structures.at(trouves[1][1], "organisme_siren"), faits)
