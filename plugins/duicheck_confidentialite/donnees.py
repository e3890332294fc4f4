"""What the pass over the files gives to the rules: places and natures, never a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import repeat

from msgspec import Struct, field

from duicheck.findings import Location, Violation

__all__ = ["GARDES", "Constats", "DonneesPersonnelles", "Prose"]

GARDES = 1_000
"""How many places of one rule are kept; beyond, they are counted."""


class Constats(Struct):
    """The places of one rule: the first ones, and how many there are in all."""

    premiers: list[Violation] = field(default_factory=list)
    nombre: int = 0

    def ajouter(self, violation: Violation) -> None:
        """Count one, and keep it while there is room."""
        self.nombre += 1
        if len(self.premiers) < GARDES:
            self.premiers.append(violation)

    def verser(self, autres: Constats) -> None:
        """Add the places of another collection, and its count."""
        self.premiers += autres.premiers[: GARDES - len(self.premiers)]
        self.nombre += autres.nombre

    def __bool__(self) -> bool:
        return self.nombre > 0

    def __iter__(self) -> Iterator[Violation]:
        """One violation per place; those whose place was not kept are of the delivery as a whole."""
        yield from self.premiers
        reste = self.nombre - len(self.premiers)
        if reste > 0:
            yield from repeat(Violation(Location(), self.premiers[-1].facts), reste)


class Prose(Struct, frozen=True):
    """A column with sentences in it: where the first stands, how many cells, of how many words at least."""

    at: Location
    cellules: int


class DonneesPersonnelles(Struct, frozen=True):
    """What was found, by rule (`nir`, `adresse-patient`, `courriel`, `telephone`, `titre`), and the prose by column."""

    constats: Mapping[str, Constats]
    prose: tuple[Prose, ...]

    def de(self, genre: str) -> Constats:
        """The places of one rule; none is an empty collection."""
        return self.constats.get(genre, Constats())
