"""The texts at hand, for the rules and readers that compare one text with another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from duicheck.rulebook import Rulebook

__all__ = ["Textes"]


class Textes(Mapping[str, Rulebook]):
    """Every rulebook by id; the one that governs the delivery is the part `Rulebook`.

    A view: a text that nobody asks for is not read.
    """

    def __init__(self, books: Mapping[str, Rulebook]) -> None:
        self._books = books

    def __getitem__(self, texte: str) -> Rulebook:
        return self._books[texte]

    def __iter__(self) -> Iterator[str]:
        return iter(self._books)

    def __len__(self) -> int:
        return len(self._books)
