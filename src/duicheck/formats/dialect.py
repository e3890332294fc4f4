"""How a CSV file is written: separator, quotes, line endings; and how one record of it is cut out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from duicheck.formats.headings import best_row
from duicheck.formats.problems import UnreadableFile

__all__ = ["SEPARATORS", "Dialect", "Record", "count_lines", "cut", "cut_sample", "detect_separator", "quoting"]

SEPARATORS = (",", ";", "\t", "|")
LONGEST_RECORD = 1 << 20
"""Bytes; a quoted cell that runs on for longer was never closed."""

_NEWLINE = re.compile(rb"\r\n|\n|\r")


class Record(Struct, frozen=True):
    """A record as it was cut out: where it ends, and its raw cells; `fault` is what its quotes break."""

    end: int
    cells: tuple[bytes, ...]
    quoted: tuple[bool, ...]
    fault: str | None = None


class Dialect(Struct, frozen=True):
    """How one file is written. `styles`: per column, whether cells are bare, quoted, or either."""

    separator: str
    newline: str
    styles: tuple[str, ...]


@lru_cache(maxsize=16)
def _grammar(separator: bytes) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """(a whole record with its line ending, one cell of it).

    A quote that opens a cell runs to the next one that is not doubled; elsewhere it is a character.
    """
    mark = re.escape(separator)
    cell = rb'(?:"(?:[^"]|"")*+"[^%b\r\n]*+|[^%b\r\n"][^%b\r\n]*+|)' % (mark, mark, mark)
    return (
        re.compile(rb"(?>%b)(?:%b(?>%b))*+(\r\n|\n|\r|\Z)" % (cell, mark, cell)),
        re.compile(rb'(?:"((?:[^"]|"")*+)"([^%b\r\n]*+)|([^%b\r\n"][^%b\r\n]*+|))(?:%b|(?=[\r\n])|\Z)' % ((mark,) * 4)),
    )


def count_lines(text: bytes) -> int:
    """How many line endings an editor counts: CR LF, LF, or CR alone."""
    if b"\r" not in text:
        return text.count(b"\n")
    return len(_NEWLINE.findall(text))


def cut(block: bytes, start: int, separator: bytes, *, last: bool) -> Record | None:
    """The record that begins at `start`; None when the block ends before it does.

    `last` says that nothing follows the block. A quote that is never closed, or runs on for longer than a
    record may, makes a faulty record of its first physical line: reading goes on at the next one.
    """
    whole, one = _grammar(separator)
    found = whole.match(block, start)
    size = len(block) - start
    if found is not None and (last or (found[1] and (found[1] != b"\r" or found.end() < len(block)))):
        text = block[start : found.start(1)]
        if b'"' not in text:
            cells = tuple(text.split(separator))
            return Record(found.end(), cells, (False,) * len(cells))
        return _with_quotes(text, found.end(), one)
    if found is None and (last or size > LONGEST_RECORD):
        newline = _NEWLINE.search(block, start)
        end = newline.end() if newline else len(block)
        return Record(end, (), (), "un guillemet ouvert n'est jamais refermé")
    if size > LONGEST_RECORD:
        message = f"une ligne dépasse {LONGEST_RECORD >> 20} Mio : ce n'est pas un tableau"
        raise UnreadableFile(message)
    return None


def _with_quotes(text: bytes, end: int, one: re.Pattern[bytes]) -> Record:
    cells: list[bytes] = []
    quoted: list[bool] = []
    fault = None
    at = 0
    while True:
        found = one.match(text, at)
        if found is None:  # the record matched, so its cells do
            raise AssertionError
        if found[3] is None:
            cells.append(found[1].replace(b'""', b'"'))
            quoted.append(True)
            if found[2].strip(b" "):
                fault = "du texte suit un guillemet fermant"
        else:
            cells.append(found[3])
            quoted.append(False)
        # A separator was eaten exactly when the match goes beyond the cell; a last empty cell may follow it.
        if found.end() == max(found.end(2), found.end(3)):
            return Record(end, tuple(cells), tuple(quoted), fault)
        at = found.end()


def cut_sample(block: bytes, separator: bytes, count: int, *, last: bool) -> list[tuple[int, Record]]:
    """Up to `count` (position, record) from the beginning of a block."""
    found: list[tuple[int, Record]] = []
    at = 0
    while at < len(block) and len(found) < count:
        record = cut(block, at, separator, last=last)
        if record is None:
            break
        found.append((at, record))
        at = record.end
    return found


def detect_separator(block: bytes, schema: str, columns: dict[str, str], *, last: bool) -> str:
    """The separator under which the first records look most like our headings, then most like a table."""
    scores = []
    absent = [separator for separator in SEPARATORS if separator.encode() not in block]
    for rank, separator in enumerate(SEPARATORS):
        if separator in absent[1:]:  # those that are nowhere cut alike: into whole lines
            continue
        rows = [
            [cell.decode("utf-8", "replace") for cell in record.cells]
            for _, record in cut_sample(block, separator.encode(), 20, last=last)
        ]
        if not rows:
            continue
        _, score = best_row(rows, schema, columns)
        width, rows_alike = Counter(len(row) for row in rows).most_common(1)[0]
        scores.append((score, rows_alike if width > 1 else 0, width, -rank, separator))
    return max(scores)[-1] if scores else SEPARATORS[0]


def quoting(records: Sequence[Record], width: int) -> tuple[str, ...]:
    """Per column: `bare`, `quoted` or `either`, as seen in a sample; empty bare cells fit both."""
    styles = []
    for position in range(width):
        seen = {
            record.quoted[position]
            for record in records
            if len(record.cells) == width and (record.quoted[position] or record.cells[position])
        }
        styles.append("either" if len(seen) > 1 else "quoted" if True in seen else "bare")
    return tuple(styles)
