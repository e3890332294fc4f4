"""The slow path's judge: the JSON Schema validator, asked as seldom as its verdict allows.

jsonschema takes some 150 µs for a row, so a log with 1 % of bad rows would spend its time here. A row's
errors are therefore had in two parts, whose union is what the validator says of the whole row:

* the errors of `properties/X` look at the value of X alone: only a value that does not match its own fast
  pattern (a match implies that the property accepts it) is shown to the validator, with that property's schema. Texts
  on which each keyword of that schema says the same have the same errors: one witness for each such outcome;
* everything else (`required`, if/then/else) looks at which properties are there, and at the value of the few
  that a condition reads or constrains by `enum` or `const`: `Plan` has checked that nothing else is asked of
  them. Rows that agree on that, their *shape*, have the same errors; one witness per shape is judged.

A schema that the plan does not understand has no shapes: each of its rows is judged whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any

from duicheck.formats.cells import Cell
from duicheck.formats.expectations import Explanation, explain
from duicheck.formats.patterns import Unsupported
from duicheck.formats.plan import plan_of
from duicheck.formats.problems import NON_CONFORMING, Problem
from duicheck.formats.schemas import is_date, is_date_time, load_schema, matches, validator

__all__ = ["Judge"]

_OTHER = "autre valeur que toutes celles du schéma"
_SHAPES = 4096  # witnesses kept; a hostile file can make no more than this
_VALUES = 4096


class Judge:
    """Judges rows of one schema; keeps what it learnt between rows."""

    def __init__(self, schema: str) -> None:
        self._schema = load_schema(schema)
        self._plan = plan_of(schema)
        self._columns = {column.name: column for column in self._plan.columns}
        self._whole = validator(schema)
        self._parts = {name: validator(schema, part=column.schema) for name, column in self._columns.items()}
        values = self._plan.known_values
        self._telling = [(rank, name, values[name]) for rank, name in enumerate(self._columns) if name in values]
        self._quick: dict[str, re.Pattern[str]] = {}
        self._keywords: dict[str, tuple[Callable[[str], bool], ...]] = {}
        for name, column in self._columns.items():
            if self._plan.cases and column.schema["type"] == "string":
                with suppress(Unsupported):
                    if written := column.kind.json(column.schema):
                        self._quick[name] = re.compile(written[1:-1])  # without the quotes
                self._keywords[name] = _keywords(column.schema)
        self._of_outcome: dict[tuple[str, tuple[bool, ...]], list[Explanation]] = {}
        self._of_shape = lru_cache(maxsize=_SHAPES)(self._judge_shape)
        self._of_value: Callable[[str, type, Any], list[Explanation]] = lru_cache(maxsize=_VALUES)(self._judge_value)

    def problems(self, cells: Mapping[str, Cell], line: int, pointer: str | None = None) -> list[Problem]:
        """What is wrong with a row, given the cells that are there; empty when it is accepted."""
        doubts = [
            Problem(cell.doubt[0], line, name, pointer, {"cause": cell.doubt[1]})
            for name, cell in cells.items()
            if cell.doubt is not None
        ]
        sure = {name: cell for name, cell in cells.items() if cell.doubt is None} if doubts else cells
        found = self._explanations(sure, cells.keys())
        place = pointer or ""
        return doubts + [
            Problem(
                NON_CONFORMING,
                line,
                each.column,
                None if pointer is None else place + each.pointer,
                {"mot_cle": each.mot_cle, "attendu": each.attendu},
            )
            for each in found
        ]

    def _explanations(self, cells: Mapping[str, Cell], present: AbstractSet[str]) -> list[Explanation]:
        if not self._plan.cases:
            doubtful = present - cells.keys()
            row = {name: cell.value for name, cell in cells.items()} | dict.fromkeys(doubtful)
            errors = explain(self._whole.iter_errors(row), self._schema)
            return [each for each in errors if each.mot_cle == "required" or each.column not in doubtful]
        found: list[Explanation] = []
        for name, cell in cells.items():
            quick = self._quick.get(name)
            if quick is None or not isinstance(cell.value, str) or not quick.fullmatch(cell.value):
                found += self._of_cell(name, cell.value)
        found += self._of_shape(self._shape(cells, present))
        return found

    def _of_cell(self, name: str, value: Any) -> list[Explanation]:  # noqa: ANN401 -- any JSON value
        """The errors that a property's own schema finds in a value, which the validator may have judged already."""
        if isinstance(value, list | dict):
            return self._judge_value(name, type(value), value)
        if name not in self._keywords or not isinstance(value, str):
            return self._of_value(name, type(value), value)
        outcome = name, tuple([holds(value) for holds in self._keywords[name]])
        if outcome not in self._of_outcome:
            self._of_outcome[outcome] = self._judge_value(name, str, value)
        return self._of_outcome[outcome]

    def _shape(self, cells: Mapping[str, Cell], present: AbstractSet[str]) -> tuple[str | None, ...]:
        """What the rest of the schema can see of each cell: absent (None), there (""), or which known value."""
        shape = [("" if name in present else None) for name in self._columns]
        for rank, name, known in self._telling:
            if name in cells:
                value = cells[name].value
                shape[rank] = value if isinstance(value, str) and value in known else _OTHER
        return tuple(shape)

    def _judge_shape(self, shape: tuple[str | None, ...]) -> list[Explanation]:
        """The errors of one shape that no property's own schema explains."""
        traits = {name: trait for name, trait in zip(self._columns, shape, strict=True) if trait is not None}
        # A doubtful cell is there, but says nothing: its own column cannot be blamed for anything more.
        mute = {name for name, trait in traits.items() if trait == "" and name in self._plan.known_values}
        witness = {name: trait or self._columns[name].schema["examples"][0] for name, trait in traits.items()}
        errors = [error for error in self._whole.iter_errors(witness) if next(iter(error.schema_path)) != "properties"]
        return [each for each in explain(errors, self._schema) if each.mot_cle == "required" or each.column not in mute]

    def _judge_value(self, name: str, _type: type, value: Any) -> list[Explanation]:  # noqa: ANN401 -- any JSON value
        """The errors that a property's own schema finds in a value; `_type` keeps 1, 1.0 and true apart."""
        return [
            Explanation(f"/{name}", name, each.mot_cle, each.attendu)
            for each in explain(self._parts[name].iter_errors(value))
        ]


def _keywords(schema: Mapping[str, Any]) -> tuple[Callable[[str], bool], ...]:
    """Whether a text satisfies each keyword of a property of type `string`: all those that `Plan` understands."""
    holds: list[Callable[[str], bool]] = []
    if "pattern" in schema:
        holds.append(partial(matches, schema["pattern"]))
    if "format" in schema:
        holds.append({"date": is_date, "date-time": is_date_time}[schema["format"]])
    if "minLength" in schema:
        holds.append(lambda text: len(text) >= schema["minLength"])
    if "maxLength" in schema:
        holds.append(lambda text: len(text) <= schema["maxLength"])
    if "enum" in schema:
        holds.append(lambda text: text in schema["enum"])
    if "const" in schema:
        holds.append(lambda text: text == schema["const"])
    return tuple(holds)
