"""Queries side by side, each as soon as the relations of `recalcul` that it reads are there.

DuckDB shares a table among its threads by groups of rows: the log keeps them all busy. The register, and what the log
comes down to, are a group or two, and each query over these leaves the other processors idle.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

__all__ = ["executer"]

_MAINS = 2
"""Statements that run at once: each keeps its own memory, and two leave no processor idle for long."""

_LUES = re.compile(r"\brecalcul\.(\w+)")

Lignes = Sequence[tuple[Any, ...]]


def executer(connection: duckdb.DuckDBPyConnection, ordres: Mapping[str, str]) -> dict[str, Lignes]:
    """Run statements, and give the rows of each.

    Args:
        connection: where a database `recalcul` is attached. If it works in one thread, the statements run there, one
            after the other: there is nothing to gain.
        ordres: statements by name. One that makes a relation of `recalcul` has its name, and comes before those that
            read it; for the rest the order says what begins first.

    Raises:
        duckdb.Error: what the first of them that failed raised; no statement that reads its relation has run.
    """
    ((seul,),) = connection.execute("SELECT current_setting('threads') = 1").fetchall()
    if seul:
        return {nom: connection.execute(sql).fetchall() for nom, sql in ordres.items()}
    cours: dict[str, Future[Lignes]] = {}
    with _mains(connection) as (ouvriers, libres):
        for nom, sql in ordres.items():
            lues = [cours[lue] for lue in _LUES.findall(sql) if lue in cours]
            cours[nom] = ouvriers.submit(_executer, libres, sql, lues)
        return {nom: future.result() for nom, future in cours.items()}


def _executer(libres: SimpleQueue[duckdb.DuckDBPyConnection], sql: str, lues: Sequence[Future[Lignes]]) -> Lignes:
    # Those read were all begun before: whatever waits, the first in line does not.
    for lue in lues:
        lue.result()
    connection = libres.get()
    try:
        return connection.execute(sql).fetchall()
    finally:
        libres.put(connection)


@contextmanager
def _mains(
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[tuple[ThreadPoolExecutor, SimpleQueue[duckdb.DuckDBPyConnection]]]:
    """Threads, and a connection for each. After an error, what runs is interrupted and what waits never runs."""
    connections = [connection, *(connection.cursor() for _ in range(_MAINS - 1))]
    libres: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
    for autre in connections:
        autre.execute("SET TimeZone = 'UTC'")
        libres.put(autre)
    ouvriers = ThreadPoolExecutor(_MAINS, thread_name_prefix="duicheck-recalcul")
    try:
        yield ouvriers, libres
    except BaseException:
        ouvriers.shutdown(wait=False, cancel_futures=True)
        for autre in connections:
            autre.interrupt()
        raise
    finally:
        ouvriers.shutdown()
        for autre in connections[1:]:
            autre.close()
