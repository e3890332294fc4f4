"""The properties of a row schema, as columns of a DuckDB table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from duicheck.formats.cells import KINDS, TEXT, Kind

__all__ = ["Column", "columns_of"]


class Column(Struct, frozen=True):
    """One property of a row schema, as a column."""

    name: str
    schema: Mapping[str, Any]
    kind: Kind
    required: bool

    @property
    def free(self) -> bool:
        """Whether it is text that no list closes."""
        return self.kind is TEXT and "enum" not in self.schema

    @property
    def sql_type(self) -> str:
        """The type of the DuckDB column. A closed list (`x-code`) is stored as numbers: a twentieth of the room."""
        if self.schema.get("x-code"):
            values = ", ".join("'" + value.replace("'", "''") + "'" for value in sorted(self.schema["enum"]))
            return f"ENUM({values})"
        return self.kind.sql_type

    @property
    def sql_value(self) -> str:
        """The value to insert, over `{c}`; the schema's `default` stands in for an empty cell."""
        default = self.schema.get("default")
        if isinstance(default, bool):
            return f"coalesce({self.kind.sql}, {str(default).lower()})"
        return self.kind.sql

    @property
    def sql_absent(self) -> str:
        """The value to insert where the file does not have the column."""
        default = self.schema.get("default")
        return str(default).lower() if isinstance(default, bool) else "NULL"


def columns_of(schema: Mapping[str, Any]) -> tuple[Column, ...]:
    """The columns that a row schema describes, in its order.

    Raises:
        KeyError: a property has a type that no column can have.
    """
    required = frozenset(schema.get("required", ()))
    return tuple(
        Column(name, each, KINDS[each["type"], each.get("format")], name in required)
        for name, each in schema["properties"].items()
    )
