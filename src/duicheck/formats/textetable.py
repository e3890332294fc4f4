"""The text of a table of cells: the heading and the line of every character."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from duicheck.formats.bloc import Bloc, Lines, Situation, Titre
from duicheck.formats.dialect import count_lines, cut_sample, detect_separator
from duicheck.formats.headings import best_row, shown
from duicheck.formats.loading import quoted
from duicheck.formats.pieces import BLOCK, pieces
from duicheck.formats.rawfile import nameable

__all__ = ["parquet_as_csv", "rows_of", "table_copy"]

_TITLES = 30  # records among which the headings are looked for
_SAMPLE = 256 << 10  # characters in which they stand
_CELL = re.compile(r'"(?:[^"]|"")*"')


def rows_of(
    texts: Iterator[str], schema: str | None, part: str | None = None, separator: str | None = None, first: int = 1
) -> Iterator[Bloc]:
    """Blocks of a CSV text: a line and the heading of the column."""
    line = first
    names: list[str] = []
    for number, text in enumerate(texts):
        titles: Sequence[Titre] = ()
        if number == 0:
            separator, titles, known = _headings(text, schema, separator, line)
            if known:
                names = [shown(title.texte, title.position) for title in titles]
        lines = Lines(text, line)
        yield Bloc(text, "table", _cell_placer(text, separator or ",", names, lines, part), titles)
        line = lines(len(text))


def _headings(text: str, schema: str | None, separator: str | None, first: int) -> tuple[str, Sequence[Titre], bool]:
    """The separator and the heading record of a table, and whether it is known for one.

    Where it is not, its cells may be those of a person: they are looked at, and not printed as headings.
    """
    sample = text[:_SAMPLE].encode()
    last = len(text) <= _SAMPLE
    mark = separator or detect_separator(sample, schema or "journal", {}, last=last)
    records = cut_sample(sample, mark.encode(), _TITLES, last=last)
    rows = [[cell.decode("utf-8", "replace") for cell in record.cells] for _, record in records]
    if not rows:
        return mark, (), False
    rank, score = best_row(rows, schema, {}) if schema else (0, 0)
    if not score:
        rank = next((rank for rank, row in enumerate(rows) if any(cell.strip() for cell in row)), 0)
    line = first + count_lines(sample[: records[rank][0]])
    return mark, [Titre(cell, position, line) for position, cell in enumerate(rows[rank])], score > 0


def _cell_placer(
    text: str, separator: str, names: Sequence[str], lines: Lines, part: str | None
) -> Callable[[int], Situation]:
    newline = "\n" if "\n" in text else "\r"
    with_quotes = '"' in text
    at = quotes = 0

    def quotes_before(offset: int) -> int:
        nonlocal at, quotes
        quotes += text.count('"', at, offset) if offset >= at else -text.count('"', offset, at)
        at = offset
        return quotes

    def place(offset: int) -> Situation:
        start = text.rfind(newline, 0, offset) + 1
        while with_quotes and start and quotes_before(start) % 2:
            start = text.rfind(newline, 0, start - 1) + 1
        before = text[start:offset]
        if '"' in before:
            before = _CELL.sub("", before).partition('"')[0]
        position = before.count(separator)
        name = names[position] if position < len(names) else f"(colonne {position + 1})"
        return Situation(lines(offset), name, part)

    return place


def table_copy(path: Path, schema: str | None, first: int, part: str | None = None) -> Iterator[Bloc]:
    """The blocks of our own CSV rewriting of a table; its records are rows from `first` on."""
    with path.open("rb") as source:
        yield from rows_of(pieces(source, source.read(BLOCK)), schema, part, ",", first)


def parquet_as_csv(path: Path, workdir: Path) -> Path | None:
    """A Parquet file as CSV, one record a line; None where it cannot be read."""
    import duckdb  # noqa: PLC0415 -- heavy

    target = workdir / "texte-parquet.csv"
    source = f"read_parquet({quoted(str(nameable(path, workdir)))})"
    try:
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            names = [str(row[0]) for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
            cells = ", ".join(
                f"regexp_replace({_identifier(name)}::VARCHAR, '[\\r\\n]+', ' ', 'g') AS {_identifier(name)}"
                for name in names
            )
            options = "(FORMAT csv, HEADER true, DELIMITER ',')"
            connection.execute(f"COPY (SELECT {cells} FROM {source}) TO {quoted(str(target))} {options}")
    except duckdb.Error:
        return None
    return target


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
