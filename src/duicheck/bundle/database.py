"""The database of one check: where its rows are kept, and how much of them in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

__all__ = ["ALONE", "SMALL", "connect", "connecting"]

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


def connect(workdir: Path, expected: int = SMALL) -> duckdb.DuckDBPyConnection:
    """A DuckDB database with a bounded memory; what does not fit in it goes to the work folder.

    `expected` is the size in bytes of what it will hold. Small: rows stay as they come, which loads twice as fast;
    very small: in one thread. Otherwise one compressed file, which takes a sixth of the disk.
    """
    import duckdb  # noqa: PLC0415 -- 110 ms

    small = expected < SMALL
    where = ":memory:" if small else str(workdir / "tables.duckdb")
    memory = MEMORY if small else min(max(MEMORY_ON_DISK, expected // SHARE_IN_MEMORY), MOST_MEMORY)
    bounds: dict[str, str | bool | int | float | list[str]]
    bounds = {"temp_directory": str(workdir), "memory_limit": f"{memory}B"}
    if expected < ALONE:
        bounds["threads"] = 1
    connection = duckdb.connect(where, config=bounds)
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    return connection


@contextmanager
def connecting(workdir: Path, expected: int) -> Iterator[Callable[[], duckdb.DuckDBPyConnection]]:
    """The same, begun at once in a thread, as DuckDB leaves the interpreter free meanwhile; closed with the context.

    What is given waits for the connection, and raises what opening it raised.
    """
    import duckdb  # noqa: F401, PLC0415 -- here, as an import does not leave it free

    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="duicheck-connect")
    opening = thread.submit(connect, workdir, expected)
    thread.shutdown(wait=False)
    try:
        yield opening.result
    finally:
        if opening.exception() is None:
            opening.result().close()
