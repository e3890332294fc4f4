"""A piece of a file as text, and where each of its characters stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

__all__ = ["Bloc", "Genre", "Lines", "Situation", "Titre"]

Genre = str
"""`table`, `json`, `xml`, `texte` or `binaire`: how the text of a block is laid out."""


class Situation(Struct, frozen=True):
    """A place: physical line from 1, heading as it may be printed, JSON pointer or name of a part of the file."""

    line: int | None = None
    column: str | None = None
    pointer: str | None = None


class Titre(Struct, frozen=True):
    """A heading as it is written, its position from 0, and its line."""

    texte: str
    position: int
    line: int | None


class Bloc(Struct, frozen=True):
    """A piece of a file as text, never cut inside a word.

    `titres`: the headings that stand in this block, of tables only. `situer` gives the place of an offset;
    ask in increasing order where speed counts.
    """

    texte: str
    genre: Genre
    situer: Callable[[int], Situation]
    titres: Sequence[Titre] = ()


class Lines:
    """Physical lines as an editor counts them, asked for at increasing offsets of one text."""

    def __init__(self, text: str, first: int) -> None:
        self._text = text
        self._at = 0
        self._line = first
        self._returns = "\r" in text

    def __call__(self, offset: int) -> int:
        """The line of an offset."""
        low, high = min(self._at, offset), max(self._at, offset)
        found = self._text.count("\n", low, high)
        if self._returns:
            found += self._text.count("\r", low, high) - self._text.count("\r\n", low, high + 1)
        self._line += found if offset >= self._at else -found
        self._at = offset
        return self._line
