"""The parts that the plugin builds over small tables: computation, measures, sets, bounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tables_recalcul import connexion, livraison, tables, textes

from duicheck.model import Decompte, Fenetre, Hypotheses, Indicateurs, Journal, Mesures, Registre
from duicheck_indicateurs.comptage import Calcul, calcul_de_la_livraison
from duicheck_indicateurs.fenetre import RegleFenetre, situer
from duicheck_indicateurs.mesures import mesures_de_la_livraison

CODES = ("dossiers_actifs", "projet_personnalise", "evenement_agenda", "mssante", "dmp")


@dataclass(frozen=True)
class _Place:
    line: int
    pointer: None = None


@dataclass(frozen=True)
class _Lecture:
    """As much of a reading as tables ask."""

    rows: int = 10_000
    rejected: int = 0
    first_rowid: int = 0
    file: str = "fichier.csv"

    def place(self, rank: int) -> _Place:
        return _Place(rank + 2)


@dataclass(frozen=True)
class Parts:
    """What the readers and rules of the plugin would be given."""

    journal: Journal
    registre: Registre
    decompte: Decompte | None
    fenetre: Fenetre
    hypotheses: Hypotheses
    calcul: Calcul
    mesures: Mesures


def calculer(  # a delivery has that many sides
    journal: list[dict[str, Any]],
    registre: list[dict[str, Any]],
    exporte: dict[tuple[str, str], tuple[int, int | None]],
    *,
    texte: str,
    mesure: date,
    premiere: bool = False,
    phase: str | None = None,
    hypotheses: dict[str, str] | None = None,
    decompte: list[tuple[str, str, str]] | None = None,
    rejets: tuple[int, int] = (0, 0),
) -> Parts:
    """Run the readers over rows. `exporte` is by (finess, code); `decompte` rows are (finess, code, identifier)."""
    livre = textes()[texte]
    regles = {nom: RegleFenetre.du_texte(autre) for nom, autre in textes().items()}
    retenues = Hypotheses(livre.choose({}) | (hypotheses or {}))
    fenetre = situer(livraison(texte, mesure, premiere=premiere, phase=phase), regles[texte], retenues, regles)
    tables(journal, registre)
    connexion().execute(
        "CREATE OR REPLACE TABLE indicateurs (finess_et VARCHAR, indicateur VARCHAR, periode_debut DATE,"
        " periode_fin DATE, numerateur BIGINT, denominateur BIGINT, taux VARCHAR, date_extraction DATE)"
    )
    for (finess, code), (numerateur, denominateur) in exporte.items():
        ligne = [finess, code, fenetre.debut, fenetre.fin, numerateur, denominateur, None, None]
        connexion().execute("INSERT INTO indicateurs VALUES (?, ?, ?, ?, ?, ?, ?, ?)", ligne)
    connexion().execute(
        "CREATE OR REPLACE TABLE decompte (finess_et VARCHAR, indicateur VARCHAR, periode_debut DATE,"
        " periode_fin DATE, id_dossier VARCHAR)"
    )
    if decompte:
        lignes = [[finess, code, fenetre.debut, fenetre.fin, cle] for finess, code, cle in decompte]
        connexion().executemany("INSERT INTO decompte VALUES (?, ?, ?, ?, ?)", lignes)
    tenus = Journal(connexion(), [_Lecture(rejected=rejets[0])])
    inscrits = Registre(connexion(), [_Lecture(rejected=rejets[1])])
    compte = None if decompte is None else Decompte(connexion(), [_Lecture()])
    export = Indicateurs(connexion(), [_Lecture()])
    calcul = calcul_de_la_livraison.build(
        journal=tenus,
        registre=inscrits,
        indicateurs=export,
        rulebook=livre,
        fenetre=fenetre,
        hypotheses=retenues,
        decompte=compte,
    )
    mesures = mesures_de_la_livraison.build(
        indicateurs=export, rulebook=livre, fenetre=fenetre, calcul=calcul, structures=None
    )
    return Parts(tenus, inscrits, compte, fenetre, retenues, calcul, mesures)
