"""Invented national numbers with the right keys, and pseudonyms that tell nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duicheck_echantillon.hasard import Hasard

__all__ = ["Pseudonymes", "cle_luhn", "finess", "siren"]

# Where the establishments are, in turn: several time zones and Corsica as soon as there are a few of them.
_DEPARTEMENTS = ("75", "974", "2A", "973", "13", "971", "2B", "98", "59", "972", "01", "976", "33", "69", "44", "67")
_CORSE = str.maketrans({"A": "1", "B": "2"})
_RACINE = 8
_ESPACE = 1 << 40


def cle_luhn(racine: str) -> str:
    """The Luhn digit that completes digits; the letters of Corsica count as 1 and 2."""
    somme = 0
    for rang, chiffre in enumerate(reversed(racine.translate(_CORSE))):
        double = int(chiffre) * (2 if rang % 2 == 0 else 1)
        somme += double - 9 if double > 9 else double  # noqa: PLR2004 -- casting out nines
    return str(-somme % 10)


def siren(hasard: Hasard) -> str:
    """A number of a company that does not exist, except by chance."""
    racine = "".join(str(hasard.entier(10)) for _ in range(_RACINE))
    return racine + cle_luhn(racine)


def finess(hasard: Hasard) -> Iterator[str]:
    """Numbers of establishments without end, all different, over the departments in turn."""
    vus: set[str] = set()
    rang = 0
    while True:
        debut = _DEPARTEMENTS[rang % len(_DEPARTEMENTS)]
        racine = debut + "".join(str(hasard.entier(10)) for _ in range(_RACINE - len(debut)))
        if racine not in vus:
            vus.add(racine)
            rang += 1
            yield racine + cle_luhn(racine)


class Pseudonymes:
    """Names of one kind, all different and in no order: a walk over 2⁴⁰ numbers by an odd stride."""

    def __init__(self, initiale: str, hasard: Hasard) -> None:
        self._initiale = initiale
        self._pas = hasard.entier(_ESPACE) | 1
        self._place = hasard.entier(_ESPACE)

    def suivant(self) -> str:
        """The next one."""
        self._place = (self._place + self._pas) % _ESPACE
        return f"{self._initiale}{self._place:010X}"
