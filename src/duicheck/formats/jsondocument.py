"""One JSON document held against its schema: every fault with its JSON pointer and its physical line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from msgspec import field

from duicheck.discretion import Discreet, mask_heading
from duicheck.formats.expectations import Explanation, explain
from duicheck.formats.problems import NON_CONFORMING, UNREADABLE, Problem
from duicheck.formats.schemas import load_schema, validator
from duicheck.formats.strictjson import read_document

__all__ = ["DocumentReading", "lines_of", "read_json_document", "repeated_lines"]

_LARGEST = 32 << 20  # bytes: an envelope that people read, far above any that was seen
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_UNKNOWN = ("additionalProperties", "unevaluatedProperties")


class DocumentReading(Discreet, frozen=True):
    """What reading gave: the value, or None where a problem says why there is none.

    `lines` maps the pointer of each value to the line, from 1, where it (or the key before it) stands.
    """

    HIDDEN: ClassVar[frozenset[str]] = frozenset({"lines"})

    value: Any
    problems: tuple[Problem, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)


def read_json_document(path: Path, schema: str) -> DocumentReading:
    """Read a document strictly and hold it against the schema of that name. Wrong data never raises."""
    if path.stat().st_size > _LARGEST:
        cause = f"document de plus de {_LARGEST >> 20} Mio"
        return DocumentReading(None, (Problem(UNREADABLE, facts={"cause": cause}),))
    value, problems = read_document(path)
    if problems:
        return DocumentReading(None, tuple(_placed(path, each) for each in problems))
    lines = lines_of(path.read_text(encoding="utf-8-sig"))
    found = explain(validator(schema).iter_errors(value), load_schema(schema))
    if found:
        return DocumentReading(None, tuple(sorted(_problems(found, lines), key=lambda each: each.line or 0)))
    return DocumentReading(value, (), lines)


def _placed(path: Path, problem: Problem) -> Problem:
    """The line of a repeated key, which the JSON parser does not tell."""
    if problem.line is not None:
        return problem
    try:
        repeated = next(repeated_lines(path.read_text(encoding="utf-8-sig")), None)
    except (OSError, UnicodeDecodeError, IndexError):
        return problem
    return problem if repeated is None else Problem(problem.regle, repeated, facts=problem.facts)


def _problems(found: list[Explanation], lines: Mapping[str, int]) -> Iterator[Problem]:
    for each in found:
        unknown = each.mot_cle in _UNKNOWN
        column = None if each.column is None else mask_heading(each.column) if unknown else each.column
        # A name that no schema knows may be anybody's.
        pointer = _parent(each.pointer) if unknown else each.pointer
        facts = {"attendu": each.attendu, "mot_cle": each.mot_cle}
        yield Problem(NON_CONFORMING, lines.get(each.pointer, lines.get(_parent(each.pointer))), column, pointer, facts)


def _parent(pointer: str) -> str:
    return pointer.rpartition("/")[0]


def lines_of(text: str) -> dict[str, int]:
    """The line of each value of a JSON text that is known to be well-formed, by its pointer."""
    return dict(_places(text))


def repeated_lines(text: str) -> Iterator[int]:
    """The lines of the keys that their object already has, in a JSON text that is well-formed otherwise."""
    seen = set()
    inside = "\0"
    for pointer, line in _places(text):
        if pointer in seen and not pointer.startswith(inside):  # what a repeated key holds repeats with it
            inside = f"{pointer}/"
            yield line
        seen.add(pointer)


def _places(text: str) -> Iterator[tuple[str, int]]:
    """(pointer, line) of every value, in the order of the text; a property stands where its key does."""
    stack: list[list[Any]] = []  # [pointer of the container, key or index of the value to come]
    line, at, key_line = 1, 0, 1
    key: str | None = None
    for token in _TOKEN.finditer(text):
        word = token[0]
        line += text.count("\n", at, token.start())
        at = token.start()
        if word in "}]":
            stack.pop()
        elif word == ",":
            if isinstance(stack[-1][1], int):
                stack[-1][1] += 1
            else:
                stack[-1][1] = None
        elif word == ":":
            stack[-1][1], key = key, None
        elif stack and stack[-1][1] is None:
            key, key_line = _key(word), line
        else:
            pointer = f"{stack[-1][0]}/{stack[-1][1]}" if stack else ""
            yield pointer, key_line if stack and isinstance(stack[-1][1], str) else line
            if word in "{[":
                stack.append([pointer, None if word == "{" else 0])


def _key(word: str) -> str:
    """A key as a step of a pointer."""
    return str(json.loads(word, strict=False)).replace("~", "~0").replace("/", "~1")
