"""Loading: begun beside the sieve, kept only if every row was accepted."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from duicheck.formats import Problem, TableReading, read_table, reading
from duicheck.formats.dialect import Dialect
from duicheck.formats.headings import map_headings
from duicheck.formats.loading import EarlyLoad, csv_rows
from duicheck.formats.plan import plan_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb


def _log_of(rows: int, bad: int | None) -> bytes:
    """A log of about 8 MB. `bad`: the row that holds no instant."""
    lines = [b"id_evenement,horodatage,finess_et,id_dossier,type"]
    lines += [
        b"e-%06d,%s,970302287,d-%04d,mise_a_jour_dossier"
        % (row, b"jamais" if row == bad else b"2025-06-16T09:00:00.%06d-03:00" % row, row % 1000)
        for row in range(rows)
    ]
    return b"\n".join(lines) + b"\n"


@pytest.mark.parametrize("bad", [None, 0, 119_999])
def test_an_early_load_keeps_what_the_sieve_accepts(read: Any, bad: int | None) -> None:
    """A refused row, at either end, loses the bet: nothing is loaded twice, nor in another order."""
    found = read(_log_of(120_000, bad))

    assert [row["id_evenement"] for row in found.rows] == [f"e-{row:06}" for row in range(120_000) if row != bad]
    assert len(found.problems) == found.reading.rejected == (bad is not None)


@pytest.mark.parametrize("bad", [None, 0])
def test_a_connection_that_comes_late_changes_nothing(
    bad: int | None, tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    """The sieve does not wait for it, whether or not the bet is lost before it is there."""

    def late() -> duckdb.DuckDBPyConnection:
        time.sleep(0.1)
        return connection

    connection.execute("DROP TABLE IF EXISTS tard")
    reading, problems = _read_log(tmp_path, bad, late)

    found = connection.execute("SELECT id_evenement FROM tard ORDER BY rowid").fetchall()
    assert [name for (name,) in found] == [f"e-{row:06}" for row in range(120_000) if row != bad]
    assert len(problems) == reading.rejected == (bad is not None)


def test_a_connection_that_does_not_come_is_said_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def none() -> duckdb.DuckDBPyConnection:
        message = "no room"
        raise OSError(message)

    with pytest.raises(OSError, match="no room"):
        _read_log(tmp_path, None, none)
    assert capfd.readouterr() == ("", "")  # the thread that loads says nothing of its own
    assert not _loading()


def _read_log(
    folder: Path, bad: int | None, connection: Callable[[], duckdb.DuckDBPyConnection]
) -> tuple[TableReading, list[Problem]]:
    path = folder / "journal.csv"
    path.write_bytes(_log_of(120_000, bad))
    problems: list[Problem] = []
    reading = read_table(
        path,
        file="journal.csv",
        schema="journal",
        connection=connection,
        table="tard",
        on_problem=problems.append,
        workdir=folder,
    )
    return reading, problems


@pytest.mark.parametrize(("length", "rows"), [(10, 0), (95, 122_880), (120, 122_880), (10_000, 0)])
def test_the_buffer_holds_a_group_of_rows_in_each_of_its_four_shares(length: int, rows: int) -> None:
    names = ("id_evenement", "horodatage", "finess_et", "id_dossier", "type")
    headings, problems = map_headings(names, "journal", {}, 1)
    assert not problems
    dialect = Dialect(",", "\n", ("bare",) * len(names))
    query = csv_rows(plan_of("journal").columns, headings, dialect, path=Path("j.csv"), skip=1, length=length)
    found = re.search(r"buffer_size=(\d+)", query)
    assert found is not None
    assert rows * length * 4 <= int(found[1]) <= 64 << 20, "never more memory than that, however long the rows"


class Recording:
    """A connection that runs nothing, and says what it was asked."""

    def __init__(self, rows: int) -> None:
        self.asked: list[str] = []
        self._rows = rows

    def cursor(self) -> Recording:
        return self

    def execute(self, sql: str) -> Recording:
        self.asked.append(sql.rsplit(maxsplit=1)[-1] if sql.startswith("SET") else sql.split(maxsplit=1)[0])
        return self

    def fetchone(self) -> tuple[int]:
        return (self._rows,)

    def interrupt(self) -> None:
        self.asked.append("interrupt")

    def close(self) -> None:
        self.asked.append("close")


def test_a_bet_is_kept_for_the_number_of_rows_that_were_accepted() -> None:
    """DuckDB may see another number of rows than we do: then it is our file that it reads, not the bet."""
    for expected, kept in ((7, True), (6, False), (8, False)):
        connection = Recording(7)
        early = EarlyLoad(lambda: connection, "journal", "SELECT 1")  # type: ignore[arg-type,return-value]  # noqa: B023
        assert early.keep(expected) is kept
        assert connection.asked == ["BEGIN", "INSERT", *(["COMMIT"] if kept else []), "close"]
        assert not early.keep(expected), "once"
        early.drop()
        assert connection.asked[-1] == "close"


def test_a_bet_that_is_lost_before_there_is_a_connection_loads_nothing() -> None:
    connection, there = Recording(7), threading.Event()

    def later() -> Any:
        there.wait(10)
        return connection

    early = EarlyLoad(later, "journal", "SELECT 1")
    threading.Timer(0.05, there.set).start()
    early.drop()
    assert connection.asked == ["close"]


def test_a_reading_that_stops_while_it_waits_for_the_table_drops_its_bet(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C after the sieve: nothing may still load when the program ends."""
    main, asked = threading.get_ident(), reading._Table.__call__

    def interrupted(table: Any) -> Any:
        if threading.get_ident() == main:
            raise KeyboardInterrupt
        return asked(table)

    dropped: list[EarlyLoad] = []
    drop = EarlyLoad.drop

    def noted(early: EarlyLoad) -> None:
        dropped.append(early)
        drop(early)

    connection.execute("DROP TABLE IF EXISTS tard")
    monkeypatch.setattr(EarlyLoad, "drop", noted)
    monkeypatch.setattr(reading._Table, "__call__", interrupted)
    with pytest.raises(KeyboardInterrupt):
        _read_log(tmp_path, None, lambda: connection)
    assert len(dropped) == 1
    assert not _loading()
    assert connection.execute("SELECT count(*) FROM tard").fetchall() == [(0,)]


def _loading() -> list[threading.Thread]:
    """The threads that load, and do not end by themselves."""
    found = [thread for thread in threading.enumerate() if thread.name == "duicheck-load"]
    for thread in found:
        thread.join(5)
    return [thread for thread in found if thread.is_alive()]
