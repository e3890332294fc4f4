"""The parts that the plugin builds over small tables: computation, measures, sets, bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from msgspec.structs import replace
from tables_recalcul import connexion, livraison, tables, textes

from duicheck.model import Decompte, Fenetre, Hypotheses, Indicateurs, Journal, Mesures, Registre
from duicheck_indicateurs.comptage import Calcul, calcul_de_la_livraison
from duicheck_indicateurs.fenetre import RegleFenetre, situer
from duicheck_indicateurs.lignes import export_de_la_livraison
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


def _remplir(nom: str, colonnes: str, lignes: list[list[Any]]) -> None:
    """Create a table and fill it in one statement: row by row takes a millisecond each."""
    connexion().execute(f"CREATE OR REPLACE TABLE {nom} ({colonnes})")
    if lignes:
        genres = [colonne.split()[1] for colonne in colonnes.split(", ")]
        listes = ", ".join(f"unnest(?::{genre}[])" for genre in genres)
        connexion().execute(
            f"INSERT INTO {nom} SELECT {listes}", [list(colonne) for colonne in zip(*lignes, strict=True)]
        )


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
    decompte: Sequence[tuple[Any, ...]] | None = None,
    rejets: tuple[int, int] = (0, 0),
    nommer: bool = True,
) -> Parts:
    """Run the readers over rows.

    `exporte` is by (finess, code); `decompte` rows are (finess, code, identifier), then the two days of the period
    where it is not the window. `nommer`: somebody asks for the names of those who are not counted.
    """
    livre = textes()[texte]
    regles = {nom: RegleFenetre.du_texte(autre) for nom, autre in textes().items()}
    retenues = Hypotheses(livre.choose({}) | (hypotheses or {}))
    declaree = replace(livraison(texte, mesure, premiere=premiere, phase=phase), avec_identifiants=nommer)
    fenetre = situer(declaree, regles[texte], retenues, regles)
    tables(journal, registre)
    jours = [fenetre.debut, fenetre.fin]
    _remplir(
        "indicateurs",
        "finess_et VARCHAR, indicateur VARCHAR, periode_debut DATE, periode_fin DATE, numerateur BIGINT,"
        " denominateur BIGINT, taux VARCHAR, date_extraction DATE",
        [[*cle, *jours, *entiers, None, None] for cle, entiers in exporte.items()],
    )
    _remplir(
        "decompte",
        "finess_et VARCHAR, indicateur VARCHAR, periode_debut DATE, periode_fin DATE, id_dossier VARCHAR",
        [[finess, code, *(periode or jours), cle] for finess, code, cle, *periode in decompte or ()],
    )
    tenus = Journal(connexion(), [_Lecture(rejected=rejets[0])])
    inscrits = Registre(connexion(), [_Lecture(rejected=rejets[1])])
    compte = None if decompte is None else Decompte(connexion(), [_Lecture()])
    export = Indicateurs(connexion(), [_Lecture()])
    lignes = export_de_la_livraison.build(indicateurs=export)
    calcul = calcul_de_la_livraison.build(
        journal=tenus,
        registre=inscrits,
        export=lignes,
        rulebook=livre,
        fenetre=fenetre,
        hypotheses=retenues,
        decompte=compte,
        livraison=declaree,
    )
    mesures = mesures_de_la_livraison.build(
        export=lignes, rulebook=livre, fenetre=fenetre, calcul=calcul, structures=None
    )
    return Parts(tenus, inscrits, compte, fenetre, retenues, calcul, mesures)
