"""Rules about what identifies a person in the text of the files."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotApplicable
from duicheck.findings import Severity, Violation
from duicheck.model import Lecture
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_confidentialite.donnees import DonneesPersonnelles

__all__ = ["adresse_patient", "courriel", "nir", "telephone", "texte_libre"]


@rule(
    "confidentialite/nir",
    severity=Severity.ERROR,
    waivable=False,
    blocking=True,
    message="{endroit} : {nature}. La valeur n'est pas recopiée ici.",
    remedy="Remplacez-le par un pseudonyme sans signification, refaites l'export, et détruisez les copies déjà faites.",
    since="0.1",
)
def nir(donnees: DonneesPersonnelles) -> Iterator[Violation]:
    """Un numéro de sécurité sociale (NIR) ou un matricule INS est dans la livraison.

    Aucun indicateur n'en a besoin. Sont lus toutes les cellules (lignes écartées, colonnes inconnues, autres feuilles),
    les titres, les noms de fichiers, les documents JSON et XML, le manifeste. Un document CDA a le droit de porter
    l'INS du patient là où son modèle le demande (l'élément `id` dont l'OID est celui de l'INS), pas ailleurs.

    Quinze caractères dont la clé est juste, d'un bloc ou groupés, Corse comprise (2A, 2B), sont un NIR. Treize chiffres
    n'ont pas de clé : groupés comme sur la carte, ils en sont un ; d'un bloc, il faut un mois de naissance de 01 à 12,
    et que la colonne ne soit pas faite de compteurs, d'instants ou de numéros tirés au hasard. Un nombre qui commence
    par le FINESS d'un établissement de la livraison est un compteur de celui-ci.

    Source : article R. 115-1 du code de la sécurité sociale et référentiel INS pour la forme, par la bibliothèque
    python-stdnum pour la clé ; le jugement des treize chiffres est une convention duicheck.
    """
    yield from donnees.de("nir")


@rule(
    "confidentialite/adresse-patient",
    severity=Severity.ERROR,
    waivable=False,
    blocking=True,
    message="{endroit} : {nature}. La valeur n'est pas recopiée ici.",
    remedy="N'exportez aucune adresse de messagerie : le canal (professionnelle ou citoyenne) suffit.",
    since="0.1",
)
def adresse_patient(donnees: DonneesPersonnelles) -> Iterator[Violation]:
    """Une adresse MSSanté de patient est dans la livraison.

    L'adresse d'un usager est faite de son matricule INS, suivi de @patient.mssante.fr : elle l'identifie.

    Source : contrat d'échange, §1.2 (`canal`, jamais une adresse) ; exemples de documents CDA de l'ANS pour la forme.
    """
    yield from donnees.de("adresse-patient")


@rule(
    "confidentialite/courriel",
    severity=Severity.ERROR,
    waivable=False,
    blocking=True,
    message="{endroit} : {nature}. La valeur n'est pas recopiée ici.",
    remedy="Remplacez l'adresse par un pseudonyme, ou ôtez la colonne.",
    since="0.1",
)
def courriel(donnees: DonneesPersonnelles) -> Iterator[Violation]:
    """Une adresse électronique est dans la livraison.

    Celles de professionnels comme celles de proches désignent quelqu'un, et aucun indicateur n'en a besoin. Les
    documents CDA et l'extrait FINESS, qui publient les coordonnées d'établissements et d'auteurs, n'y sont pas tenus,
    ni les pièces du dossier, dont l'en-tête porte celles du porteur.

    Source : convention duicheck (contrat d'échange, §5 : rien de personnel ne sort).
    """
    yield from donnees.de("courriel")


@rule(
    "confidentialite/telephone",
    severity=Severity.ERROR,
    waivable=False,
    blocking=True,
    message="{endroit} : {nature}. La valeur n'est pas recopiée ici.",
    remedy="Ôtez le numéro, ou la colonne qui le porte.",
    since="0.1",
)
def telephone(donnees: DonneesPersonnelles) -> Iterator[Violation]:
    """Un numéro de téléphone français est dans la livraison.

    Dix chiffres par paires ou d'un bloc, ou l'indicatif de la France et de ses territoires. Dix chiffres d'un bloc ne
    comptent pas dans une colonne où ils sont l'exception : ce sont alors des identifiants. Comme pour les adresses, les
    documents CDA, l'extrait FINESS et les pièces du dossier n'y sont pas tenus.

    Source : convention duicheck (contrat d'échange, §5 : rien de personnel ne sort) ; plan national de numérotation
    pour la forme.
    """
    yield from donnees.de("telephone")


@rule(
    "confidentialite/texte-libre",
    severity=Severity.WARNING,
    waivable=False,
    message="« {colonne} » : {cellules} cellules de texte libre, la première ligne {ligne}.",
    remedy="Ôtez la colonne : un texte libre finit par nommer quelqu'un, et aucun contrôle ne peut le voir à coup sûr.",
    since="0.1",
)
def texte_libre(donnees: DonneesPersonnelles, lecture: Lecture, texte: Rulebook) -> Iterator[Violation]:
    """Une colonne porte des phrases.

    Aucune colonne du contrat d'échange n'en demande. Un commentaire de transmission nomme des personnes, des
    familles, des soins ; les règles de ce groupe n'y reconnaissent que les numéros et les adresses.

    Source : convention duicheck (avertissement ; les seuils sont ceux de la convention « Texte libre »).
    """
    if not lecture.tables:
        message = "la livraison n'a aucune table"
        raise NotApplicable(message)
    minimum = texte["texte_libre_cellules"]
    for prose in donnees.prose:
        if prose.cellules >= minimum:
            yield Violation(prose.at, {"colonne": prose.at.column, "cellules": prose.cellules, "ligne": prose.at.line})
