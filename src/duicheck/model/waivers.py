"""Waivers: findings that somebody accepts for a time, in writing, and that the report keeps showing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct, field

from duicheck.findings import Location, Violation

__all__ = ["Derogation", "Derogations"]

_PLACES = {"fichier": "file", "colonne": "column"}
"""Keys of a scope that look at the place of a finding; the others look at its facts."""


class Derogation(Struct, frozen=True):
    """One entry of `[[derogations]]`.

    `perimetre` maps a fact (`finess_et`, `indicateur`…), `fichier` or `colonne` to the values that are covered;
    empty: every finding of the rule. It holds up to `echeance`, that day included.
    """

    regle: str
    motif: str
    auteur: str
    echeance: date
    at: Location
    perimetre: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def couvre(self, violation: Violation) -> bool:
        """Whether a violation of its rule lies within its scope. What a violation does not say is outside."""
        return all(_said(violation, key) in values for key, values in self.perimetre.items())


class Derogations(Struct, frozen=True):
    """The waivers of a delivery in the order of their declaration, and the day on which they are judged.

    `interdites` are the rules, among those that they name, that nobody may waive.
    """

    jour: date
    liste: Sequence[Derogation] = ()
    interdites: frozenset[str] = frozenset()

    def echue(self, derogation: Derogation) -> bool:
        """Whether it has expired on the day of reference."""
        return derogation.echeance < self.jour

    def de(self, regle: str) -> Iterator[tuple[int, Derogation]]:
        """(position, waiver) of those that may be granted to the findings of a rule, expired or not."""
        if regle not in self.interdites:
            yield from ((rank, each) for rank, each in enumerate(self.liste) if each.regle == regle)


def _said(violation: Violation, key: str) -> str | None:
    value = getattr(violation.at, _PLACES[key]) if key in _PLACES else violation.facts.get(key)
    return None if value is None else str(value)
