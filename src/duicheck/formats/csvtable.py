"""Reading a CSV table: from plain UTF-8 text to accepted rows."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from duicheck.formats.cells import INTEGER, NUMBER
from duicheck.formats.dialect import Dialect, Record, count_lines, cut_sample, detect_separator, quoting
from duicheck.formats.engine import matcher
from duicheck.formats.headings import Headings, find_headings, map_headings
from duicheck.formats.linepattern import csv_line
from duicheck.formats.loading import EarlyLoad, Load, csv_rows
from duicheck.formats.places import Places
from duicheck.formats.plan import plan_of
from duicheck.formats.problems import EMPTY_FILE, MISSING_COLUMN, Problem, UnreadableFile
from duicheck.formats.rawfile import BLOCK
from duicheck.formats.schemas import load_schema
from duicheck.formats.sieve import Canonical, Sieve

if TYPE_CHECKING:
    import duckdb

    from duicheck.formats.judge import Judge

__all__ = ["Outcome", "Request", "read_csv"]

_SAMPLE = 200  # records looked at before compiling
_ONE_NUL_IN = 20  # more nulls than one byte in twenty: binary, or UTF-16 (one in two); fewer spoil their rows only
_TITLES = 30  # records among which the headings are looked for


class Request(Struct, frozen=True):
    """What `read_table` was asked, on its way to the reader of one format.

    `connection`: gives the connection, with the table in it; None: the rows are loaded nowhere.
    """

    schema: str
    columns: Mapping[str, str]
    separator: str | None
    connection: Callable[[], duckdb.DuckDBPyConnection] | None
    table: str
    on_problem: Callable[[Problem], None]
    progress: Callable[[int], None] | None
    workdir: Path


class Outcome(Struct, frozen=True):
    """What became of a table: None of it is readable when `readable` is False.

    `texts`: as in `TableReading`, for the text that was read, which is that of the file if it is `source`.
    `load`: what is left to do to have the accepted rows in the table.
    """

    places: Places
    rejected: int
    present: frozenset[str]
    readable: bool = True
    sheet: str | None = None
    texts: tuple[str, ...] | None = None
    source: Path | None = None
    load: Load | None = None


def make_judge(schema: str) -> Callable[[], Judge]:
    """A judge when one is needed: importing jsonschema is slow."""

    def make() -> Judge:
        from duicheck.formats.judge import Judge  # noqa: PLC0415

        return Judge(schema)

    return make


def _text(record: Record) -> list[str]:
    return [cell.decode("utf-8", "replace") for cell in record.cells]


def read_csv(  # noqa: C901, PLR0915 -- the steps of one reading, in their order
    path: Path, request: Request, *, by_record: bool = False, first_line: int = 1
) -> Outcome:
    """Sort and load one CSV file in UTF-8.

    `by_record` and `first_line`: the file is our own rewriting; its records are rows from `first_line` on.

    Raises:
        UnreadableFile: nothing in it can be used.
    """
    with path.open("rb") as source:
        head = source.read(BLOCK)
        last = len(head) < BLOCK
        bom = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
        body = head[bom:]
        start_of_it = body[:4096]
        if start_of_it.count(0) * _ONE_NUL_IN > len(start_of_it):
            message = "ce n'est pas du texte : trop d'octets nuls (fichier binaire, ou enregistré en UTF-16)"
            raise UnreadableFile(message)
        separator = request.separator or detect_separator(body, request.schema, dict(request.columns), last=last)
        sample = cut_sample(body, separator.encode(), _SAMPLE, last=last)
        if not any(b"".join(record.cells).strip() for _, record in sample):
            request.on_problem(Problem(EMPTY_FILE, facts={"cause": "le fichier ne contient rien"}))
            return Outcome(Places(), 0, frozenset(), readable=False)
        found = find_headings([_text(record) for _, record in sample[:_TITLES]], request.schema, request.columns)
        rank = found.last
        at, titles = sample[rank]
        line = first_line + (rank if by_record else count_lines(body[:at]))
        if titles.fault:
            message = f"ligne des titres illisible : {titles.fault}"
            raise UnreadableFile(message, line or None)
        headings, problems = map_headings(found.cells, request.schema, request.columns, line or None)
        for problem in problems:
            request.on_problem(problem)
        if any(problem.regle == MISSING_COLUMN for problem in problems):
            return Outcome(Places(), 0, headings.present, readable=False)
        start = bom + titles.end
        newline = "\r\n" if body[at : titles.end].endswith(b"\r\n") else "\n"
        width = len(headings.columns)
        length = (sample[-1][1].end - titles.end) // max(1, len(sample) - rank - 1)
        dialect = Dialect(separator, newline, quoting([record for _, record in sample[rank + 1 :]], width))
        plan = plan_of(request.schema)
        pattern = csv_line(plan, headings, dialect)
        canonical = Canonical(path, start, request.workdir / "lignes.csv" if request.connection else None, dialect)
        plain = rank == 0 and line == first_line and count_lines(body[: titles.end]) == 1
        if not plain:
            canonical.depart()  # DuckDB skips lines, not records: what stands above the rows must be one line
        early = None
        if request.connection and plain and not last and pattern:  # a thread is worth it from a second block on
            rows = csv_rows(plan.columns, headings, dialect, path=path, skip=1, length=length)
            early = EarlyLoad(request.connection, request.table, rows)
            canonical.on_depart = early.drop
        with early or nullcontext():
            sieve = Sieve(
                headings=headings,
                dialect=dialect,
                matcher=matcher(pattern) if pattern else None,
                make_judge=make_judge(request.schema),
                on_problem=request.on_problem,
                progress=request.progress,
                canonical=canonical,
                by_record=by_record,
                key=load_schema(request.schema).get("x-totaux"),
            )
            source.seek(start)
            if request.progress:
                request.progress(start)
            sieve.run(source, line + (1 if by_record else count_lines(body[at : titles.end])))
            copy = canonical.close()
    count = sieve.places.count
    load = None
    if request.connection and count:
        skip = 1 if copy is None else 0
        rows = csv_rows(plan.columns, headings, dialect, path=copy or path, skip=skip, length=length)
        load = Load(request.connection, request.table, rows, count, early)
    if not count and not sieve.rejected:
        cause = {"cause": "des titres de colonnes, mais aucune ligne"}
        request.on_problem(Problem(EMPTY_FILE, line or None, facts=cause))
    texts = None if canonical.departed or sieve.rejected else _texts(headings)
    return Outcome(sieve.places, sieve.rejected, headings.present, texts=texts, source=path, load=load)


def _texts(headings: Headings) -> tuple[str, ...] | None:
    """The columns of free text, if every other one can only hold a date, an instant, a boolean or a word of a list."""
    columns = headings.columns
    if any(column is None or column.kind in (INTEGER, NUMBER) for column in columns):
        return None
    return tuple(column.name for column in columns if column is not None and column.free)
