"""Reading one invented file and looking at everything that came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from duicheck.formats import Problem, TableReading, read_table
from duicheck.formats.plan import plan_of

JOURNAL = "id_evenement,horodatage,finess_et,id_dossier,type,etat,id_objet,date_evenement,canal,auteur"


@dataclass(frozen=True)
class Read:
    """What `read_table` gave back."""

    reading: TableReading
    rows: list[dict[str, Any]]
    problems: list[Problem]

    @property
    def rules(self) -> list[str]:
        return [problem.regle for problem in self.problems]

    @property
    def lines(self) -> list[int]:
        """The physical line of each accepted row."""
        return [self.reading.place(rank).line for rank in range(self.reading.rows)]

    @property
    def pointers(self) -> list[str | None]:
        return [self.reading.place(rank).pointer for rank in range(self.reading.rows)]

    def faults(self) -> list[tuple[int | None, str | None, object]]:
        """(line, column, keyword) of each problem about a row."""
        return [(each.line, each.column, each.facts.get("mot_cle")) for each in self.problems]


Reader = Callable[..., Read]


@pytest.fixture(scope="session")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 2}) as opened:
        yield opened


@pytest.fixture
def read(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> Reader:
    """Read bytes (or a file) as a table of one schema."""

    def _read(content: bytes | str | Path, schema: str = "journal", *, name: str = "essai.csv", **options: Any) -> Read:
        if isinstance(content, Path):
            path = content
        else:
            path = tmp_path / name
            path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        problems: list[Problem] = []
        work = tmp_path / "travail"
        work.mkdir(exist_ok=True)
        connection.execute("DROP TABLE IF EXISTS essai")
        reading = read_table(
            path,
            file=name,
            schema=schema,
            connection=lambda: connection,
            table="essai",
            on_problem=problems.append,
            workdir=work,
            **options,
        )
        assert list(work.iterdir()) == []  # nothing is left behind
        again: list[Problem] = []
        options.pop("progress", None)
        judged = read_table(
            path, file=name, schema=schema, connection=None, on_problem=again.append, workdir=work, **options
        )
        assert (judged, again) == (reading, problems)  # loading is not what finds problems
        names = [column.name for column in plan_of(schema).columns]
        found = connection.execute(f"SELECT rowid, {', '.join(names)} FROM essai ORDER BY rowid").fetchall()
        assert [row[0] for row in found] == list(range(reading.rows))
        return Read(reading, [dict(zip(names, row[1:], strict=True)) for row in found], problems)

    return _read


def event(number: int = 1, **cells: str) -> dict[str, str]:
    """An invented, valid event."""
    return {
        "id_evenement": f"E{number:06d}",
        "horodatage": "2025-07-01T10:00:00+02:00",
        "finess_et": "010000024",
        "id_dossier": f"D{number:06d}",
        "type": "mise_a_jour_dossier",
        "etat": "",
        "id_objet": "",
        "date_evenement": "",
        "canal": "",
        "auteur": "A01",
    } | cells


def journal(*events: dict[str, str], separator: str = ",", newline: str = "\n") -> str:
    """A log as text."""
    lines = [JOURNAL.replace(",", separator), *(separator.join(each.values()) for each in events)]
    return newline.join(lines) + newline


@pytest.fixture(name="event")
def _event() -> Callable[..., dict[str, str]]:
    return event


@pytest.fixture(name="journal")
def _journal() -> Callable[..., str]:
    return journal
