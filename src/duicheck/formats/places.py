"""From the rank of an accepted row to the place where a person finds it."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass, field

from msgspec import Struct

__all__ = ["Place", "Places", "TableReading"]


class Place(Struct, frozen=True):
    """A physical line from 1 (sheet row, or row number of a Parquet file) and a JSON pointer, if any."""

    line: int
    pointer: str | None = None


class Places:
    """Runs of rows that follow each other at a constant distance: memory grows with the gaps, not the rows."""

    def __init__(self, pointer: str | None = None) -> None:
        self._ranks = array("q")
        self._lines = array("q")
        self._indexes = array("q")
        self._strides = array("q")
        self._pointer = pointer
        self.count = 0

    def add(self, count: int, line: int, index: int, stride: int = 1) -> None:
        """Append `count` rows; the first stands at `line` and is the record number `index` of the file."""
        if self._ranks and self._strides[-1] == stride:
            done = self.count - self._ranks[-1]
            if self._lines[-1] + done * stride == line and self._indexes[-1] + done == index:
                self.count += count
                return
        self._ranks.append(self.count)
        self._lines.append(line)
        self._indexes.append(index)
        self._strides.append(stride)
        self.count += count

    def __getitem__(self, rank: int) -> Place:
        """The place of the accepted row number `rank`, from 0."""
        if not 0 <= rank < self.count:
            message = f"no accepted row {rank} among {self.count}"
            raise IndexError(message)
        run = bisect_right(self._ranks, rank) - 1
        steps = rank - self._ranks[run]
        line = self._lines[run] + steps * self._strides[run]
        if self._pointer is None:
            return Place(line)
        return Place(line, f"{self._pointer}/{self._indexes[run] + steps}")


@dataclass(frozen=True, slots=True)
class TableReading:
    """How one file went into its table.

    `rows` were accepted and are in the table from `first_rowid` on, in file order; `rejected` were not.
    `columns_present` are the known columns that the file has. `readable` is False when nothing could be
    read at all: then both counts are 0, and a problem has said why. `sheet`: which sheet of a workbook was read.

    `texts` are columns that hold, as it is written, all that stands in the file below its headings, but for dates,
    instants, booleans and closed lists; None where that cannot be said (a row was rejected, rewritten or left out,
    a column is not one of ours or holds numbers, the file is not plain CSV in UTF-8).
    """

    file: str
    rows: int
    rejected: int
    first_rowid: int
    columns_present: frozenset[str]
    readable: bool = True
    sheet: str | None = None
    texts: tuple[str, ...] | None = None
    places: Places = field(default_factory=Places, repr=False, compare=False)

    def place(self, rank: int) -> Place:
        """Where the accepted row number `rank` (from 0, in this file) stands.

        Raises:
            IndexError: the file has no such accepted row.
        """
        return self.places[rank]
