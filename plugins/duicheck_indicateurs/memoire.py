"""How much DuckDB may hold while many scenarios are computed at once."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

__all__ = ["restreinte"]

_PLUSIEURS = "120MB"
"""What it may hold of a delivery in memory besides: 10⁶ events and their diagnosis stay under 300 MB in all."""


@contextmanager
def restreinte(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Leave less to tables that are in memory too; what they leave spills where the connection spills.

    Where the tables are on disk, what is held is already little, and nothing changes.
    """
    ((en_memoire, limite),) = connection.execute(
        "SELECT path IS NULL, current_setting('memory_limit') FROM duckdb_databases()"
        " WHERE database_name = current_database()"
    ).fetchall()
    if not en_memoire:
        yield
        return
    connection.execute(f"SET memory_limit = '{_PLUSIEURS}'")
    try:
        yield
    finally:
        connection.execute(f"SET memory_limit = '{limite}'")
