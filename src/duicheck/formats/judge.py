"""The slow path's judge: the JSON Schema validator, asked as seldom as its verdict allows.

jsonschema takes some 150 µs for a row, so a log with 1 % of bad rows would spend its time here. A row's
errors are therefore had in two parts, whose union is what the validator says of the whole row:

* the errors of `properties/X` look at the value of X alone: only a value that does not match its own fast
  pattern (a match implies that the property accepts it) is shown to the validator, with that property's schema;
* everything else (`required`, if/then/else) looks at which properties are there, and at the value of the few
  that a condition reads or constrains by `enum` or `const`: `Plan` has checked that nothing else is asked of
  them. Rows that agree on that, their *shape*, have the same errors; one witness per shape is judged.

A schema that the plan does not understand has no shapes: each of its rows is judged whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from duicheck.formats.cells import Cell
from duicheck.formats.expectations import Explanation, explain
from duicheck.formats.patterns import ASCII_PRINTABLE, Unsupported
from duicheck.formats.plan import plan_of
from duicheck.formats.problems import NON_CONFORMING, Problem
from duicheck.formats.schemas import load_schema, validator

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
        self._quick: dict[str, re.Pattern[str]] = {}
        for name, column in self._columns.items():
            if column.schema["type"] == "string" and "format" not in column.schema:
                try:
                    pattern = column.kind.fast(ASCII_PRINTABLE, column.schema)
                except Unsupported:
                    continue
                self._quick[name] = re.compile(pattern)
        self._of_shape = lru_cache(maxsize=_SHAPES)(self._judge_shape)
        self._of_value: Callable[[str, type, Any], list[Explanation]] = lru_cache(maxsize=_VALUES)(self._judge_value)

    def problems(self, cells: Mapping[str, Cell], line: int, pointer: str | None = None) -> list[Problem]:
        """What is wrong with a row, given the cells that are there; empty when it is accepted."""
        doubts = [
            Problem(cell.doubt[0], line, name, pointer, {"cause": cell.doubt[1]})
            for name, cell in cells.items()
            if cell.doubt is not None
        ]
        found = self._explanations({name: cell for name, cell in cells.items() if cell.doubt is None}, set(cells))
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

    def _explanations(self, cells: Mapping[str, Cell], present: set[str]) -> list[Explanation]:
        if not self._plan.cases:
            doubtful = present - set(cells)
            row = {name: cell.value for name, cell in cells.items()} | dict.fromkeys(doubtful)
            errors = explain(self._whole.iter_errors(row), self._schema)
            return [each for each in errors if each.mot_cle == "required" or each.column not in doubtful]
        found: list[Explanation] = []
        for name, cell in cells.items():
            quick = self._quick.get(name)
            if quick is None or not isinstance(cell.value, str) or not quick.fullmatch(cell.value):
                judge = self._judge_value if isinstance(cell.value, list | dict) else self._of_value
                found += judge(name, type(cell.value), cell.value)
        found += self._of_shape(tuple(self._trait(name, cells, present) for name in self._columns))
        return found

    def _trait(self, name: str, cells: Mapping[str, Cell], present: set[str]) -> str | None:
        """What of a cell the rest of the schema can see: absent (None), there (""), or which known value."""
        if name not in present:
            return None
        known = self._plan.known_values.get(name)
        if known is None or name not in cells:
            return ""
        value = cells[name].value
        return value if isinstance(value, str) and value in known else _OTHER

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
