"""What several scenarios have in common is computed once, by the first of them, in every relation that is shared."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from situations import DEPARTS, etablir

from duicheck_indicateurs.recalcul import FAMILLES, REQUETES, atelier, requete

DE = {
    "presents": "presents_de",
    "mises_a_jour": "actifs_de",
    "avec_projet": "projet_de",
    "avec_agenda": "agenda_de",
    "envois": "messages_de",
    "dossiers_possibles": "presents_de",
    "alimentes": "fenetre_de",
    "servis": "dmp_de",
    "actifs": "actifs_de",
    **FAMILLES,
}
"""Every relation that has a row per scenario -> the column of `fenetres` that says who computes it."""


@pytest.fixture(scope="module")
def ouvert() -> Iterator[duckdb.DuckDBPyConnection]:
    """Every small situation under many scenarios, twice: the second half has everything in common with the first."""
    livrees, scenarios, journal, registre = etablir("2025-40", ("premier-", "second-"))
    with atelier(journal, registre, livrees, scenarios) as connection:
        yield connection


def test_every_relation_of_scenarios_is_tried() -> None:
    assert set(DE) == {nom for nom in REQUETES if "scenario" in requete(nom)}


@pytest.mark.parametrize("relation", DE)
def test_the_scenario_that_computes_is_the_only_one_that_has_rows(
    ouvert: duckdb.DuckDBPyConnection, relation: str
) -> None:
    colonne = DE[relation]
    calcules = ouvert.execute(f"SELECT DISTINCT scenario, finess_et FROM ({requete(relation)})").fetchall()
    annonces = ouvert.execute(f"SELECT DISTINCT {colonne}, finess_et FROM recalcul.fenetres").fetchall()
    assert calcules
    assert set(calcules) <= set(annonces)
    assert {scenario for scenario, _ in annonces} < {f"premier-{rang}" for rang in range(len(DEPARTS))}


@pytest.mark.parametrize("relation", ["dossiers_possibles", "actifs", "servis"])
def test_a_relation_holds_each_dossier_or_person_once(ouvert: duckdb.DuckDBPyConnection, relation: str) -> None:
    (lignes,) = ouvert.execute(f"SELECT count(*) FROM recalcul.{relation}").fetchone() or ()
    (distinctes,) = (
        ouvert.execute(f"SELECT count(*) FROM (SELECT DISTINCT * FROM recalcul.{relation})").fetchone() or ()
    )
    assert lignes == distinctes > 0
