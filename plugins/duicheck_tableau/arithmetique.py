"""Sums and inclusions that hold whatever the establishment did. One query a rule."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.findings import Severity, Violation
from duicheck.model import TableauDeBord
from duicheck.rules import rule
from duicheck_tableau.mots import CANAUX, MESURES, PERIODES

__all__ = [
    "documents_sans_dossier",
    "dossiers_superieurs",
    "ins_total_faux",
    "mois_superieur",
    "trois_canaux_superieur",
]

# A cell written twice is another rule's; here the greatest stands for both.
_CELLULES = (
    "SELECT finess_et, periode, mesure, ins, max(nombre) AS nombre, min(rowid) AS ligne"
    " FROM tableau_de_bord GROUP BY finess_et, periode, mesure, ins"
)


@rule(
    "tableau-de-bord/ins-total-faux",
    severity=Severity.ERROR,
    message="{finess_et}, {periode}, {mesure} : {compte} en tout, pour {qualifiees} avec INS qualifiée et"
    " {non_qualifiees} sans.",
    remedy="Corrigez l'extraction : chaque document a une INS qualifiée ou ne l'a pas.",
    since="0.1",
)
def ins_total_faux(grille: TableauDeBord) -> Iterator[Violation]:
    """Le total d'une mesure n'est pas la somme des comptes avec INS qualifiée et sans.

    Les deux s'excluent et il n'y en a pas de troisième. Quand un seul des deux est livré, il ne peut pas dépasser le
    total. Sans ligne de total, `tableau-de-bord/grille-incomplete` le dit.

    Source : SC.TBB.01.MS1 (chaque compte au total, avec INS qualifiée, avec INS non qualifiée), export Squash des
    socles de vague 1.
    """
    sql = (
        f"WITH cellules AS ({_CELLULES}), sommes AS (SELECT finess_et, periode, mesure,"
        " max(nombre) FILTER (ins = 'total') AS total, max(nombre) FILTER (ins = 'qualifiee') AS qualifiee,"
        " max(nombre) FILTER (ins = 'non_qualifiee') AS non_qualifiee, min(ligne) FILTER (ins = 'total') AS ligne"
        " FROM cellules GROUP BY finess_et, periode, mesure)"
        " SELECT * FROM sommes WHERE total <> qualifiee + non_qualifiee OR qualifiee > total OR non_qualifiee > total"
        " ORDER BY ligne"
    )
    for finess, periode, mesure, total, qualifiee, non_qualifiee, ligne in grille.rows(sql):
        faits = {
            "finess_et": finess,
            "periode": PERIODES[periode],
            "mesure": MESURES[mesure],
            "compte": total,
            "qualifiees": qualifiee,
            "non_qualifiees": non_qualifiee,
        }
        yield Violation(grille.at(ligne, "nombre"), faits)


def _paires(condition: str) -> str:
    """Documents and dossiers of each channel, side by side, where a condition holds of `d` and `n`."""
    canaux = ", ".join(f"('{canal}')" for canal in CANAUX)
    return (
        f"WITH cellules AS (SELECT * FROM ({_CELLULES}) WHERE ins = 'total'), canaux(canal) AS (VALUES {canaux})"
        " SELECT d.finess_et, d.periode, d.mesure, d.nombre, n.nombre, d.ligne"
        " FROM canaux JOIN cellules AS d ON d.mesure = 'dossiers_' || canal"
        " JOIN cellules AS n ON n.mesure = 'documents_' || canal"
        f" AND n.finess_et = d.finess_et AND n.periode = d.periode WHERE {condition} ORDER BY d.ligne"
    )


@rule(
    "tableau-de-bord/dossiers-superieurs",
    severity=Severity.ERROR,
    message="{finess_et}, {periode} : {dossiers} {mesure}, pour {documents} documents.",
    remedy="Corrigez l'extraction : un dossier compte à partir d'un document.",
    since="0.1",
)
def dossiers_superieurs(grille: TableauDeBord) -> Iterator[Violation]:
    """Il y a plus de dossiers qui ont un document que de documents.

    Un dossier est compté s'il a au moins un document : autant de dossiers que de documents est possible, plus ne l'est
    pas.

    Source : SC.TBB.01.MS1 (dossiers ayant au moins un document), export Squash des socles de vague 1.
    """
    for finess, periode, mesure, dossiers, documents, ligne in grille.rows(_paires("d.nombre > n.nombre")):
        faits = {
            "finess_et": finess,
            "periode": PERIODES[periode],
            "mesure": MESURES[mesure],
            "dossiers": dossiers,
            "documents": documents,
        }
        yield Violation(grille.at(ligne, "nombre"), faits)


@rule(
    "tableau-de-bord/documents-sans-dossier",
    severity=Severity.ERROR,
    message="{finess_et}, {periode} : {documents} documents, et aucun des {mesure}.",
    remedy="Corrigez l'extraction : un document appartient toujours à un dossier.",
    since="0.1",
)
def documents_sans_dossier(grille: TableauDeBord) -> Iterator[Violation]:
    """Des documents sont comptés, et aucun dossier n'en a.

    Un document part toujours du dossier d'une personne : dès le premier, un dossier au moins est compté.

    Source : SC.TBB.01.MS1 (dossiers ayant au moins un document), export Squash des socles de vague 1.
    """
    for finess, periode, mesure, _, documents, ligne in grille.rows(_paires("n.nombre > 0 AND d.nombre = 0")):
        faits = {
            "finess_et": finess,
            "periode": PERIODES[periode],
            "mesure": MESURES[mesure],
            "documents": documents,
        }
        yield Violation(grille.at(ligne, "nombre"), faits)


@rule(
    "tableau-de-bord/trois-canaux-superieur",
    severity=Severity.ERROR,
    message="{finess_et}, {periode} : {compte} dossiers ayant les trois, pour {dossiers} {mesure}.",
    remedy="Corrigez l'extraction : un dossier qui a les trois est compté dans chacun.",
    since="0.1",
)
def trois_canaux_superieur(grille: TableauDeBord) -> Iterator[Violation]:
    """Il y a plus de dossiers ayant les trois canaux que de dossiers ayant l'un d'eux.

    Un dossier qui alimente le DMP, a un envoi professionnel et un envoi citoyen est compté dans les trois : leur nombre
    ne dépasse aucun des trois. Un constat par canal dépassé.

    Source : SC.TBB.01.MS1 (dossiers ayant les trois), export Squash des socles de vague 1.
    """
    canaux = ", ".join(f"'dossiers_{canal}'" for canal in CANAUX)
    sql = (
        f"WITH cellules AS (SELECT * FROM ({_CELLULES}) WHERE ins = 'total')"
        " SELECT t.finess_et, t.periode, u.mesure, t.nombre, u.nombre, t.ligne FROM cellules AS t JOIN cellules AS u"
        f" ON u.finess_et = t.finess_et AND u.periode = t.periode AND u.mesure IN ({canaux})"
        " WHERE t.mesure = 'dossiers_trois' AND t.nombre > u.nombre ORDER BY t.ligne, u.mesure"
    )
    for finess, periode, mesure, trois, dossiers, ligne in grille.rows(sql):
        faits = {
            "finess_et": finess,
            "periode": PERIODES[periode],
            "mesure": MESURES[mesure],
            "compte": trois,
            "dossiers": dossiers,
        }
        yield Violation(grille.at(ligne, "nombre"), faits)


@rule(
    "tableau-de-bord/mois-superieur",
    severity=Severity.ERROR,
    message="{finess_et}, {mesure} ({ins}) : {compte} pour le mois en cours, {compte_annee} pour l'année en cours.",
    remedy="Corrigez l'extraction : le mois en cours fait partie de l'année en cours.",
    since="0.1",
)
def mois_superieur(grille: TableauDeBord) -> Iterator[Violation]:
    """Le compte du mois en cours dépasse celui de l'année en cours.

    Le mois est dans l'année : documents et dossiers du mois y sont aussi. En janvier les deux sont égaux.

    Source : SC.TBB.01.MS1 et SC.TBB.02.MS1 (périodes : au moins mois en cours, année en cours, année précédente),
    export Squash des socles de vague 1.
    """
    sql = (
        f"WITH cellules AS ({_CELLULES}) SELECT m.finess_et, m.mesure, m.ins, m.nombre, a.nombre, m.ligne"
        " FROM cellules AS m JOIN cellules AS a ON a.finess_et = m.finess_et AND a.mesure = m.mesure AND a.ins = m.ins"
        " WHERE m.periode = 'mois_en_cours' AND a.periode = 'annee_en_cours' AND m.nombre > a.nombre ORDER BY m.ligne"
    )
    for finess, mesure, ins, mois, annee, ligne in grille.rows(sql):
        faits = {
            "finess_et": finess,
            "mesure": MESURES[mesure],
            "ins": ins,
            "compte": mois,
            "compte_annee": annee,
        }
        yield Violation(grille.at(ligne, "nombre"), faits)
