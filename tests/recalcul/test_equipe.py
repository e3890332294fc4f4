"""Statements side by side give what they give one after the other, errors included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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


class Suivie:
    """A connection, and what becomes of the cursors that it gives."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, ouvertes: list[Suivie]) -> None:
        self._connection = connection
        self._ouvertes = ouvertes
        self.interruptions = 0
        self.fermee = False

    def __getattr__(self, nom: str) -> Any:
        return getattr(self._connection, nom)

    def cursor(self) -> Suivie:
        self._ouvertes.append(Suivie(self._connection.cursor(), self._ouvertes))
        return self._ouvertes[-1]

    def interrupt(self) -> None:
        self.interruptions += 1
        self._connection.interrupt()

    def close(self) -> None:
        self.fermee = True
        self._connection.close()


def test_two_connections_at_most_and_none_is_left_open(base: duckdb.DuckDBPyConnection) -> None:
    ouvertes: list[Suivie] = []
    suivie = Suivie(base, ouvertes)
    executer(suivie, SUITE)  # type: ignore[arg-type]
    ((fils,),) = base.execute("SELECT current_setting('threads')").fetchall()
    assert len(ouvertes) == fils - 1
    assert all(ouverte.fermee and not ouverte.interruptions for ouverte in ouvertes)
    assert not suivie.fermee
    assert not suivie.interruptions


def test_an_error_interrupts_what_runs() -> None:
    ouvertes: list[Suivie] = []
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("ATTACH ':memory:' AS recalcul")
        suivie = Suivie(connection, ouvertes)
        fausse = "SELECT CASE WHEN sum(range) > 0 THEN error('non') END FROM range(50000000)"  # once the other runs
        longue = "SELECT sum(a.range + b.range) FROM range(100000) AS a, range(50000) AS b"
        with pytest.raises(duckdb.Error, match="non"):
            executer(suivie, {"fausse": fausse, "longue": longue})  # type: ignore[arg-type]
        assert suivie.interruptions == 1
        assert [(ouverte.interruptions, ouverte.fermee) for ouverte in ouvertes] == [(1, True)]


def test_the_indicators_of_every_small_situation_are_the_same_in_two_threads() -> None:
    livrees, scenarios, journal, registre = etablir("2025-40", ("premier-", "second-"))
    seul = recalculer(journal, registre, livrees, scenarios)
    connexion().execute("SET threads = 2")
    try:
        assert recalculer(journal, registre, livrees, scenarios) == seul
    finally:
        connexion().execute("SET threads = 1")
