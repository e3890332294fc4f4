"""Reading the tables of a delivery: the largest first, its rows loaded while the others are read."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from outils_bundle import MANIFEST, folder, opened

from duicheck.bundle import database, read_delivery
from duicheck.model import Journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from duicheck.bundle import Delivery

ENOUGH = 50_000
"""Rows of a log beyond one block: DuckDB begins to load it before the sieve has seen it all."""

REGISTER = "id_personne,id_dossier,finess_et,date_entree,date_sortie,projet_possible\n"


def log(first: int, rows: int, bad: int | None = None) -> str:
    """Invented events, one of them without an instant."""
    lines = ["id_evenement,horodatage,finess_et,id_dossier,type"]
    for number in range(first, first + rows):
        instant = "jamais" if number == bad else f"2025-06-16T09:00:00.{number:06d}-03:00"
        lines.append(f"e-{number:07d}-{'x' * 30},{instant},970302287,d-{number % 1000:04d},mise_a_jour_dossier")
    return "\n".join(lines) + "\n"


def delivered(tmp_path: Path, files: dict[str, tuple[str, str]]) -> Delivery:
    """A delivery of these files: name -> (role, text), in the order of its manifest."""
    entries = "".join(f"[[fichiers]]\nrole = '{role}'\nchemin = '{name}'\n" for name, (role, _) in files.items())
    manifest = MANIFEST.partition("[[fichiers]]")[0] + entries
    root = folder(tmp_path / "l", {"livraison.toml": manifest} | {name: text for name, (_, text) in files.items()})
    return opened(root, tmp_path)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(database.connect(tmp_path)) as made:
        yield made


def loading() -> list[str]:
    """The threads that load, and do not end by themselves."""
    found = [thread for thread in threading.enumerate() if thread.name == "duicheck-load"]
    for thread in found:
        thread.join(5)
    return [thread.name for thread in found if thread.is_alive()]


@pytest.mark.parametrize("bad", [None, 3, ENOUGH + 3])
def test_the_rows_of_a_log_follow_the_order_of_its_files(
    bad: int | None, tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    parts = [(0, ENOUGH), (ENOUGH, ENOUGH), (2 * ENOUGH, 5)]
    files = {f"{'cab'[rank]}.csv": ("journal", log(*part, bad)) for rank, part in enumerate(parts)}
    reading = read_delivery(delivered(tmp_path, files), lambda: connection, tmp_path / "travail")

    found = connection.execute("SELECT substr(id_evenement, 3, 7)::INTEGER FROM journal ORDER BY rowid").fetchall()
    assert [number for (number,) in found] == [number for number in range(2 * ENOUGH + 5) if number != bad]
    journal = reading.tables[Journal]
    assert [each.first_rowid for each in journal.readings] == [
        0,
        ENOUGH - (bad == 3),
        2 * ENOUGH - (bad is not None),
    ]
    assert list((tmp_path / "travail").glob("lecture-*")) == []


def test_the_largest_table_is_whole_once_the_others_are_read(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    row = "p,d,970302287,2025-01-01,,true\n"
    files = {"registre.csv": ("registre", REGISTER + row), "journal.csv": ("journal", log(0, ENOUGH))}
    reading = read_delivery(delivered(tmp_path, files), lambda: connection, tmp_path / "travail")

    assert connection.execute("SELECT count(*) FROM journal").fetchall() == [(ENOUGH,)]
    assert connection.execute("SELECT count(*) FROM registre").fetchall() == [(1,)]
    assert [each.rows for each in reading.tables[Journal].readings] == [ENOUGH]
    assert list((tmp_path / "travail").glob("lecture-*")) == []


def test_what_is_found_out_is_in_the_order_of_the_manifest(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    small = REGISTER + "p,d,970302287,jamais,,true\n"
    files = {
        "registre.csv": ("registre", small),
        "a.csv": ("journal", log(0, ENOUGH, 0)),
        "suite.csv": ("registre", small),
        "b.csv": ("journal", log(0, 2, 1)),
    }
    seen: list[str] = []

    def progress(file: str, _done: int, _size: int) -> None:
        seen.append(file)

    reading = read_delivery(delivered(tmp_path, files), lambda: connection, tmp_path / "travail", progress)

    assert list(dict.fromkeys(seen)) == ["a.csv", "b.csv", "registre.csv", "suite.csv"]
    found = list(reading.lecture.anomalies("livraison/format-non-conforme"))
    assert [anomaly.at.file for anomaly in found] == list(files)
    assert [(each.chemin, each.lignes, each.rejetees) for each in reading.lecture.fichiers] == [
        ("registre.csv", 1, 1),
        ("a.csv", ENOUGH, 1),
        ("suite.csv", 1, 1),
        ("b.csv", 2, 1),
    ]


def test_a_reading_that_ends_halfway_leaves_no_load_behind(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    files = {"a.csv": ("journal", log(0, ENOUGH)), "registre.csv": ("registre", REGISTER + "p,d,970302287,,,\n")}

    def interrupted(file: str, _done: int, _size: int) -> None:
        if file == "registre.csv":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_delivery(delivered(tmp_path, files), lambda: connection, tmp_path / "travail", interrupted)

    assert loading() == []
    assert connection.execute("SELECT count(*) FROM journal").fetchall() == [(0,)]
    assert list((tmp_path / "travail").glob("lecture-*")) == []


def test_a_database_is_opened_once_and_closed_whatever_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened_with: list[Any] = []

    def open_one(*given: Any) -> duckdb.DuckDBPyConnection:
        opened_with.append(given)
        return duckdb.connect()

    def halfway() -> None:
        with database.connecting(tmp_path, 7) as connection:
            kept.append(connection())
            assert connection() is kept[0]
            raise LookupError

    kept: list[duckdb.DuckDBPyConnection] = []
    monkeypatch.setattr(database, "connect", open_one)
    with pytest.raises(LookupError):
        halfway()
    assert opened_with == [(tmp_path, 7)]
    with pytest.raises(duckdb.ConnectionException):
        kept[0].execute("SELECT 1")


def test_a_database_that_cannot_be_opened_says_so_when_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        message = "no room"
        raise OSError(message)

    monkeypatch.setattr(database, "connect", refuse)
    with database.connecting(tmp_path, 0) as connection, pytest.raises(OSError, match="no room"):
        connection()
    with database.connecting(tmp_path, 0):
        pass  # nobody asked
