"""One pass over a CSV file in UTF-8: rows that match go by in bulk, the others are judged one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from io import SEEK_CUR
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct, field

from duicheck.formats.cells import BLANKS, Cell
from duicheck.formats.dialect import Dialect, Record, count_lines, cut
from duicheck.formats.engine import Matcher
from duicheck.formats.headings import Headings, normalise
from duicheck.formats.places import Places
from duicheck.formats.problems import NON_CONFORMING, OUTSIDE, Problem
from duicheck.formats.rawfile import BLOCK

if TYPE_CHECKING:
    from duicheck.formats.judge import Judge

__all__ = ["Canonical", "Sieve"]

_TOTAL = re.compile(r"(?:sous )?tota(?:l|ux)\b|somme\b|nombre (?:total )?d|nb\b")
_STEP = BLOCK >> 4
"""Bytes sorted at a time. It is when the next ones are read that other threads may run: loading does not wait."""

_NOTE = 4  # words from which the one cell of a row is a sentence, even in the column of numbers


class Canonical:
    """The accepted rows as a CSV file that DuckDB reads without surprise.

    As long as every row was accepted as it stands, that is the file itself and nothing is written. At the
    first row that is not, what came before is copied, and the rest follows. Without a `target`, for rows that are
    loaded nowhere, nothing ever is.
    """

    def __init__(self, path: Path, start: int, target: Path | None, dialect: Dialect) -> None:
        self._path = path
        self._start = start
        self._end = start
        self._target = target
        self._dialect = dialect
        self._sink: BinaryIO | None = None
        self.departed = False
        """Whether a row was not accepted as it stands."""
        self.on_depart: Callable[[], None] | None = None
        """Called once, at the first row that is not accepted as it stands."""

    def raw(self, block: bytes, start: int, end: int) -> None:
        """Rows `block[start:end]` follow the previous ones in the file and are accepted as they stand."""
        if self._sink is not None:
            self._sink.write(memoryview(block)[start:end])
        else:
            self._end += end - start

    def depart(self) -> None:
        """From here on the accepted rows are no longer the file's bytes."""
        if self.departed:
            return
        self.departed = True
        if self.on_depart is not None:
            self.on_depart()
        if self._target is None:
            return
        self._sink = self._target.open("wb")
        with self._path.open("rb") as source:
            source.seek(self._start)
            left = self._end - self._start
            while left > 0 and (block := source.read(min(left, BLOCK))):
                self._sink.write(block)
                left -= len(block)

    def row(self, cells: list[str]) -> None:
        """A row written again; `depart` was called."""
        if self._sink is None:
            return
        written = self._dialect.separator.join(self._written(cell) for cell in cells)
        self._sink.write((written + self._dialect.newline).encode("utf-8"))

    def _written(self, cell: str) -> str:
        if not cell:
            return ""
        bare = not any(char in cell for char in f'"\r\n{self._dialect.separator}')
        return cell if bare else '"' + cell.replace('"', '""') + '"'

    def close(self) -> Path | None:
        """End the writing; the path of the copy, or None when the file itself will do."""
        if self._sink is None:
            return None
        self._sink.close()
        return self._target


class Sieve(Struct):
    """Sorts the records of one file.

    Args:
        matcher: runs of valid lines; None sends every record to the judge.
        judge: made when the first suspect turns up (jsonschema is slow to import).
        by_record: lines are records, whatever newlines cells hold: the file is our own rewriting of a
            spreadsheet or of a Parquet file, and `line` numbers its rows.
        key: the column without which a row is a total or a note and no row of the table, if the schema says so.
    """

    headings: Headings
    dialect: Dialect
    matcher: Matcher | None
    make_judge: Callable[[], Judge]
    on_problem: Callable[[Problem], None]
    progress: Callable[[int], None] | None
    canonical: Canonical
    places: Places = field(default_factory=Places)
    rejected: int = 0
    by_record: bool = False
    key: str | None = None
    _judge: Judge | None = None

    def run(self, source: BinaryIO, line: int) -> None:
        """Read from the current position, which is a record's beginning at physical `line`, to the end."""
        size = _STEP
        while True:
            block = source.read(size)
            last = len(block) < size
            at, line = self._block(block, line, last=last)
            if self.progress and at:
                self.progress(at)
            if last:
                return
            # What is left is read again with what follows, which costs less than to join the two.
            source.seek(at - len(block), SEEK_CUR)
            size = _STEP if at else max(2 * size, BLOCK)  # a record longer than a step is seen whole, or refused

    def _block(self, block: bytes, line: int, *, last: bool) -> tuple[int, int]:
        """Sort what is whole in the block; (where the rest begins, its line)."""
        at = 0
        separator = self.dialect.separator.encode()
        newline = self.dialect.newline.encode()
        while at < len(block):
            if self.matcher is not None:
                end = self.matcher(block, at)
                if end > at:
                    line = self._accept_run(block, at, end, line)
                    at = end  # a run goes as far as it can: the next record, if there is one, does not match
                    if at == len(block):
                        break
                if last and block.find(b"\n", at) < 0 and self.matcher(ended := block[at:] + newline, 0) == len(ended):
                    self.places.add(1, line, self._index)
                    self.canonical.raw(ended, 0, len(ended))
                    return len(block), line
            record = cut(block, at, separator, last=last)
            if record is None:
                return at, line
            self._suspect(record, line)
            line += 1 if self.by_record else count_lines(block[at : record.end])
            at = record.end
        return at, line

    @property
    def _index(self) -> int:
        return self.places.count + self.rejected

    def _accept_run(self, block: bytes, start: int, end: int, line: int) -> int:
        count = block.count(b"\n", start, end)
        self.places.add(count, line, self._index)
        self.canonical.raw(block, start, end)
        return line + count

    def _suspect(self, record: Record, line: int) -> None:
        """A record that did not match: blank, faulty, or to be judged."""
        self.canonical.depart()
        if record.fault is None and not b"".join(record.cells).strip():
            return  # a blank line, or a row of empty cells such as spreadsheets leave at the end
        if self.key is not None and record.fault is None and (what := self._outside(record, self.key)) is not None:
            self.on_problem(Problem(OUTSIDE, line, facts={"cause": what}))
            return
        problems = self._judged(record, line)
        if problems:
            self.rejected += 1
            for problem in problems:
                self.on_problem(problem)

    def _judged(self, record: Record, line: int) -> list[Problem]:
        """The problems of a record; none, and it has joined the accepted rows."""
        fault = record.fault or self._shape_fault(record)
        if fault:
            return [Problem(NON_CONFORMING, line, facts={"mot_cle": "csv", "attendu": fault})]
        columns = self.headings.columns
        raws = record.cells[: len(columns)]
        texts = _texts(raws)
        if texts is None:
            column = next(column for column, raw in zip(columns, raws, strict=True) if _decoded(raw) is None)
            facts = {"mot_cle": "encodage", "attendu": "du texte en UTF-8, sans octet nul"}
            return [Problem(NON_CONFORMING, line, column.name if column else None, facts=facts)]
        cells: dict[str, Cell] = {}
        for column, text in zip(columns, texts, strict=True):
            if column is not None and (stripped := text.strip(BLANKS)):
                cells[column.name] = column.kind.read(stripped, column.schema)
        if self._judge is None:
            self._judge = self.make_judge()
        problems = self._judge.problems(cells, line)
        if not problems:
            self.places.add(1, line, self._index)
            kept = (cells.get(column.name) if column else None for column in columns)
            self.canonical.row([cell.text if cell else "" for cell in kept])
        return problems

    def _outside(self, record: Record, key: str) -> str | None:
        """What a row is that stands below or between the rows of a table without being one; None: a row."""
        texts = [(_decoded(raw) or "").strip(BLANKS) for raw in record.cells]
        filled = [text for text in texts if text]
        named = [(column.name, text) for text, column in zip(texts, self.headings.columns, strict=False) if column]
        keys = [text for name, text in named if name == key and text]
        required = {column.name for column in self.headings.columns if column and column.required} - {key}
        if required and all(text for name, text in named if name in required):
            return None  # whatever it is called, it says what an establishment says
        if any(_TOTAL.match(normalise(text)) for text in (keys or filled)):
            return "une ligne de total"
        if len(filled) == 1 and (not keys or len(keys[0].split()) >= _NOTE):
            return "une note"
        return None

    def _shape_fault(self, record: Record) -> str | None:
        """What is wrong with the number of cells; trailing empty cells do no harm."""
        width = len(self.headings.columns)
        count = len(record.cells)
        if count < width:
            return f"{width} cellules comme la ligne des titres, et non {count}"
        if count > width and any(cell.strip() for cell in record.cells[width:]):
            return f"{width} cellules comme la ligne des titres, et non {count}"
        if self.headings.blank and any(record.cells[position].strip() for position in self.headings.blank):
            return "rien dans les colonnes sans titre"
        return None


def _texts(raws: Sequence[bytes]) -> list[str] | None:
    """The cells decoded, all at once; None when `_decoded` says None of one of them."""
    text = _decoded(b"\n".join(raws)) if raws else ""
    if text is None:
        return None
    return text.split("\n") if text.count("\n") == len(raws) - 1 else [raw.decode("utf-8") for raw in raws]


def _decoded(raw: bytes) -> str | None:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text
