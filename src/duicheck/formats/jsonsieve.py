"""One pass over the rows of a JSON file: those that match go by in bulk, the others are judged one by one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

from msgspec import Struct, field

from duicheck.formats.cells import Cell
from duicheck.formats.columns import Column
from duicheck.formats.csvtable import Request, make_judge
from duicheck.formats.dialect import LONGEST_RECORD, count_lines
from duicheck.formats.engine import Matcher
from duicheck.formats.headings import nearest, shown
from duicheck.formats.jsonpattern import Layout
from duicheck.formats.jsonrows import BLANK, TRUNCATED, Shape, cut_array, cut_line
from duicheck.formats.places import Places
from duicheck.formats.plan import plan_of
from duicheck.formats.problems import NON_CONFORMING, UNKNOWN_COLUMN, Problem, UnreadableFile
from duicheck.formats.rawfile import BLOCK
from duicheck.formats.strictjson import JsonFault, loads

if TYPE_CHECKING:
    from duicheck.formats.judge import Judge

__all__ = ["JsonSieve"]

_UNKNOWN_SAID = 50  # unknown keys that get a finding; a hostile file has millions
_DIGITS_OF_INTEGER = 20  # beyond any 64-bit number
_DIGITS_OF_NUMBER = 40  # no rate has more


def _number(column: Column, value: int | Decimal) -> Cell:
    """A JSON number as a cell: 12.0 is an integer, as JSON Schema says."""
    if isinstance(value, int):
        doubt = column.kind.read(str(value), column.schema).doubt if "x-longueur" in column.schema else None
        return Cell(value, str(value), doubt)
    whole = value == value.to_integral_value() and value.adjusted() < _DIGITS_OF_INTEGER
    if column.schema["type"] == "integer" and whole:
        return Cell(int(value), str(int(value)))
    return Cell(value, f"{value:f}" if abs(value.adjusted()) < _DIGITS_OF_NUMBER else str(value))


def cell_of(column: Column, value: object) -> Cell:
    """A JSON value as a cell; types are strict, so a wrong one is left for the schema to refuse."""
    if isinstance(value, bool):
        return Cell(value, str(value).lower())
    if isinstance(value, int | Decimal):
        return _number(column, value)
    if not isinstance(value, str) or column.schema["type"] != "string":
        return Cell(value)
    read = column.kind.read(value, column.schema)
    if column.schema.get("format") == "date" and read.doubt is None:
        return Cell(value, value)  # in JSON only the standard way of writing a day
    return Cell(value, read.text, read.doubt)


class JsonSieve(Struct):
    """Sorts the records of one JSON file; see `Sieve`, its sibling for CSV."""

    request: Request
    shape: Shape
    columns: dict[str, Column | None]
    layout: Layout | None
    matcher: Matcher | None
    sink: BinaryIO
    places: Places
    rejected: int = 0
    line: int = 1
    ended: bool = False
    after_comma: bool = False
    tail: bytes = b""
    judge: Judge | None = None
    unknown: set[str] = field(default_factory=set)

    def run(self, source: BinaryIO) -> None:
        """Read from the first record to the end of the file."""
        rest = b""
        while True:
            block = source.read(BLOCK)
            if block and self.request.progress:
                self.request.progress(len(block))
            last = not block
            rest += block
            try:
                rest = rest[self._block(rest, last=last) :]
            except UnreadableFile as refusal:
                raise UnreadableFile(refusal.cause, refusal.line or self.line) from refusal
            if last:
                break
        if self.shape.is_array and not self.ended:
            raise UnreadableFile(TRUNCATED, self.line)

    def _block(self, block: bytes, *, last: bool) -> int:
        at = 0
        while at < len(block):
            if self.ended:
                self.tail += block[at:]
                if len(self.tail) > LONGEST_RECORD:
                    message = "le document JSON continue après la liste des lignes"
                    raise UnreadableFile(message)
                return len(block)
            if self.matcher is not None and (end := self.matcher(block, at)) > at:
                self._accept_run(block[at:end])
                at = end
                continue
            found = self._suspect(block, at, last=last)
            if found is None:
                break
            self.line += count_lines(block[at:found])
            at = found
        return at

    @property
    def _index(self) -> int:
        return self.places.count + self.rejected

    def _accept_run(self, rows: bytes) -> None:
        assert self.layout is not None  # noqa: S101 -- a matcher is made from it
        self.after_comma = True  # in an array, the separator holds it
        count = rows.count(b"}")
        stride = self.layout.newlines
        self.places.add(count, self.line, self._index, stride)
        self.line += count * stride
        if self.shape.is_array:
            # Blanks inside an object are between members: no value holds a newline. One object a line.
            rows = rows.replace(b"}" + self.layout.separator.encode(), b"}\0")
            rows = rows.replace(b"\n", b" ").replace(b"\r", b" ").replace(b"\0", b"\n")
        self.sink.write(rows)

    def _suspect(self, block: bytes, at: int, *, last: bool) -> int | None:
        """Handle one record that did not match; where the next one may begin, None when more must be read."""
        blank = BLANK.match(block, at)
        start = blank.end() if blank else at
        if start > at:
            return start  # its lines are counted before the record is looked at
        if self.shape.is_array:
            return self._suspect_element(block, start, last=last)
        end = cut_line(block, start, last=last)
        if end is None:
            return None
        self._judge_raw(block[start:end])
        return min(end + 1, len(block))

    def _suspect_element(self, block: bytes, start: int, *, last: bool) -> int | None:
        if block[start : start + 1] == b"]":
            if self.after_comma:
                message = "JSON mal formé : une virgule après le dernier objet"
                raise UnreadableFile(message)
            self.ended = True
            return start + 1
        end = cut_array(block, start, last=last)
        after = BLANK.match(block, end) if end is not None else None
        if end is None or after is None or (after.end() == len(block) and not last):
            return None
        stop = after.end()
        mark = block[stop : stop + 1]
        if mark not in (b",", b"]") or not mark:
            message = "JSON tronqué ou mal formé : une virgule ou un crochet manque après un objet"
            raise UnreadableFile(message)
        self._judge_raw(block[start:end])
        self.after_comma = mark == b","
        return stop + self.after_comma

    def _judge_raw(self, raw: bytes) -> None:
        if self.layout is not None and self.matcher is not None:
            # The last record has no separator after it, so that the matcher left it out.
            ended = raw.rstrip(b"\r") + self.layout.separator.encode()
            if self.matcher(ended, 0) == len(ended):
                self.places.add(1, self.line, self._index, self.layout.newlines)
                self.sink.write(raw.replace(b"\n", b" ").replace(b"\r", b" ") + b"\n")
                return
        pointer = f"{self.shape.pointer}/{self._index}" if self.shape.is_array else None
        try:
            value = loads(raw.decode("utf-8"))
        except UnicodeDecodeError:
            self._reject(None, pointer, "encodage", "du texte en UTF-8")
            return
        except JsonFault as fault:
            if self.shape.is_array and fault.line is not None:
                raise UnreadableFile(fault.cause, self.line + fault.line - 1) from fault
            self._reject(None, pointer, "json", f"un objet JSON bien formé ({fault.cause})")
            return
        if not isinstance(value, dict):
            self._reject(None, pointer, "type", "un objet")
            return
        self._judge_object(value, pointer)

    def _reject(self, column: str | None, pointer: str | None, keyword: str, expected: str) -> None:
        self.rejected += 1
        facts = {"mot_cle": keyword, "attendu": expected}
        self.request.on_problem(Problem(NON_CONFORMING, self.line, column, pointer, facts))

    def _judge_object(self, value: Mapping[str, Any], pointer: str | None) -> None:
        cells: dict[str, Cell] = {}
        written = {}
        for key, each in value.items():
            if key not in self.columns:
                self._say_unknown(key, pointer)
            column = self.columns.get(key)
            if column is None or each is None:
                continue
            cells[column.name] = cell = cell_of(column, each)
            written[key] = cell.text
        if self.judge is None:
            self.judge = make_judge(self.request.schema)()
        problems = self.judge.problems(cells, self.line, pointer)
        if problems:
            self.rejected += 1
            for problem in problems:
                self.request.on_problem(problem)
            return
        self.places.add(1, self.line, self._index, self.layout.newlines if self.layout else 1)
        self.sink.write(json.dumps(written, ensure_ascii=True).encode("ascii") + b"\n")

    def _say_unknown(self, key: str, pointer: str | None) -> None:
        if key in self.unknown or len(self.unknown) >= _UNKNOWN_SAID:
            return
        self.unknown.add(key)
        close = nearest(key, [column.name for column in plan_of(self.request.schema).columns])
        facts = {"proche": close} if close else {}
        self.request.on_problem(Problem(UNKNOWN_COLUMN, self.line, shown(key), pointer, facts))
