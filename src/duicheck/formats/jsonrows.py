"""Where the rows of a JSON file are, and how one of them is cut out of its bytes."""

from __future__ import annotations

import codecs
import json
import re

from msgspec import Struct

from duicheck.formats.dialect import LONGEST_RECORD
from duicheck.formats.problems import UnreadableFile
from duicheck.formats.strictjson import JsonFault, loads

__all__ = ["BLANK", "TRUNCATED", "Shape", "cut_array", "cut_line", "find_rows", "sample"]

BLANK = re.compile(rb"[ \t\r\n]*")
TRUNCATED = "JSON tronqué ou mal formé : une valeur n'est pas terminée"

_SAMPLE = 200  # records looked at before compiling
_LINES = "lignes"
_BLANK_TEXT = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(rb"[^\s,\[\]{}]+")
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[{}\[\]]', re.DOTALL)


class Shape(Struct, frozen=True):
    """How the rows are held: `pointer` None for NDJSON; `start` is the byte where the first one may begin."""

    start: int
    pointer: str | None
    prefix: str = ""

    @property
    def is_array(self) -> bool:
        """Whether the rows are in one list, and so have pointers."""
        return self.pointer is not None


def find_rows(head: bytes, *, whole: bool) -> Shape:
    """Find where the rows are.

    Raises:
        UnreadableFile: they are nowhere.
    """
    bom = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    blank = BLANK.match(head, bom)
    at = blank.end() if blank else bom
    if head[at : at + 1] == b"[":
        return Shape(at + 1, "", "[")
    first, _, rest = head[at:].partition(b"\n")
    try:
        value = loads(first.decode("utf-8"))
    except (UnicodeDecodeError, JsonFault):
        value = None
    if isinstance(value, dict) and not isinstance(value.get(_LINES), list):
        return Shape(at, None)
    text = head.decode("utf-8", "ignore" if not whole else "replace")
    found = _lines_array(text)
    if found is None:
        second = rest.lstrip()[:1] == b"{"
        if second and value is None:
            return Shape(at, None)  # NDJSON whose first line is bad
        message = f"document JSON sans lignes : il faut une liste d'objets, ou un objet avec « {_LINES} »"
        raise UnreadableFile(message)
    return Shape(len(text[:found].encode("utf-8")), f"/{_LINES}", text[:found].lstrip("\ufeff"))


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


def cut_array(block: bytes, at: int, *, last: bool) -> int | None:
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
        raise UnreadableFile(TRUNCATED)
    return end


def cut_line(block: bytes, at: int, *, last: bool) -> int | None:
    """The end of the line of NDJSON that begins at `at`, its ending left out."""
    end = block.find(b"\n", at)
    if end < 0:
        if not last and len(block) - at <= LONGEST_RECORD:
            return None
        end = len(block)
    return end


def sample(body: bytes, shape: Shape, *, last: bool) -> tuple[list[bytes], bytes]:
    """The first records, raw, and what stands between two of them (empty when there are not two)."""
    spans: list[tuple[int, int]] = []
    at = 0
    cut = cut_array if shape.is_array else cut_line
    while len(spans) < _SAMPLE:
        blank = BLANK.match(body, at)
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
