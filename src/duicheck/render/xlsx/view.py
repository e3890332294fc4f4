"""One sheet as a table: what columns it has, and its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from duicheck.render.xlsx.sheet import Column, Value

__all__ = ["Json", "Row", "View"]

Json = Mapping[str, Any]
Row = Sequence[Value]


class View(Struct, frozen=True):
    """One sheet: its name, what it holds in a sentence, its table, and what it says when the table is empty."""

    name: str
    about: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    empty: str
