"""Accepted rows into DuckDB: one typed INSERT per file, in file order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from duicheck.formats.cells import Column
from duicheck.formats.dialect import Dialect
from duicheck.formats.headings import Headings
from duicheck.formats.rawfile import BLOCK

if TYPE_CHECKING:
    import duckdb

__all__ = ["create_table", "load_csv", "load_ndjson"]

_LONGEST_LINE = 2 * BLOCK
"""Bytes. A line that goes by in bulk stands within a block and what was left of the one before."""


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def create_table(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[Column]) -> None:
    """Create the table with every column of the schema, unless it is there; make the session count in UTC."""
    connection.execute("SET TimeZone = 'UTC'")
    types = ", ".join(f'"{column.name}" {column.kind.sql_type}' for column in columns)
    connection.execute(f'CREATE TABLE IF NOT EXISTS "{table}" ({types})')


def _values(columns: Sequence[Column], present: frozenset[str]) -> str:
    """The select list: the typed value of each column of the schema."""
    return ", ".join(
        column.sql_value.format(c=f'"{column.name}"') if column.name in present else column.sql_absent
        for column in columns
    )


def load_csv(  # noqa: PLR0913 -- all of it is needed to say what to read and where to put it
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[Column],
    headings: Headings,
    dialect: Dialect,
    *,
    path: Path,
    skip: int,
    expected: int,
) -> None:
    """Append the rows of a CSV file whose every record after the first `skip` lines was accepted.

    Raises:
        RuntimeError: DuckDB did not read the number of rows that were accepted; nothing is kept.
    """
    names = [column.name if column else f" {position}" for position, column in enumerate(headings.columns)]
    spec = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)
    bare = all(style == "bare" for style in dialect.styles) and skip > 0
    quote = "" if bare else '"'
    source = (
        f"read_csv({quoted(str(path))}, auto_detect=false, header=false, skip={skip}, columns={{{spec}}}, "
        f"delim={quoted(dialect.separator)}, quote={quoted(quote)}, escape={quoted(quote)}, nullstr='', "
        f"strict_mode=true, encoding='utf-8', max_line_size={_LONGEST_LINE}, buffer_size={4 * _LONGEST_LINE})"
    )
    values = _values(columns, headings.present)
    _insert(connection, table, f"SELECT {values} FROM {source}", expected)


def load_ndjson(  # noqa: PLR0913 -- as above
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[Column],
    keys: Mapping[str, Column | None],
    *,
    path: Path,
    expected: int,
) -> None:
    """Append the rows of an NDJSON file whose every object was accepted. `keys`: what each key is.

    Raises:
        RuntimeError: DuckDB did not read the number of rows that were accepted; nothing is kept.
    """
    ours = {column.name: key for key, column in keys.items() if column is not None}
    spec = ", ".join(f"{quoted(key)}: 'VARCHAR'" for key in ours.values())
    source = f"read_json({quoted(str(path))}, format='newline_delimited', columns={{{spec}}})"
    inner = ", ".join('"' + key.replace('"', '""') + f'" AS "{name}"' for name, key in ours.items())
    values = _values(columns, frozenset(ours))
    _insert(connection, table, f"SELECT {values} FROM (SELECT {inner} FROM {source})", expected)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, select: str, expected: int) -> None:
    connection.execute("BEGIN")
    try:
        counted = connection.execute(f'INSERT INTO "{table}" {select}').fetchone()
        inserted = counted[0] if counted else 0
        if inserted != expected:
            message = f"{table}: {inserted} rows loaded out of {expected} accepted"
            raise RuntimeError(message)  # noqa: TRY301 -- rolled back like any other failure
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
