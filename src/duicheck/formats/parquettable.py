"""Reading a Parquet file: its values as a CSV file of ours, then the same sieve."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from duicheck.formats.csvtable import Outcome, Request, read_csv
from duicheck.formats.loading import quoted
from duicheck.formats.problems import UnreadableFile

__all__ = ["read_parquet"]

_RFC_3339 = "'%Y-%m-%dT%H:%M:%S.%fZ'"


def _text(name: str, kind: str) -> str:
    """A column as text: an instant with its offset, anything else as DuckDB writes it."""
    column = '"' + name.replace('"', '""') + '"'
    if kind.startswith("TIMESTAMP WITH TIME ZONE"):
        return f"strftime({column}::TIMESTAMP, {_RFC_3339}) AS {column}"
    return f"{column}::VARCHAR AS {column}"


def read_parquet(path: Path, request: Request) -> Outcome:
    """Sort and load one Parquet file; places are row numbers, from 1.

    Raises:
        UnreadableFile: it is damaged, or its columns are not ours.
    """
    import duckdb  # noqa: PLC0415 -- heavy; the caller has it by now

    target = request.workdir / "parquet.csv"
    source = f"read_parquet({quoted(str(path))})"
    connection = request.connection() if request.connection else duckdb.connect()
    try:
        connection.execute("SET TimeZone = 'UTC'")
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        columns = ", ".join(_text(str(name), str(kind)) for name, kind, *_ in described)
        connection.execute(  # the path and the names are quoted
            f"COPY (SELECT {columns} FROM {source}) TO {quoted(str(target))} (FORMAT csv, HEADER true, DELIMITER ',')"
        )
    except duckdb.OutOfMemoryException:
        raise  # our limit, not the file's fault
    except duckdb.Error as error:
        message = "fichier Parquet illisible : endommagé, tronqué ou chiffré"
        raise UnreadableFile(message) from error
    return read_csv(target, replace(request, separator=","), by_record=True, first_line=0)
