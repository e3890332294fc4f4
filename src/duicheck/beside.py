"""A second pair of hands: parts that take long, built in a thread while rules that do without them run.

For a delivery that DuckDB works through in one thread. A larger one keeps every processor busy by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from msgspec.structs import replace

from duicheck.model import Table

if TYPE_CHECKING:
    import duckdb

__all__ = ["Beside"]


class Beside:
    """One thread, and a connection of its own for each part that is built in it; all gone at the end of the context."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._lent: list[duckdb.DuckDBPyConnection] = []
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="duicheck-beside")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._lent:
            connection.interrupt()  # nobody waits for it any more
        self._thread.shutdown(cancel_futures=True)
        for connection in self._lent:
            connection.close()

    def start(self, build: Callable[..., Any], arguments: Mapping[str, Any]) -> Callable[[], Any]:
        """Start building; what is given back waits for the part, and raises what `build` raised."""
        connection = self._connection.cursor()
        self._lent.append(connection)
        connection.execute("SET TimeZone = 'UTC'")
        own = {
            name: replace(given, connection=connection) if isinstance(given, Table) else given
            for name, given in arguments.items()
        }
        return self._thread.submit(copy_context().run, partial(build, **own)).result
