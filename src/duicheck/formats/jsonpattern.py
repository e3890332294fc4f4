"""A row schema and the way an exporter writes its objects, compiled into one regular expression.

The layout (keys, their order, every blank) is the one that the first records show; a record written in any
other way goes to the slow path. No brace can stand inside a matched value, so objects are counted by `}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from duicheck.formats.columns import Column
from duicheck.formats.linepattern import keeps_lost_zeros_out
from duicheck.formats.patterns import Unsupported, literal, optional
from duicheck.formats.plan import Case, Plan, alternatives

__all__ = ["Layout", "json_record", "layout_of"]

_MEMBER = re.compile(
    rb'(?P<before>[\s,]*)(?P<key>"(?:[^"\\\x00-\x1f{}])*")(?P<colon>\s*:\s*)'
    rb'(?P<value>"(?:[^"\\\x00-\x1f]|\\.)*"|[-+.0-9A-Za-z]+)'
)
_SCALAR = (  # of a key that we do not know: ASCII only, no escape, no brace
    r'(?:"[\x20\x21\x23-\x5b\x5d-\x7a\x7c\x7e]*"|-?(?:0|[1-9][0-9]{0,15})(?:\x2e[0-9]{1,15})?|true|false|null)'
)


class Layout(Struct, frozen=True):
    """How the objects of a file are written: the literal text before each value, and what ends the object."""

    keys: tuple[str, ...]
    openings: tuple[str, ...]  # of each member: from the end of the value before it to its own value
    closing: str
    separator: str  # between two records, or after each line of NDJSON

    @property
    def newlines(self) -> int:
        """Line endings in one record and the separator after it."""
        return "".join((*self.openings, self.closing, self.separator)).count("\n")


def layout_of(record: bytes, separator: bytes) -> Layout | None:
    """The layout that one raw object shows; None when it is nested, or not plain enough to say."""
    if not record.startswith(b"{") or not record.endswith(b"}"):
        return None
    keys, openings = [], []
    at = 1
    while found := _MEMBER.match(record, at):
        key = found["key"].decode("utf-8", "replace")[1:-1]
        opening = record[at : found.start("value")]
        if not opening.isascii():
            return None
        keys.append(key)
        openings.append(("{" if at == 1 else "") + opening.decode("ascii"))
        at = found.end()
    closing = record[at:]
    if not keys or closing[:-1].strip() or len(set(keys)) != len(keys) or not separator.isascii():
        return None
    return Layout(tuple(keys), tuple(openings), closing.decode("ascii"), separator.decode("ascii"))


def merged(first: Layout, others: Sequence[Layout]) -> Layout:
    """The layout with the keys that only other records show, each after the one it follows there."""
    keys, openings = list(first.keys), list(first.openings)
    for other in others:
        for rank, key in enumerate(other.keys):
            if key not in keys and rank and other.keys[rank - 1] in keys:
                place = keys.index(other.keys[rank - 1]) + 1
                keys.insert(place, key)
                openings.insert(place, other.openings[rank])
    return Layout(tuple(keys), tuple(openings), first.closing, first.separator)


def _written(text: str) -> str:
    return "".join(literal(char) for char in text)


def _member(column: Column | None, opening: str, case: Case, plan: Plan, *, droppable: bool) -> str:
    """The regex of one member.

    Raises:
        Unsupported: its schema says more than a regex can.
    """

    def write(each: Column, schema: Mapping[str, Any]) -> str:
        pattern = each.kind.json(schema)
        if pattern is None or not keeps_lost_zeros_out(schema):
            raise Unsupported(each.name)
        return pattern

    if column is None:
        value, needed = _SCALAR, False
    else:
        value, needed = plan.value_pattern(column, case, write), column.name in case.required
    if needed:
        return _written(opening) + value
    member = _written(opening) + f"(?:{value}|null)"
    return optional(member) if droppable else member


def json_record(plan: Plan, columns: Mapping[str, Column | None], layout: Layout) -> str | None:
    """The regex of one object and of the separator after it; None where nothing sound can be written.

    `columns` says what each key is. A member may be left out only where all of an object is on one line:
    else the number of lines of a record would not be known.
    """
    rows = []
    on_one_line = "\n" not in "".join(layout.openings) + layout.closing
    present = {column.name for column in columns.values() if column is not None}
    for case in plan.cases:
        if not case.required <= present:
            continue
        try:
            row = [
                _member(columns.get(key), opening, case, plan, droppable=on_one_line and rank > 0)
                for rank, (key, opening) in enumerate(zip(layout.keys, layout.openings, strict=True))
            ]
        except Unsupported:
            continue
        rows.append(row)
    if not rows or any(json.dumps(key, ensure_ascii=False) != f'"{key}"' for key in layout.keys):
        return None
    return alternatives(rows) + _written(layout.closing) + _written(layout.separator)
