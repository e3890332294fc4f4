"""Rows and columns: what the schemas refuse, and what they cannot decide."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotApplicable
from duicheck.findings import Location, Severity, Violation
from duicheck.model import Lecture
from duicheck.rules import rule
from duicheck_livraison.anomalies import constats, exiger_lignes, exiger_tables

__all__ = ["colonne_inconnue", "colonne_manquante", "format_non_conforme", "ligne_hors_tableau", "valeur_ambigue"]


@rule(
    "livraison/format-non-conforme",
    severity=Severity.ERROR,
    waivable=False,
    message="{endroit} : il faut {attendu}. {suite}",
    remedy="Corrigez la valeur à la source, puis refaites l'export ; son contenu n'est jamais recopié ici.",
    since="0.1",
)
def format_non_conforme(lecture: Lecture) -> Iterator[Violation]:
    """Une ligne ou un document n'a pas la forme que son schéma demande.

    La ligne est écartée et comptée dans « rejetees » : elle n'entre dans aucun calcul, et l'établissement ne peut
    plus être déclaré conforme. Le constat donne la ligne telle qu'un éditeur de texte la numérote, la colonne, le
    mot-clé du schéma et ce qui était attendu ; jamais la valeur lue. Un document (déclaration Ségur, projet) est pris
    ou laissé en entier : chaque défaut est donné par son pointeur JSON et sa ligne, et le document n'est pas lu.

    Source : convention duicheck (schémas JSON du contrat d'échange, §1).
    """
    if not lecture.documents:
        exiger_lignes(lecture)
    documents = {fichier.chemin for fichier in lecture.fichiers if fichier.role in lecture.documents}
    for constat in constats(lecture, "livraison/format-non-conforme", mot_cle=None, attendu="une autre valeur"):
        colonne = constat.at.column
        if constat.at.file in documents:
            endroit, suite = _endroit(constat.at), "Le document n'est pas lu."
        else:
            endroit = "Ligne entière" if colonne is None else colonne
            suite = "La ligne est écartée des calculs."
        yield Violation(constat.at, {**constat.facts, "endroit": endroit, "suite": suite})


def _endroit(at: Location) -> str:
    """A place of a document as a person reads it: the property that is wrong or missing, and where."""
    dernier = (at.pointer or "").rpartition("/")[2]
    if at.column is None:
        return at.pointer or "Document entier"
    return f"{at.pointer}/{at.column}" if dernier != at.column else str(at.pointer)


@rule(
    "livraison/valeur-ambigue",
    severity=Severity.ERROR,
    waivable=False,
    message="{endroit} : {cause}. La ligne est écartée des calculs.",
    remedy="Écrivez la valeur sans équivoque : date AAAA-MM-JJ, numéro avec ses zéros, un seul signe décimal.",
    since="0.1",
)
def valeur_ambigue(lecture: Lecture) -> Iterator[Violation]:
    """Une valeur peut se lire de deux façons.

    Une date comme 03/04/25, un numéro FINESS qui a perdu son zéro de tête dans un tableur, un nombre qui porte un
    point et une virgule : choisir serait deviner, et une livraison ne se devine pas. La ligne est écartée.

    Source : convention duicheck (contrat d'échange, §1 : « ce qui est ambigu est un constat »).
    """
    exiger_lignes(lecture)
    for constat in constats(lecture, "livraison/valeur-ambigue", cause="cette valeur peut se lire de deux façons"):
        colonne = constat.at.column
        yield Violation(constat.at, {**constat.facts, "endroit": "Ligne entière" if colonne is None else colonne})


@rule(
    "livraison/colonne-inconnue",
    severity=Severity.WARNING,
    message="La colonne « {colonne} » ne correspond à rien{proposition} ; elle n'est pas lue.",
    remedy="Renommez-la, ou donnez sa correspondance sous [fichiers.colonnes] dans livraison.toml ; sinon ôtez-la.",
    since="0.1",
)
def colonne_inconnue(lecture: Lecture) -> Iterator[Violation]:
    """Un titre de colonne ne correspond à aucune colonne du rôle.

    Elle n'est pas lue. C'est sans effet si elle est de trop ; c'est grave si elle est facultative et mal nommée,
    car ses valeurs manquent alors sans bruit. Une colonne de trop peut aussi porter des données personnelles.

    Source : convention duicheck (contrat d'échange, §1 : correspondance des colonnes).
    """
    exiger_tables(lecture)
    for constat in constats(lecture, "livraison/colonne-inconnue", proche=None):
        proche = constat.facts["proche"]
        proposition = "" if proche is None else f", peut-être « {proche} »"
        faits = {**constat.facts, "colonne": constat.at.column, "proposition": proposition}
        yield Violation(constat.at, faits)


@rule(
    "livraison/colonne-manquante",
    severity=Severity.ERROR,
    waivable=False,
    message="Il manque la colonne obligatoire « {colonne} »{proposition} ; rien de ce fichier n'est lu.",
    remedy="Ajoutez la colonne, ou donnez sa correspondance sous [fichiers.colonnes] dans livraison.toml.",
    since="0.1",
)
def colonne_manquante(lecture: Lecture) -> Iterator[Violation]:
    """Une colonne obligatoire manque.

    Sans elle aucune ligne n'est valable : le fichier entier est laissé de côté, et les règles qui devaient le lire
    sont « non vérifiées ». Quand les titres sont ceux d'un autre rôle, le message le dit.

    Source : convention duicheck (schémas JSON du contrat d'échange, §1).
    """
    exiger_tables(lecture)
    for constat in constats(lecture, "livraison/colonne-manquante", proche=None, role_probable=None):
        proche, role = constat.facts["proche"], constat.facts["role_probable"]
        if role is not None:
            proposition = f" ; ce fichier ressemble au rôle « {role} »"
        else:
            proposition = "" if proche is None else f", peut-être celle que vous nommez « {proche} »"
        faits = {**constat.facts, "colonne": constat.at.column, "proposition": proposition}
        yield Violation(constat.at, faits)


@rule(
    "livraison/ligne-hors-tableau",
    severity=Severity.INFO,
    message="{cause} : elle n'est pas lue comme une ligne du tableau.",
    remedy="Rien à faire si c'est bien cela ; si c'est un établissement, donnez-lui son numéro FINESS.",
    since="0.1",
)
def ligne_hors_tableau(lecture: Lecture) -> Iterator[Violation]:
    """Une ligne de total ou une note est laissée de côté.

    Les tableaux des structures finissent souvent par un total ou par une note. Une telle ligne n'a pas de numéro
    FINESS, et commence par « total », « somme » ou « nombre de », ou n'a qu'une cellule remplie. Elle n'est ni lue ni
    comptée parmi les lignes rejetées ; toute autre ligne sans numéro est un défaut (`livraison/format-non-conforme`).

    Source : convention duicheck (contrat d'échange, §1.5) ; ce qui n'est pas lu se dit.
    """
    if "structures" not in lecture.tables:
        message = "seule la liste des structures peut porter des totaux et des notes"
        raise NotApplicable(message)
    for constat in constats(lecture, "livraison/ligne-hors-tableau"):
        cause = str(constat.facts["cause"])
        yield Violation(constat.at, {**constat.facts, "cause": cause[0].upper() + cause[1:]})
