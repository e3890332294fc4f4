"""The grid as a whole: every establishment, every period, every cell, once."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotAvailable
from duicheck.findings import Fixer, Severity, Violation
from duicheck.model import Indicateurs, Structures, TableauDeBord
from duicheck.rules import rule
from duicheck_tableau.mots import EXIGES, MESURES, PERIODES

__all__ = ["etablissement_manquant", "grille_incomplete", "ligne_repetee"]

_NOMMEES = 3  # measures that a message names; the others are counted


@rule(
    "tableau-de-bord/grille-incomplete",
    severity=Severity.ERROR,
    message="{finess_et}, {periode} : {manque}.",
    remedy="Extrayez la grille entière : les trois périodes, et tous les comptes de chacune, zéros compris.",
    since="0.1",
)
def grille_incomplete(grille: TableauDeBord) -> Iterator[Violation]:
    """Une période, ou un compte d'une période, manque à la grille d'un établissement.

    L'exigence veut au moins le mois en cours, l'année en cours et l'année précédente ; pour chacune, les documents de
    chaque canal au total, avec INS qualifiée et sans, et les dossiers de chaque canal et des trois. Un compte nul
    s'écrit zéro : une ligne absente ne dit rien. Les comptes de SC.TBB.02.MS1 sont facultatifs. Une ligne que son
    schéma refuse n'est pas là.

    Source : SC.TBB.01.MS1, export Squash des socles de vague 1.
    """
    presentes: dict[str, set[tuple[str, str, str]]] = {}
    premieres: dict[str, int] = {}
    for finess, periode, mesure, ins, ligne in grille.rows(
        "SELECT finess_et, periode, mesure, ins, min(rowid) AS ligne FROM tableau_de_bord"
        " GROUP BY finess_et, periode, mesure, ins ORDER BY ligne"
    ):
        presentes.setdefault(finess, set()).add((periode, mesure, ins))
        premieres.setdefault(finess, ligne)
    for finess, cellules in presentes.items():
        for periode, nom in PERIODES.items():
            absentes = [cellule for cellule in EXIGES if (periode, *cellule) not in cellules]
            if absentes:
                faits = {"finess_et": finess, "periode": nom, "manque": _manque(absentes)}
                yield Violation(grille.at(premieres[finess]), faits)


def _manque(absentes: list[tuple[str, str]]) -> str:
    if len(absentes) == len(EXIGES):
        return "la période manque"
    nommees = ", ".join(f"{MESURES[mesure]} ({ins})" for mesure, ins in absentes[:_NOMMEES])
    reste = len(absentes) - _NOMMEES
    suite = f" et {reste} autres" if reste > 1 else " et un autre" if reste == 1 else ""
    return f"il manque {nommees}{suite}"


@rule(
    "tableau-de-bord/ligne-repetee",
    severity=Severity.ERROR,
    message="{finess_et}, {periode}, {mesure} ({ins}) : écrit {lignes} fois, d'abord ligne {ligne}.",
    remedy="Gardez une seule ligne par établissement, période, mesure et statut d'INS.",
    since="0.1",
)
def ligne_repetee(grille: TableauDeBord) -> Iterator[Violation]:
    """Un même compte est écrit deux fois.

    Deux lignes pour un même établissement, une même période, une même mesure et un même statut d'INS : on ne saurait
    laquelle croire, même quand elles disent la même chose.

    Source : convention duicheck (contrat de données, §1.7 : une ligne par établissement, période, canal et statut).
    """
    sql = (
        "SELECT finess_et, periode, mesure, ins, count(*), min(rowid), max(rowid) FROM tableau_de_bord"
        " GROUP BY finess_et, periode, mesure, ins HAVING count(*) > 1 ORDER BY max(rowid)"
    )
    for finess, periode, mesure, ins, lignes, premiere, derniere in grille.rows(sql):
        faits = {
            "finess_et": finess,
            "periode": PERIODES[periode],
            "mesure": MESURES[mesure],
            "ins": ins,
            "lignes": lignes,
            "ligne": grille.at(premiere).line,
        }
        yield Violation(grille.at(derniere), faits)


@rule(
    "tableau-de-bord/etablissement-manquant",
    severity=Severity.WARNING,
    message="{finess_et} : dans {origine}, et pas une ligne de tableau de bord.",
    remedy="Extrayez la grille de tous les établissements du projet.",
    since="0.1",
    fixer=Fixer.VENDOR,
)
def etablissement_manquant(
    grille: TableauDeBord, structures: Structures | None, export: Indicateurs | None
) -> Iterator[Violation]:
    """Un établissement du projet n'est pas dans le tableau de bord.

    L'exigence veut la grille par FINESS géographique. Les établissements sont ceux de la liste des structures, ou à
    défaut ceux de l'export d'indicateurs. Un avertissement : aucun texte ne demande de livrer cette grille.

    Source : SC.TBB.01.MS1 (par FINESS géographique), export Squash des socles de vague 1.
    """
    table = structures if structures is not None else export
    if table is None:
        message = "ni la liste des structures ni l'export ne disent quels établissements sont attendus"
        raise NotAvailable(message, frozenset({"structures"}))
    origine = "la liste des structures" if structures is not None else "l'export d'indicateurs"
    sql = (
        f"SELECT finess_et, min(rowid) FROM {table.role} WHERE finess_et <> 'TOTAL'"
        f" AND finess_et NOT IN (SELECT finess_et FROM {grille.role}) GROUP BY finess_et ORDER BY min(rowid)"
    )
    for finess, ligne in table.rows(sql):
        yield Violation(table.at(ligne, "finess_et"), {"finess_et": finess, "origine": origine})
