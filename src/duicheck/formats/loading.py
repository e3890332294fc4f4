"""Accepted rows into DuckDB: one typed INSERT per file, in file order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Self

from msgspec import Struct, field

from duicheck.formats.columns import Column
from duicheck.formats.dialect import Dialect
from duicheck.formats.headings import Headings
from duicheck.formats.rawfile import BLOCK

if TYPE_CHECKING:
    import duckdb

__all__ = ["EarlyLoad", "Load", "create_table", "csv_rows", "ndjson_rows"]

_LONGEST_LINE = 2 * BLOCK
"""Bytes. A line that goes by in bulk stands within a block and what was left of the one before."""

_GROUP = 122_880
"""Rows that DuckDB stores together."""

_SHARES = 4
"""Parts in which DuckDB hands a buffer out. A part with fewer rows than a group is copied once more, to join the next:
that is a quarter of the time of loading."""

_LARGEST_BUFFER = 8 * _LONGEST_LINE
"""Bytes: rows longer than usual are copied twice, rather than memory filled with text."""


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def create_table(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[Column]) -> None:
    """Create the table with every column of the schema, unless it is there; make the session count in UTC."""
    types = ", ".join(f'"{column.name}" {column.sql_type}' for column in columns)
    connection.execute(f"SET TimeZone = 'UTC'; CREATE TABLE IF NOT EXISTS \"{table}\" ({types})")


def _values(columns: Sequence[Column], present: frozenset[str]) -> str:
    """The select list: the typed value of each column of the schema."""
    return ", ".join(
        column.sql_value.format(c=f'"{column.name}"') if column.name in present else column.sql_absent
        for column in columns
    )


def csv_rows(  # noqa: PLR0913 -- what a file is made of
    columns: Sequence[Column], headings: Headings, dialect: Dialect, *, path: Path, skip: int, length: int
) -> str:
    """The query that reads the rows of a CSV file whose every record after the first `skip` lines is accepted.

    `length`: bytes of a row, more or less.
    """
    names = [column.name if column else f" {position}" for position, column in enumerate(headings.columns)]
    spec = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)
    bare = all(style == "bare" for style in dialect.styles) and skip > 0
    quote = "" if bare else '"'
    buffer = min(max(_SHARES * _GROUP * length, 4 * _LONGEST_LINE), _LARGEST_BUFFER)
    source = (
        f"read_csv({quoted(str(path))}, auto_detect=false, header=false, skip={skip}, columns={{{spec}}}, "
        f"delim={quoted(dialect.separator)}, quote={quoted(quote)}, escape={quoted(quote)}, nullstr='', "
        f"strict_mode=true, encoding='utf-8', max_line_size={_LONGEST_LINE}, buffer_size={buffer})"
    )
    return f"SELECT {_values(columns, headings.present)} FROM {source}"


class EarlyLoad:
    """A load that bets on every row being accepted, made beside the sieve.

    DuckDB works without the interpreter's lock, so the two share the processors. Nothing is kept before
    `keep` has held the number of rows against what the sieve accepted: a lost bet costs time alone.
    It is this thread that waits for the connection, not the sieve.
    """

    def __init__(self, connection: Callable[[], duckdb.DuckDBPyConnection], table: str, select: str) -> None:
        self._connection = connection
        self._cursor: duckdb.DuckDBPyConnection | None = None
        self._sql = f'INSERT INTO "{table}" {select}'
        self._inserted: int | None = None
        self._dropped = False
        self._ended = False
        self._done = Event()  # not the end of the thread: Python 3.11 forgets it when Ctrl-C interrupts a `join`
        # No daemon: ended in the middle of DuckDB's code, it would end the process with an abort.
        Thread(target=self._run, name="duicheck-load").start()

    def _run(self) -> None:
        # Whatever raises here, the bet is lost; the load that is made instead, or who asks for the connection next,
        # says why if it is more than a row that the sieve refuses too.
        try:
            with suppress(Exception):
                self._load()
        finally:
            self._done.set()

    def _load(self) -> None:
        cursor = self._cursor = self._connection().cursor()
        if self._dropped:
            return
        cursor.execute("SET TimeZone = 'UTC'; BEGIN")
        counted = cursor.execute(self._sql).fetchone()
        self._inserted = counted[0] if counted else 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.drop()

    def keep(self, expected: int) -> bool:
        """Keep the rows if they are `expected` in number; else, or once dropped, nothing is, and the answer is no."""
        return self._end(lambda: self._inserted == expected)

    def drop(self) -> None:
        """Give up: nothing is kept. Any number of times."""
        self._dropped = True  # before the cursor is looked at: the thread looks at this once it has one
        if self._cursor is not None and not self._ended:
            self._cursor.interrupt()
        self._end(lambda: False)

    def _end(self, right: Callable[[], bool]) -> bool:
        if self._ended:
            return False
        self._done.wait()
        self._ended = True
        kept = right()
        if self._cursor is not None:
            # Closing a connection in the middle of a transaction gives it up.
            if kept:
                self._cursor.execute("COMMIT")
            self._cursor.close()
        return kept


class Load(Struct):
    """Accepted rows of one file, on their way into their table: `end` or `drop` them; an error of the context does.

    Args:
        connection: where the table is.
        select: the query that reads the rows.
        expected: how many were accepted.
        early: the same rows, if they are being loaded already.
        files: what the query reads; closed once the rows are in the table or dropped.
    """

    connection: Callable[[], duckdb.DuckDBPyConnection]
    table: str
    select: str
    expected: int
    early: EarlyLoad | None = None
    files: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.drop()

    @property
    def begun(self) -> bool:
        """Whether the rows are being loaded already."""
        return self.early is not None

    def end(self) -> None:
        """Wait until every row is in the table.

        Raises:
            RuntimeError: DuckDB did not read the number of rows that were accepted; nothing is kept.
        """
        with self.files:
            if self.early is None or not self.early.keep(self.expected):
                _insert(self.connection(), self.table, self.select, self.expected)

    def drop(self) -> None:
        """Give up what was not ended. Any number of times."""
        with self.files:
            if self.early is not None:
                self.early.drop()


def ndjson_rows(columns: Sequence[Column], keys: Mapping[str, Column | None], path: Path) -> str:
    """The query that reads an NDJSON file whose every object was accepted. `keys`: what each key is."""
    ours = {column.name: key for key, column in keys.items() if column is not None}
    spec = ", ".join(f"{quoted(key)}: 'VARCHAR'" for key in ours.values())
    source = f"read_json({quoted(str(path))}, format='newline_delimited', columns={{{spec}}})"
    inner = ", ".join('"' + key.replace('"', '""') + f'" AS "{name}"' for name, key in ours.items())
    return f"SELECT {_values(columns, frozenset(ours))} FROM (SELECT {inner} FROM {source})"


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
