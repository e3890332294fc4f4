"""Several scenarios at once are computed with less memory, which is given back."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from duicheck_indicateurs.memoire import restreinte


def _limite(connection: duckdb.DuckDBPyConnection) -> float:
    """In MiB, as DuckDB writes it: to a tenth."""
    ((limite,),) = connection.execute("SELECT current_setting('memory_limit')").fetchall()
    return float(limite.removesuffix(" MiB"))


def _arreter(connection: duckdb.DuckDBPyConnection, vues: list[float]) -> None:
    with restreinte(connection):
        vues.append(_limite(connection))
        raise ZeroDivisionError


def test_tables_in_memory_leave_room_and_get_it_back() -> None:
    vues: list[float] = []
    with duckdb.connect(config={"memory_limit": "200MB"}) as connection:
        avant = _limite(connection)
        with pytest.raises(ZeroDivisionError):
            _arreter(connection, vues)
        assert vues[0] < avant
        assert _limite(connection) == pytest.approx(avant, abs=0.2)


def test_tables_on_disk_are_left_alone(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "tables.duckdb"), config={"memory_limit": "160MB"}) as connection:
        avant = _limite(connection)
        with restreinte(connection):
            assert _limite(connection) == avant
