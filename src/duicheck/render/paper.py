"""A sheet of text of a given width: styled words, wrapped paragraphs, aligned columns.

Every character drawn here is one cell wide and has a one-character stand-in in ASCII
(`duicheck.cli.streams`), so that the alignment holds on any console. Non-breaking spaces do not break:
that is what general-purpose wrappers get wrong.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

__all__ = ["Paper", "Span", "cells", "measure"]

Span = tuple[str, str]
"""(style, text); the style is one of STYLES, "" for none."""

STYLES: Final = {
    "": "",
    "fort": "1",
    "discret": "2",
    "bien": "1;32",
    "alerte": "1;33",
    "faute": "1;31",
    "bien_simple": "32",
    "alerte_simple": "33",
    "faute_simple": "31",
}
"""ANSI codes. Colour only repeats what a word says."""


def cells(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


class Paper:
    """Lines to print. `width` in columns; without `colour`, styles are dropped."""

    def __init__(self, width: int, *, colour: bool) -> None:
        self.width = width
        self.colour = colour
        self._lines: list[str] = []

    def text(self) -> str:
        """Everything written so far, each line ended by a line feed."""
        return "".join(f"{line}\n" for line in self._lines)

    def blank(self) -> None:
        """An empty line, never two in a row nor one at the top."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def bar(self, style: str = "") -> None:
        """A horizontal line over the whole width."""
        self._lines.append(self._paint([(style, "━" * self.width)]))

    def heading(self, title: str) -> None:
        """The title of a part, after an empty line."""
        self.blank()
        self._lines.append(self._paint([("fort", title.upper()), ("", " "), ("discret", self._rest(title))]))

    def line(self, *spans: Span, indent: int = 0) -> None:
        """One line as it is, never wrapped."""
        self._lines.append(" " * indent + self._paint(spans))

    def paragraph(self, *spans: Span, indent: int = 0, hang: int = 0) -> None:
        """Words wrapped to the width; the lines after the first are `hang` columns further right."""
        room = max(20, self.width - indent)
        line: list[Span] = []
        used = 0
        for unit in _units(spans):
            size = sum(cells(text) for _, text in unit)
            if used > hang and used + 1 + size > room:
                self.line(*line, indent=indent)
                line, used = [("", " " * hang)], hang
            elif line:
                line.append(("", " "))
                used += 1
            line += unit
            used += size
        self.line(*line, indent=indent)

    def columns(
        self,
        rows: Sequence[Sequence[Span]],
        *,
        right: frozenset[int],
        indent: int = 2,
        gap: int = 2,
        widths: Sequence[int] = (),
    ) -> None:
        """Rows of cells in aligned columns; `right` holds the positions of the numeric ones.

        `widths`: those of a larger table that these rows belong to.
        """
        widths = widths or measure(rows)
        for row in rows:
            spans: list[Span] = []
            for position, (style, text) in enumerate(row):
                pad = " " * (widths[position] - cells(text))
                before, after = (pad, "") if position in right else ("", pad)
                spans += [("", before), (style, text), ("", after), ("", " " * gap)]
            while spans and not spans[-1][1].strip(" "):
                spans.pop()
            self.line(*spans, indent=indent)

    def _rest(self, title: str) -> str:
        return "─" * max(0, self.width - cells(title) - 1)

    def _paint(self, spans: Iterable[Span]) -> str:
        if not self.colour:
            return "".join(text for _, text in spans).rstrip(" ")
        return "".join(f"\x1b[{STYLES[style]}m{text}\x1b[0m" if style and text else text for style, text in spans)


def measure(rows: Sequence[Sequence[Span]]) -> list[int]:
    """The width of each column."""
    return [max(cells(row[position][1]) for row in rows) for position in range(len(rows[0]))] if rows else []


def _units(spans: Iterable[Span]) -> list[list[Span]]:
    """What may not be cut: the pieces between plain spaces, each with its style."""
    units: list[list[Span]] = [[]]
    for style, text in spans:
        for number, piece in enumerate(text.replace("\n", " ").split(" ")):
            if number:
                units.append([])
            if piece:
                units[-1].append((style, piece))
    return [unit for unit in units if unit]
