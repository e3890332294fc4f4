"""Reading every file of a delivery: tables into DuckDB, digests, and what went wrong on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
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
    from duicheck.formats import Load, Problem, TableReading

__all__ = ["Reading", "read_delivery"]

Progress = Callable[[str, int, int], None]
"""Called with a file's name, the bytes read so far and its size."""


class Reading(Struct, frozen=True):
    """What reading gave: the account of it, tables and documents by type, and why other roles have none."""

    lecture: Lecture
    tables: Mapping[type[Table], Table]
    documents: Mapping[type[Document], Document]
    absent: Mapping[type, NotAvailable]


def read_delivery(
    delivery: Delivery,
    connection: Callable[[], duckdb.DuckDBPyConnection],
    workdir: Path,
    progress: Progress | None = None,
) -> Reading:
    """Read every file of a delivery.

    Rows that their schema refuses are counted and written down, never loaded. Digests are computed
    beside the reading: hashing leaves the interpreter free. `connection` gives the connection when it is needed.
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
    contents = _contents(delivery, delivered, workdir, readings, connection())
    lecture = Lecture(tuple(files), tabular, log.stream, contents, frozenset(documents))
    tables, absent = _tables(delivery, files, readings, connection())
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
    connection: Callable[[], duckdb.DuckDBPyConnection],
    workdir: Path,
    log: AnomalyLog,
    progress: Progress | None,
) -> dict[int, TableReading]:
    """Read each file of a tabular role; by position among the files.

    The largest table first: while DuckDB loads its last rows, the others are read. What is found out
    about a file is written down with its position, for these to be in the order of the manifest.
    """
    from duicheck.formats import read_table  # noqa: PLC0415 -- heavy only when there is a table

    readings: dict[int, TableReading] = {}
    loaded = dict.fromkeys(TABLES, 0)
    under_way: dict[str, Load] = {}
    with ExitStack() as abandoned:
        for position in _largest_first(files):
            file = files[position]
            role = file.declared.role
            if role in under_way:
                under_way.pop(role).end()  # the rows of a table are in the order of its files

            def record(problem: Problem, part: int = position + 1, chemin: str = file.chemin) -> None:
                at = Location(chemin, problem.line, problem.column, problem.pointer)
                log.add(Anomalie(problem.regle, at, problem.facts), part)

            def later(load: Load, role: str = role) -> None:
                under_way[role] = load
                abandoned.callback(load.drop)

            readings[position] = read_table(
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
                progress=None if progress is None else _counting(progress, file.chemin, file.path.stat().st_size),
                workdir=workdir,
                later=later,
            )
            loaded[role] += readings[position].rows
        for load in under_way.values():
            load.end()
    return readings


def _largest_first(files: Sequence[DeliveredFile]) -> list[int]:
    """The positions of the tabular files: by table, the largest first, each in the order of its files."""
    tables: dict[str, list[int]] = {}
    for position, file in enumerate(files):
        if file.declared.role in TABLES:
            tables.setdefault(file.declared.role, []).append(position)
    sizes = {role: sum(files[each].path.stat().st_size for each in table) for role, table in tables.items()}
    return [position for role in sorted(tables, key=lambda role: -sizes[role]) for position in tables[role]]


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
