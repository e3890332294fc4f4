"""The numbering of Ségur requirements: what an identifier looks like, and how one extends another.

    SC.DMP.01.MS1          a requirement of the common base, wave 1, with its lane
    SC.MSS/va1.19          the same, in the wave 2 numbering
    DUI.MSS.20             a requirement as wave 1 published it
    DMP/AIRS.06            a requirement of one REM
    DMP/AIRS.06.01         its first scenario
    DMP/AIRS.06.01.02      the second proof of that scenario

A requirement of wave 1 (`X.nn`) and a scenario (`X.nn` of a shorter requirement) may look alike: what an identifier
is comes from where it stands in the claim, never from its form alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

__all__ = ["Sorte", "bien_formee", "ecrit", "prolonge", "racines"]

Sorte = Literal["exigence", "scenario", "preuve"]

_EXIGENCE = r"(?:[A-Z]{2,4}\.)?[A-Za-z]{2,6}(?:/[A-Za-z0-9]+)*\.[0-9]{2}[A-Z]?(?:\.[A-Z][A-Z0-9]{1,3})?"
_RANG = r"\.[0-9]{2}"
_FORMES: dict[Sorte, re.Pattern[str]] = {
    "exigence": re.compile(_EXIGENCE),
    "scenario": re.compile(_EXIGENCE + _RANG),
    "preuve": re.compile(_EXIGENCE + _RANG * 2),
}
_SOCLE = "SC."
_MONTRES = 60  # characters: the longest identifier that was seen has 24


def bien_formee(identifiant: str, sorte: Sorte) -> bool:
    """Whether an identifier has the form of what it stands for."""
    return _FORMES[sorte].fullmatch(identifiant) is not None


def racines(identifiant: str, autres: Iterable[str] = ()) -> tuple[str, ...]:
    """What the identifier of a scenario may begin with: the names of its requirement, with and without `SC.`."""
    noms = [identifiant, *autres]
    return tuple(dict.fromkeys([*noms, *(nom.removeprefix(_SOCLE) for nom in noms)]))


def prolonge(identifiant: str, debuts: Iterable[str]) -> bool:
    """Whether an identifier is one of these, a point and two digits."""
    return any(re.fullmatch(re.escape(debut) + _RANG, identifiant) for debut in debuts)


def ecrit(identifiant: str) -> str:
    """An identifier as a message may repeat it: printable, and short."""
    propre = "".join(signe if signe.isprintable() else "\N{REPLACEMENT CHARACTER}" for signe in identifiant)
    return propre if len(propre) <= _MONTRES else propre[: _MONTRES - 1] + "…"
