"""Where establishments are: département and region, by their FINESS number."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

__all__ = ["Territoire", "Territoires"]


class Territoire(Struct, frozen=True):
    """A place: `departement` is the INSEE code (2A, 973), `region` the name of the region of its ARS.

    `region` is None where there is none (collectivités such as 975). `ultramarin`: overseas, collectivités included.
    `corse`: Corsica, which some texts treat as they treat overseas. `extrait`: read in the national file, and not
    drawn from the number alone.
    """

    departement: str
    region: str | None
    ultramarin: bool
    corse: bool
    extrait: bool


class Territoires:
    """The territory of any FINESS number, of an establishment or of a legal entity.

    Args:
        trouver: the territory of a number; None where the number does not say it.
    """

    def __init__(self, trouver: Callable[[str], Territoire | None]) -> None:
        self._trouver = trouver

    def de(self, finess: str) -> Territoire | None:
        """Where that establishment is; None for a number whose place nobody knows."""
        return self._trouver(finess)
