"""One file of rows, whatever its format, into its table."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack, nullcontext
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from duicheck.formats.csvtable import Outcome, Request, read_csv
from duicheck.formats.loading import Load, create_table
from duicheck.formats.places import Places, TableReading
from duicheck.formats.plan import plan_of
from duicheck.formats.problems import EMPTY_FILE, Problem, UnreadableFile
from duicheck.formats.rawfile import kind_of, nameable, plain_text, unzipped

if TYPE_CHECKING:
    import duckdb

__all__ = ["read_table"]

_REFUSED = {
    "ole": "classeur Excel 97-2003 (.xls) ou protégé par un mot de passe : enregistrez-le en .xlsx, sans mot de passe",
    "pdf": "c'est un document PDF, pas un tableau : fournissez un fichier CSV, XLSX, JSON, NDJSON ou Parquet",
    "utf16": "texte enregistré en UTF-16 : enregistrez-le en UTF-8",
    "xml": "c'est un document XML ou HTML, pas un tableau : fournissez un fichier CSV, XLSX, JSON, NDJSON ou Parquet",
    "image": "c'est une image, pas un tableau",
    "rtf": "c'est un document RTF, pas un tableau",
    "sqlite": "c'est une base de données SQLite, pas un tableau : exportez-la en CSV",
    **dict.fromkeys(
        ("7z", "rar", "zstd", "bzip2", "xz"),
        "archive d'un format que nous n'ouvrons pas : fournissez le fichier lui-même, ou compressé avec gzip",
    ),
}


def read_table(  # noqa: PLR0913 -- one call says everything about one file
    path: Path,
    *,
    file: str,
    schema: str,
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
    separator: str | None = None,
    connection: Callable[[], duckdb.DuckDBPyConnection] | None,
    table: str = "",
    first_rowid: int = 0,
    on_problem: Callable[[Problem], None],
    progress: Callable[[int], None] | None = None,
    workdir: Path,
    later: Callable[[Load], None] | None = None,
) -> TableReading:
    """Read one file and append its accepted rows, in file order, to a DuckDB table, if there is one.

    Args:
        path: where the bytes are.
        file: the file's name in the delivery, for the places that are given back.
        schema: the row schema: `indicateurs`, `journal`, `registre`, `decompte`.
        columns: the vendor's headings -> ours; wins over what is recognised by itself.
        encoding: as the manifest declares it; None: found out.
        separator: of a CSV file; None: found out.
        connection: gives the connection when it is needed, where `table` is, or is created with every column of the
            schema. Its session is set to UTC. None: the rows are judged and counted, and loaded nowhere.
        table: name of the table.
        first_rowid: how many rows the table holds already.
        on_problem: called with every problem as it is met; none is kept.
        progress: called with the number of bytes that were just read (of the plain text, once decompressed).
        workdir: an existing folder for temporary files; they are gone once the rows are in the table.
        later: given the loading of the rows, where it has begun, for the caller to end; None: they are in the table
            when the call returns.

    Returns:
        The counts, and the place of each accepted row. Wrong data never raises.
    """
    ready = None if connection is None else _Table(connection, table, schema)
    with ExitStack() as files:
        folder = files.enter_context(tempfile.TemporaryDirectory(dir=workdir, prefix="lecture-"))
        request = Request(schema, columns or {}, separator, ready, table, on_problem, progress, Path(folder))
        try:
            outcome = _dispatch(path, encoding, request)
        except UnreadableFile as refusal:
            on_problem(refusal.problem())
            outcome = Outcome(Places(), 0, frozenset(), readable=False)
        load = outcome.load
        with load or nullcontext():
            if ready is not None:
                ready()
            if load is not None and later is not None and load.begun:
                load.files = files.pop_all()
                later(load)
            elif load is not None:
                load.end()
    return TableReading(
        file=file,
        rows=outcome.places.count,
        rejected=outcome.rejected,
        first_rowid=first_rowid,
        columns_present=outcome.present,
        readable=outcome.readable,
        sheet=outcome.sheet,
        texts=outcome.texts if outcome.source == path else None,
        places=outcome.places,
    )


class _Table:
    """Gives the connection, with the table in it. Two threads may ask at once: one makes the table, the other waits."""

    def __init__(self, connection: Callable[[], duckdb.DuckDBPyConnection], table: str, schema: str) -> None:
        self._connection = connection
        self._table = table
        self._schema = schema
        self._lock = Lock()
        self._made = False

    def __call__(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            found = self._connection()
            if not self._made:
                create_table(found, self._table, plan_of(self._schema).columns)
                self._made = True
        return found


def _dispatch(path: Path, encoding: str | None, request: Request) -> Outcome:
    """Hand the file to the reader of what its first bytes say that it is."""
    path = nameable(path, request.workdir)
    with path.open("rb") as source:
        head = source.read(4096)
    kind = kind_of(head)
    if kind == "gzip":
        path = unzipped(path, request.workdir)
        with path.open("rb") as source:
            head = source.read(4096)
        kind = kind_of(head)
        if kind not in ("text", "json"):
            message = _REFUSED.get(kind, "le fichier gzip ne contient ni CSV ni NDJSON")
            raise UnreadableFile(message)
    if not head:
        request.on_problem(Problem(EMPTY_FILE, facts={"cause": "le fichier ne contient aucun octet"}))
        return Outcome(Places(), 0, frozenset(), readable=False)
    if kind in _REFUSED:
        raise UnreadableFile(_REFUSED[kind])
    if kind == "zip":
        from duicheck.formats.xlsxtable import is_workbook, read_xlsx  # noqa: PLC0415 -- seldom needed

        if not is_workbook(path):
            message = "archive zip : fournissez le tableau lui-même, ou donnez l'archive entière comme livraison"
            raise UnreadableFile(message)
        return read_xlsx(path, request)
    if kind == "parquet":
        from duicheck.formats.parquettable import read_parquet  # noqa: PLC0415 -- seldom needed

        return read_parquet(path, request)
    if kind == "json":
        # JSON is UTF-8 (RFC 8259 §8.1) unless the manifest says otherwise: its encoding is never guessed.
        text = path if encoding is None else plain_text(path, encoding, request.workdir)
        from duicheck.formats.jsontable import read_json  # noqa: PLC0415 -- seldom needed

        return read_json(text, request)
    return read_csv(plain_text(path, encoding, request.workdir), request)
