"""Reading rows in JSON: an array of objects, `{"lignes": [...]}`, or one object a line (NDJSON)."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from duicheck.formats.cells import Cell, Column
from duicheck.formats.csvtable import Outcome, Request, make_judge
from duicheck.formats.dialect import LONGEST_RECORD, count_lines
from duicheck.formats.engine import Matcher, matcher
from duicheck.formats.headings import map_headings, nearest, shown
from duicheck.formats.jsonpattern import Layout, json_record, layout_of, merged
from duicheck.formats.loading import create_table, load_ndjson
from duicheck.formats.places import Places
from duicheck.formats.plan import plan_of
from duicheck.formats.problems import (
    EMPTY_FILE,
    MISSING_COLUMN,
    NON_CONFORMING,
    UNKNOWN_COLUMN,
    Problem,
    UnreadableFile,
)
from duicheck.formats.rawfile import BLOCK
from duicheck.formats.strictjson import JsonFault, loads

if TYPE_CHECKING:
    from duicheck.formats.judge import Judge

__all__ = ["read_json"]

_SAMPLE = 200  # records looked at before compiling
_UNKNOWN_SAID = 50  # unknown keys that get a finding; a hostile file has millions
_LINES = "lignes"
_BLANK = re.compile(rb"[ \t\r\n]*")
_BLANK_TEXT = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(rb"[^\s,\[\]{}]+")
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[{}\[\]]', re.DOTALL)
_TRUNCATED = "JSON tronqué ou mal formé : une valeur n'est pas terminée"


@dataclass(frozen=True, slots=True)
class _Shape:
    """How the rows are held: `pointer` None for NDJSON; `start` is the byte where the first one may begin."""

    start: int
    pointer: str | None
    prefix: str = ""

    @property
    def is_array(self) -> bool:
        return self.pointer is not None


def _shape(head: bytes, *, whole: bool) -> _Shape:
    """Find where the rows are.

    Raises:
        UnreadableFile: they are nowhere.
    """
    bom = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    blank = _BLANK.match(head, bom)
    at = blank.end() if blank else bom
    if head[at : at + 1] == b"[":
        return _Shape(at + 1, "", "[")
    first, _, rest = head[at:].partition(b"\n")
    try:
        value = loads(first.decode("utf-8"))
    except (UnicodeDecodeError, JsonFault):
        value = None
    if isinstance(value, dict) and not isinstance(value.get(_LINES), list):
        return _Shape(at, None)
    text = head.decode("utf-8", "ignore" if not whole else "replace")
    found = _lines_array(text)
    if found is None:
        second = rest.lstrip()[:1] == b"{"
        if second and value is None:
            return _Shape(at, None)  # NDJSON whose first line is bad
        message = f"document JSON sans lignes : il faut une liste d'objets, ou un objet avec « {_LINES} »"
        raise UnreadableFile(message)
    return _Shape(len(text[:found].encode("utf-8")), f"/{_LINES}", text[:found].lstrip("\ufeff"))


def _lines_array(text: str) -> int | None:
    """The position after the `[` of the member `lignes` of the top-level object."""
    decoder = json.JSONDecoder()
    at = text.find("{") + 1

    def skip(position: int) -> int:
        blank = _BLANK_TEXT.match(text, position)
        return blank.end() if blank else position

    try:
        while True:
            key, at = decoder.raw_decode(text, skip(at))
            at = skip(at)
            if not isinstance(key, str) or text[at] != ":":
                return None
            at = skip(at + 1)
            if key == _LINES:
                return at + 1 if text[at] == "[" else None
            _, at = decoder.raw_decode(text, at)
            at = skip(at)
            if text[at] != ",":
                return None
            at += 1
    except (json.JSONDecodeError, IndexError, RecursionError, ValueError):
        return None


def _cut_array(block: bytes, at: int, *, last: bool) -> int | None:
    """The end of the value that begins at `at` in an array; None when the block ends before.

    Raises:
        UnreadableFile: it never ends.
    """
    end = None
    if block[at : at + 1] in (b"{", b"["):
        depth = 0
        for token in _TOKEN.finditer(block, at):
            mark = token[0]
            depth += (mark in (b"{", b"[")) - (mark in (b"}", b"]"))
            if depth == 0:
                end = token.end()
                break
    elif block[at : at + 1] == b'"':
        found = _TOKEN.match(block, at)
        end = found.end() if found else None
    else:
        found = _SCALAR.match(block, at)
        end = found.end() if found and (last or found.end() < len(block)) else None
    if end is None and (last or len(block) - at > LONGEST_RECORD):
        raise UnreadableFile(_TRUNCATED)
    return end


def _cut_line(block: bytes, at: int, *, last: bool) -> int | None:
    """The end of the line of NDJSON that begins at `at`, its ending left out."""
    end = block.find(b"\n", at)
    if end < 0:
        if not last and len(block) - at <= LONGEST_RECORD:
            return None
        end = len(block)
    return end


def cell_of(column: Column, value: object) -> Cell:
    """A JSON value as a cell; types are strict, so a wrong one is left for the schema to refuse."""
    kind = column.schema["type"]
    if isinstance(value, str):
        if kind != "string":
            return Cell(value)
        read = column.kind.read(value, column.schema)
        if column.schema.get("format") == "date" and read.doubt is None:
            return Cell(value, value)  # in JSON only the standard way of writing a day
        return Cell(value, read.text, read.doubt)
    if isinstance(value, bool):
        return Cell(value, str(value).lower())
    if isinstance(value, int) and column.schema.get("x-longueur"):
        doubt = column.kind.read(str(value), column.schema).doubt
        return Cell(value, doubt=doubt)
    if isinstance(value, Decimal) and kind == "integer" and value == value.to_integral_value() and value.adjusted() < 20:  # noqa: PLR2004, E501 -- beyond any 64-bit number
        return Cell(int(value), str(int(value)))
    if isinstance(value, int | Decimal):
        return Cell(value, f"{value:f}" if isinstance(value, Decimal) and abs(value.adjusted()) < 40 else str(value))  # noqa: PLR2004, E501 -- digits of a rate
    return Cell(value)


@dataclass(slots=True)
class _JsonSieve:
    """Sorts the records of one JSON file; see `Sieve`, its sibling for CSV."""

    request: Request
    shape: _Shape
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
            raise UnreadableFile(_TRUNCATED, self.line)

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
        blank = _BLANK.match(block, at)
        start = blank.end() if blank else at
        if start == len(block):
            return start if last or not self.shape.is_array else None
        if start > at:
            return start  # its line is counted before the record is looked at
        if not self.shape.is_array:
            end = _cut_line(block, start, last=last)
            if end is not None:
                self._judge_raw(block[start:end])
                return min(end + 1, len(block))
            return None
        if block[start : start + 1] == b"]":
            if self.after_comma:
                message = "JSON mal formé : une virgule après le dernier objet"
                raise UnreadableFile(message)
            self.ended = True
            return start + 1
        end = _cut_array(block, start, last=last)
        if end is None:
            return None
        after = _BLANK.match(block, end)
        stop = after.end() if after else end
        mark = block[stop : stop + 1]
        if not mark and not last:
            return None
        if mark not in (b",", b"]"):
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
        self.request.on_problem(Problem(UNKNOWN_COLUMN, self.line, shown(key, 0), pointer, facts))


def _sample(body: bytes, shape: _Shape, *, last: bool) -> tuple[list[bytes], bytes]:
    """The first records, raw, and what stands between two of them (empty when there are not two)."""
    spans: list[tuple[int, int]] = []
    at = 0
    cut = _cut_array if shape.is_array else _cut_line
    while len(spans) < _SAMPLE:
        blank = _BLANK.match(body, at)
        start = blank.end() if blank else at
        if start >= len(body) or body[start : start + 1] == b"]":
            break
        try:
            end = cut(body, start, last=last)
        except UnreadableFile:
            break
        if end is None:
            break
        if not shape.is_array:
            spans.append((start, end - body.endswith(b"\r", start, end)))
            at = end + 1
            continue
        spans.append((start, end))
        comma = body.find(b",", end)
        if comma < 0 or body[end:comma].strip():
            break
        at = comma + 1
    records = [body[start:end] for start, end in spans]
    if not shape.is_array:
        return records, b"\r\n" if body.partition(b"\n")[0].endswith(b"\r") else b"\n"
    return records, body[spans[0][1] : spans[1][0]] if len(spans) > 1 else b""


def _objects(records: list[bytes]) -> list[dict[str, Any]]:
    found = []
    for raw in records:
        try:
            value = loads(raw.decode("utf-8"))
        except (UnicodeDecodeError, JsonFault):
            continue
        if isinstance(value, dict):
            found.append(value)
    return found


def _layout(records: list[bytes], separator: bytes) -> Layout | None:
    layouts = [layout for raw in records if (layout := layout_of(raw, separator)) is not None]
    return merged(layouts[0], layouts[1:]) if layouts and separator else None


def read_json(path: Path, request: Request) -> Outcome:
    """Sort and load one JSON or NDJSON file in UTF-8.

    Raises:
        UnreadableFile: nothing in it can be used.
    """
    plan = plan_of(request.schema)
    with path.open("rb") as source:
        head = source.read(BLOCK)
        last = len(head) < BLOCK
        shape = _shape(head, whole=last)
        body = head[shape.start :]
        records, separator = _sample(body, shape, last=last)
        objects = _objects(records)
        keys = list(dict.fromkeys(key for each in objects for key in each))
        line = 1 + count_lines(head[: shape.start])
        columns: dict[str, Column | None] = {}
        if keys:
            headings, problems = map_headings(keys, request.schema, request.columns, line)
            for problem in problems:
                request.on_problem(problem)
            if any(problem.regle == MISSING_COLUMN for problem in problems):
                return Outcome(Places(), 0, headings.present, readable=False)
            columns = dict(zip(keys, headings.columns, strict=True))
        layout = _layout(records, separator)
        pattern = json_record(plan, columns, layout) if layout else None
        target = request.workdir / "lignes.ndjson"
        with target.open("wb") as sink:
            sieve = _JsonSieve(
                request=request,
                shape=shape,
                columns=columns,
                layout=layout,
                matcher=matcher(pattern) if pattern else None,
                sink=sink,
                places=Places(shape.pointer),
                line=line,
                unknown=set(),
            )
            source.seek(shape.start)
            if request.progress:
                request.progress(shape.start)
            sieve.run(source)
    if shape.is_array:
        _check_envelope(shape, sieve.tail)
    present = frozenset(column.name for column in columns.values() if column is not None)
    create_table(request.connection, request.table, plan.columns)
    count = sieve.places.count
    if count:
        load_ndjson(request.connection, request.table, plan.columns, columns, target, count)
    elif not sieve.rejected:
        request.on_problem(Problem(EMPTY_FILE, facts={"cause": "aucune ligne"}))
    return Outcome(sieve.places, sieve.rejected, present)


def _check_envelope(shape: _Shape, tail: bytes) -> None:
    """What stands around the rows must be strict JSON too.

    Raises:
        UnreadableFile: it is not.
    """
    try:
        loads(f"{shape.prefix}]{tail.decode('utf-8')}")
    except (UnicodeDecodeError, JsonFault) as error:
        cause = error.cause if isinstance(error, JsonFault) else "ce n'est pas de l'UTF-8"
        message = f"autour des lignes : {cause}"
        raise UnreadableFile(message) from error
