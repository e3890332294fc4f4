"""Statements side by side give what they give one after the other, errors included."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from situations import etablir
from tables_recalcul import connexion

from duicheck_indicateurs.equipe import executer
from duicheck_indicateurs.recalcul import recalculer

SUITE = {
    "dizaine": "CREATE TABLE recalcul.dizaine AS SELECT unnest(range(10)) AS n",
    "paires": "CREATE VIEW recalcul.paires AS SELECT n FROM recalcul.dizaine WHERE n % 2 = 0",
    "grand": "CREATE TABLE recalcul.grand AS SELECT d.n, r.range AS m FROM recalcul.dizaine AS d, range(100000) AS r",
    "compte": "SELECT count(*), sum(m) FROM recalcul.grand WHERE n IN (SELECT n FROM recalcul.paires)",
    "plus": "SELECT max(n) FROM recalcul.paires",
}


@pytest.fixture(params=[1, 2])
def base(request: pytest.FixtureRequest) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that works in one thread, or in two."""
    with duckdb.connect(config={"threads": request.param}) as connection:
        connection.execute("ATTACH ':memory:' AS recalcul")
        yield connection


def test_each_statement_finds_what_it_reads(base: duckdb.DuckDBPyConnection) -> None:
    for _ in range(10):
        lignes = executer(base, SUITE)
        assert list(lignes) == list(SUITE)
        assert lignes["compte"] == [(500_000, 5 * sum(range(100_000)))]
        assert lignes["plus"] == [(8,)]
        base.execute("DROP VIEW recalcul.paires; DROP TABLE recalcul.dizaine; DROP TABLE recalcul.grand")


def test_the_first_error_is_raised_and_the_connection_still_answers(base: duckdb.DuckDBPyConnection) -> None:
    fausse = "CREATE TABLE recalcul.paires AS SELECT error('non') FROM recalcul.dizaine"
    with pytest.raises(duckdb.Error, match="non"):
        executer(base, {**SUITE, "paires": fausse, "plus": "SELECT autre FROM recalcul.dizaine"})
    ((tables,),) = base.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'recalcul' AND table_name = 'paires'"
    ).fetchall()
    assert tables == 0
    assert base.execute("SELECT count(*) FROM recalcul.dizaine").fetchall() == [(10,)]


def test_the_indicators_of_every_small_situation_are_the_same_in_two_threads() -> None:
    livrees, scenarios, journal, registre = etablir("2025-40", ("premier-", "second-"))
    seul = recalculer(journal, registre, livrees, scenarios)
    connexion().execute("SET threads = 2")
    try:
        assert recalculer(journal, registre, livrees, scenarios) == seul
    finally:
        connexion().execute("SET threads = 1")
