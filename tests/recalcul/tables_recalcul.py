"""Small tables in DuckDB and the shipped texts, for the tests of the recomputation."""

from __future__ import annotations

from datetime import UTC, date
from functools import cache
from typing import Any

import duckdb

from duicheck.model import Journal, Livraison, Registre
from duicheck.rulebook import Rulebook, load_rulebook, shipped_rulebooks

_JOURNAL = {
    "id_evenement": "VARCHAR",
    "horodatage": "TIMESTAMP",
    "finess_et": "VARCHAR",
    "id_dossier": "VARCHAR",
    "type": "VARCHAR",
    "etat": "VARCHAR",
    "id_objet": "VARCHAR",
    "date_evenement": "DATE",
    "canal": "VARCHAR",
    "auteur": "VARCHAR",
}
_REGISTRE = {
    "id_personne": "VARCHAR",
    "id_dossier": "VARCHAR",
    "finess_et": "VARCHAR",
    "date_entree": "DATE",
    "date_sortie": "DATE",
    "projet_possible": "BOOLEAN",
}


@cache
def textes() -> dict[str, Rulebook]:
    """The shipped texts by id."""
    return {livre.id: livre for livre in map(load_rulebook, shipped_rulebooks())}


def livraison(texte: str, mesure: date, *, premiere: bool = False, phase: str | None = None) -> Livraison:
    """A delivery as far as the window is concerned."""
    return Livraison(texte, mesure, premiere, phase, {}, {}, {}, frozenset(), frozenset(), None)


@cache
def connexion() -> duckdb.DuckDBPyConnection:
    """One database for all the tests of a process."""
    return duckdb.connect(config={"threads": 1})


def _remplir(nom: str, colonnes: dict[str, str], lignes: list[dict[str, Any]]) -> None:
    connexion().execute(f"CREATE OR REPLACE TABLE {nom} ({', '.join(f'{c} {t}' for c, t in colonnes.items())})")
    if lignes:
        valeurs = [[ligne.get(colonne) for ligne in lignes] for colonne in colonnes]
        listes = ", ".join(f"unnest(?::{genre}[])" for genre in colonnes.values())
        connexion().execute(f"INSERT INTO {nom} SELECT {listes}", valeurs)


def tables(evenements: list[dict[str, Any]], sejours: list[dict[str, Any]]) -> tuple[Journal, Registre]:
    """Put rows in the two tables, as reading would have; instants with an offset become UTC."""
    utc = [{**e, "horodatage": e["horodatage"].astimezone(UTC).replace(tzinfo=None)} for e in evenements]
    _remplir("journal", _JOURNAL, utc)
    _remplir("registre", _REGISTRE, sejours)
    return Journal(connexion(), []), Registre(connexion(), [])
