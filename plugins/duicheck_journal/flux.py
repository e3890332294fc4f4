"""Rows of a query, a batch at a time: a log of ten million events may hold as many defects."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from duicheck.model import Table

__all__ = ["lignes"]

_BATCH = 4_096


def lignes(table: Table, sql: str, parameters: Mapping[str, object] | None = None) -> Iterator[tuple[Any, ...]]:
    """Run one query over the tables of the delivery and give its rows one by one.

    A cursor of its own, so that the rule may ask for anything else while it reads.
    """
    with closing(table.connection.cursor()) as cursor:
        cursor.execute(sql, dict(parameters or {}))
        while batch := cursor.fetchmany(_BATCH):
            yield from batch
