"""Chance from a seed, the same on every machine and every version of Python."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

__all__ = ["Hasard"]

T = TypeVar("T")


class Hasard:
    """A source of chance.

    Only `random()` is asked of the standard library: it is the one method whose sequence is promised
    to stay the same from one version to the next.
    """

    def __init__(self, graine: int) -> None:
        self.fraction = Random(graine).random

    def entier(self, nombre: int) -> int:
        """An integer from 0 to `nombre` - 1."""
        return int(self.fraction() * nombre)

    def entre(self, premier: int, dernier: int) -> int:
        """An integer between two, both included."""
        return premier + int(self.fraction() * (dernier - premier + 1))

    def choix(self, valeurs: Sequence[T]) -> T:
        """One of several values."""
        return valeurs[int(self.fraction() * len(valeurs))]

    def rangs(self, nombre: int, parmi: int) -> set[int]:
        """`nombre` distinct ranks below `parmi`."""
        pioche = list(range(parmi))
        for place in range(nombre):
            autre = place + self.entier(parmi - place)
            pioche[place], pioche[autre] = pioche[autre], pioche[place]
        return set(pioche[:nombre])
