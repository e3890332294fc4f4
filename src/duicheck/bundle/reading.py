"""Reading every file of a delivery: tables into DuckDB, digests, and what went wrong on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from duicheck.bundle.anomalies import AnomalyLog
from duicheck.bundle.documents import attach, attached_files, build_documents, read_documents
from duicheck.bundle.manifest import NAME
from duicheck.errors import NotAvailable
from duicheck.findings import Location
from duicheck.model import TABLES, Anomalie, Cellules, Contenu, Document, FichierLivre, Lecture, Table, role_absent

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from duicheck.bundle.delivery import DeliveredFile, Delivery
    from duicheck.formats import Problem, TableReading

__all__ = ["Reading", "connect", "read_delivery"]

SMALL = 128 * 2**20
"""Below this many delivered bytes the database is not written to disk."""

ALONE = 16 * 2**20
"""Below this many bytes a log is about one group of rows, which DuckDB does not share among threads: starting, asking
and stopping them is a fifth of a small check."""

MEMORY = 200 * 10**6
"""Bytes: what DuckDB may hold of a small delivery; what is beyond goes to the work folder. 10⁶ events stay under 300 MB
in all."""

MEMORY_ON_DISK = 160 * 10**6
"""Bytes: the same for a large one, whose intermediate tables are larger. Keeps 10⁷ events under 450 MB in all."""

SHARE_IN_MEMORY = 6
"""Beyond 10⁷ events, what it may hold follows the delivered bytes, divided by this: what a query cannot spill grows
with the log, and the query fails without it."""

MOST_MEMORY = 2 * 10**9
"""Bytes: what it may hold at most, on any machine that is asked to check a delivery of such a size."""

Progress = Callable[[str, int, int], None]
"""Called with a file's name, the bytes read so far and its size."""


class Reading(Struct, frozen=True):
    """What reading gave: the account of it, tables and documents by type, and why other roles have none."""

    lecture: Lecture
    tables: Mapping[type[Table], Table]
    documents: Mapping[type[Document], Document]
    absent: Mapping[type, NotAvailable]


def connect(workdir: Path, expected: int = SMALL) -> duckdb.DuckDBPyConnection:
    """A DuckDB database with a bounded memory; what does not fit in it goes to the work folder.

    `expected` is the size in bytes of what it will hold. Small: rows stay as they come, which loads twice as fast;
    very small: in one thread. Otherwise one compressed file, which takes a sixth of the disk.
    """
    import duckdb  # noqa: PLC0415 -- 110 ms

    small = expected < SMALL
    where = ":memory:" if small else str(workdir / "tables.duckdb")
    threads = {"threads": 1} if expected < ALONE else {}
    connection = duckdb.connect(where, config={"temp_directory": str(workdir), **threads})
    memory = MEMORY if small else min(max(MEMORY_ON_DISK, expected // SHARE_IN_MEMORY), MOST_MEMORY)
    connection.execute(f"SET memory_limit = '{memory}B'")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    return connection


def read_delivery(
    delivery: Delivery, connection: duckdb.DuckDBPyConnection, workdir: Path, progress: Progress | None = None
) -> Reading:
    """Read every file of a delivery.

    Rows that their schema refuses are counted and written down, never loaded. Digests are computed
    beside the reading: hashing leaves the interpreter free.
    """
    log = AnomalyLog(workdir / "anomalies")
    for anomaly in delivery.anomalies:
        log.add(anomaly)
    documents = read_documents(delivery, log.add)
    pieces = attach(delivery, documents)
    delivered = [*delivery.files, *attached_files(delivery, pieces)]
    with ThreadPoolExecutor(max_workers=1) as pool:
        digests = [pool.submit(file.digest) for file in delivered]
        readings = _read_tables(delivery.files, connection, workdir, log, progress)
        files = [digest.result() for digest in digests]
    for position, (file, found) in enumerate(zip(delivered, files, strict=True)):
        if file.declared.sha256 and file.declared.sha256.lower() != found.sha256:
            facts = {"fichier": found.chemin, "attendu": file.declared.sha256.lower(), "empreinte": found.sha256}
            log.add(Anomalie("livraison/empreinte-differente", Location(found.chemin), facts))
        if (reading := readings.get(position)) is not None:
            files[position] = replace(found, lignes=reading.rows + reading.rejected, rejetees=reading.rejected)
    log.close()
    tabular = frozenset(file.role for file in files if file.role in TABLES)
    contents = _contents(delivery, delivered, workdir, readings, connection)
    lecture = Lecture(tuple(files), tabular, log.stream, contents, frozenset(documents))
    tables, absent = _tables(delivery, files, readings, connection)
    parts, missing = build_documents(delivery, documents, pieces, files)
    return Reading(lecture, tables, parts, {**absent, **missing})


def _contents(
    delivery: Delivery,
    delivered: Sequence[DeliveredFile],
    workdir: Path,
    readings: Mapping[int, TableReading],
    connection: duckdb.DuckDBPyConnection,
) -> tuple[Contenu, ...]:
    """The text of every file, the manifest and the configuration first."""
    from duicheck.formats.texte import blocks_of_text  # noqa: PLC0415 -- with the other readers

    folder = workdir / "textes"
    folder.mkdir(exist_ok=True)
    found = []
    if delivery.manifest_path is not None:
        found.append(Contenu("manifeste", NAME, partial(blocks_of_text, delivery.manifest_path, folder, plain=True)))
    if delivery.configuration_path is not None:
        path = delivery.configuration_path
        found.append(Contenu("configuration", path.name, partial(blocks_of_text, path, folder)))
    for position, file in enumerate(delivered):
        role = file.declared.role
        schema = role if role in TABLES else None
        cells = None
        reading = readings.get(position)
        if reading is not None and reading.rows and reading.texts:
            cells = Cellules(connection, role, reading.texts, reading.first_rowid, reading.rows)
        found.append(Contenu(role, file.chemin, partial(blocks_of_text, file.path, folder, schema), cells))
    return tuple(found)


def _read_tables(
    files: Sequence[DeliveredFile],
    connection: duckdb.DuckDBPyConnection,
    workdir: Path,
    log: AnomalyLog,
    progress: Progress | None,
) -> dict[int, TableReading]:
    """Read each file of a tabular role; by position among the files."""
    from duicheck.formats import read_table  # noqa: PLC0415 -- heavy only when there is a table

    readings: dict[int, TableReading] = {}
    loaded = dict.fromkeys(TABLES, 0)
    for position, file in enumerate(files):
        role = file.declared.role
        if role not in TABLES:
            continue
        size = file.path.stat().st_size

        def record(problem: Problem, chemin: str = file.chemin) -> None:
            at = Location(chemin, problem.line, problem.column, problem.pointer)
            log.add(Anomalie(problem.regle, at, problem.facts))

        reading = read_table(
            file.path,
            file=file.chemin,
            schema=role,
            columns=file.declared.colonnes,
            encoding=file.declared.encodage,
            separator=file.declared.separateur,
            connection=connection,
            table=role,
            first_rowid=loaded[role],
            on_problem=record,
            progress=None if progress is None else _counting(progress, file.chemin, size),
            workdir=workdir,
        )
        loaded[role] += reading.rows
        readings[position] = reading
    return readings


def _counting(progress: Progress, chemin: str, size: int) -> Callable[[int], None]:
    """Turn the bytes just read, as the formats tell them, into the bytes read so far."""
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        progress(chemin, min(done, size), size)  # a compressed file yields more bytes than it has

    return advance


def _tables(
    delivery: Delivery,
    files: Sequence[FichierLivre],
    readings: Mapping[int, TableReading],
    connection: duckdb.DuckDBPyConnection,
) -> tuple[dict[type[Table], Table], dict[type[Table], NotAvailable]]:
    """The tables that rules may read, and for the other roles the reason why not."""
    tables: dict[type[Table], Table] = {}
    absent: dict[type[Table], NotAvailable] = {}
    declared = {entry.role for entry in delivery.manifest.fichiers}
    for role, kind in TABLES.items():
        found = [readings[position] for position, file in enumerate(files) if file.role == role]
        if not found:
            absent[kind] = role_absent(role, declared)
        elif any(not reading.readable for reading in found):
            # One unreadable part of a log makes every figure drawn from the rest wrong.
            absent[kind] = NotAvailable(f"{role} : un fichier n'a pas pu être lu", frozenset({role}))
        else:
            tables[kind] = kind(connection, tuple(found))
    return tables, absent
