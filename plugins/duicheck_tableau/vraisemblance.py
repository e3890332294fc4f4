"""The grid beside what else is known: to look at, never a fault."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.findings import Severity, Violation
from duicheck.model import Fenetre, Indicateurs, TableauDeBord
from duicheck.rules import rule
from duicheck_tableau.mots import PERIODES

__all__ = ["citoyenne_sans_ins", "ecart_export"]


@rule(
    "tableau-de-bord/citoyenne-sans-ins",
    severity=Severity.WARNING,
    message="{finess_et}, {periode} : {documents} documents envoyés par MSSanté citoyenne sans INS qualifiée.",
    remedy="Vérifiez comment ces adresses ont été composées : une adresse citoyenne vient d'une INS qualifiée.",
    since="0.1",
)
def citoyenne_sans_ins(grille: TableauDeBord) -> Iterator[Violation]:
    """Des documents sont partis par la messagerie citoyenne sans INS qualifiée.

    L'adresse citoyenne d'une personne se compose de son INS, et ne se compose qu'à partir d'une INS qualifiée. Un
    avertissement : la grille de l'exigence prévoit ce compte, et l'INS a pu être déqualifiée depuis l'envoi.

    Source : SC.MSS/va1.19 (publiée DUI.MSS.11), référentiel MSSanté #2, ECO.2.2.6 ; brouillon public, et non le REM.
    """
    sql = (
        "SELECT finess_et, periode, max(nombre), min(rowid) FROM tableau_de_bord"
        " WHERE mesure = 'documents_mss_citoyenne' AND ins = 'non_qualifiee' AND nombre > 0"
        " GROUP BY finess_et, periode ORDER BY min(rowid)"
    )
    for finess, periode, documents, ligne in grille.rows(sql):
        faits = {"finess_et": finess, "periode": PERIODES[periode], "documents": documents}
        yield Violation(grille.at(ligne, "nombre"), faits)


@rule(
    "tableau-de-bord/ecart-export",
    severity=Severity.INFO,
    message="{finess_et} : l'export annonce {numerateur} {objets} dans la fenêtre, le tableau de bord {compte} {mesure}"
    " sur les années qu'elle touche. Les deux ne comptent pas la même chose : c'est à regarder.",
    remedy="Demandez à l'éditeur d'où vient chaque compte ; le taux de la CNSA ne se lit pas dans cette grille.",
    since="0.1",
)
def ecart_export(grille: TableauDeBord, export: Indicateurs, fenetre: Fenetre) -> Iterator[Violation]:
    """L'export annonce plus que ce que le tableau de bord a vu sur les années de la fenêtre.

    Pour le DMP, plus de personnes dans la fenêtre que de dossiers dans l'année ; pour MSSanté, des messages alors
    qu'aucun document n'est parti. Une information, jamais plus : la grille compte des documents et la CNSA des
    messages, une personne peut avoir deux dossiers, et la grille peut avoir été extraite un autre jour. Les années de
    la grille sont celles de la fin de la fenêtre et la précédente.

    Source : SC.TBB.01.MS1 (documents envoyés) et 2025-40, §5 A (messages envoyés) ; le rapprochement est une convention
    de duicheck.
    """
    annees = ["annee_en_cours"] + (["annee_precedente"] if fenetre.debut.year < fenetre.fin.year else [])
    mesures = {
        "dmp": (
            ("dossiers_dmp",),
            "personnes au titre du DMP",
            "dossiers alimentant le DMP",
            "e.numerateur > g.compte",
        ),
        "mssante": (
            ("documents_mss_pro", "documents_mss_citoyenne"),
            "messages MSSanté",
            "document envoyé par MSSanté",
            "e.numerateur > 0 AND g.compte = 0",
        ),
    }
    for indicateur, (comptees, objets, nom, condition) in mesures.items():
        sql = (
            "WITH g AS (SELECT finess_et, sum(nombre) AS compte, min(rowid) AS ligne FROM tableau_de_bord"
            " WHERE list_contains($mesures, mesure) AND list_contains($annees, periode) AND ins = 'total'"
            " GROUP BY finess_et HAVING count(DISTINCT (mesure, periode)) = $cellules)"
            " SELECT e.finess_et, e.numerateur, g.compte, g.ligne FROM indicateurs AS e JOIN g USING (finess_et)"
            f" WHERE e.indicateur = $indicateur AND {condition} ORDER BY g.ligne, e.rowid"
        )
        parametres = {
            "mesures": list(comptees),
            "annees": annees,
            "cellules": len(comptees) * len(annees),
            "indicateur": indicateur,
        }
        for finess, numerateur, compte, ligne in export.rows(sql, parametres):
            faits = {
                "finess_et": finess,
                "numerateur": numerateur,
                "objets": objets,
                "compte": int(compte),
                "mesure": nom,
            }
            yield Violation(grille.at(ligne, "nombre"), faits)
