"""Files as a whole: there, unchanged, readable, with something in them."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotApplicable
from duicheck.findings import Severity, Violation
from duicheck.model import Lecture, Livraison
from duicheck.rules import rule
from duicheck_livraison.anomalies import constats, exiger_tables

__all__ = ["empreinte_differente", "fichier_absent", "fichier_illisible", "fichier_vide"]


@rule(
    "livraison/fichier-absent",
    severity=Severity.ERROR,
    waivable=False,
    incomplete=True,
    message="Le manifeste annonce « {fichier} », et rien ne se trouve à ce chemin.",
    remedy="Joignez le fichier, ou corrigez son chemin dans livraison.toml (barres obliques, majuscules comprises).",
    since="0.1",
)
def fichier_absent(lecture: Lecture, livraison: Livraison) -> Iterator[Violation]:
    """Le manifeste annonce un fichier qui n'est pas là.

    Un motif comme « cda/*.xml » qui ne désigne aucun fichier est aussi un fichier absent. Les règles qui devaient
    le lire sont alors « non vérifiées », jamais respectées, et le verdict reste indéterminé : un fichier absent
    ne dit rien de ce qu'il contient. Un fichier seul, sans manifeste, n'annonce rien.

    Source : convention duicheck (contrat d'échange, §1 : le manifeste nomme les fichiers de la livraison).
    """
    if livraison.manifeste is None:
        message = "un fichier seul n'a pas de manifeste"
        raise NotApplicable(message)
    yield from constats(lecture, "livraison/fichier-absent")


@rule(
    "livraison/empreinte-differente",
    severity=Severity.ERROR,
    waivable=False,
    message="« {fichier} » a l'empreinte {empreinte}, et le manifeste annonce {attendu}.",
    remedy="Le fichier a changé depuis que le manifeste est écrit : remettez l'original, ou refaites le manifeste.",
    since="0.1",
)
def empreinte_differente(lecture: Lecture) -> Iterator[Violation]:
    """L'empreinte SHA-256 d'un fichier n'est pas celle du manifeste.

    Ouvrir puis enregistrer un export dans un tableur suffit à changer ses octets, et parfois ses valeurs (zéros de
    tête, dates). L'empreinte est facultative ; donnée, elle est tenue.

    Source : convention duicheck (contrat d'échange, §1 : `sha256`).
    """
    if not any(file.annonce for file in lecture.fichiers):
        message = "le manifeste ne donne aucune empreinte"
        raise NotApplicable(message)
    yield from constats(lecture, "livraison/empreinte-differente")


@rule(
    "livraison/fichier-illisible",
    severity=Severity.ERROR,
    waivable=False,
    message="Ce fichier ne peut pas être lu : {cause}.",
    remedy="Refaites l'export depuis le logiciel, sans repasser par un tableur, et remplacez le fichier.",
    since="0.1",
)
def fichier_illisible(lecture: Lecture) -> Iterator[Violation]:
    """Un fichier de la livraison ne peut pas être lu.

    Encodage inconnu, archive tronquée ou démesurée, format qui n'est pas celui de son nom, chemin qui sort du
    dossier, titres de colonnes méconnaissables : le message dit lequel. Rien n'est deviné ; les règles qui
    devaient le lire sont « non vérifiées ».

    Source : convention duicheck (contrat d'échange, §1 : formats par rôle).
    """
    yield from constats(lecture, "livraison/fichier-illisible")


@rule(
    "livraison/fichier-vide",
    severity=Severity.WARNING,
    message="Aucune ligne à lire : {cause}.",
    remedy="Vérifiez les filtres de l'export ; si rien ne s'est vraiment passé, dites-le en accompagnant la livraison.",
    since="0.1",
)
def fichier_vide(lecture: Lecture) -> Iterator[Violation]:
    """Un fichier ne contient aucune ligne.

    Un journal vide donne des indicateurs à zéro, un export vide ne prétend rien : c'est presque toujours un
    filtre mal réglé, parfois la vérité.

    Source : convention duicheck (avertissement : aucun texte n'interdit un fichier vide).
    """
    exiger_tables(lecture)
    yield from constats(lecture, "livraison/fichier-vide", cause="le fichier n'a que des titres")
