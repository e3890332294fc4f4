"""What makes two names of a software one, and which cells name none."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["ecrit", "meme", "nomme"]

_MUETS = frozenset({"", "non", "n", "neant", "aucun", "aucune", "sans", "sans objet", "so", "0", "faux"})
_SANS_NOM = frozenset({"oui", "o", "x", "vrai", "1"})
_LONGUEUR = 60


def _simple(nom: str) -> str:
    decompose = unicodedata.normalize("NFKD", nom)
    sans = "".join(signe for signe in decompose if not unicodedata.combining(signe) and signe not in "®™©")
    return " ".join(re.findall(r"[a-z0-9+]+", sans.casefold()))


def meme(un: str, autre: str) -> bool:
    """Whether two cells name one software or vendor: accents, capitals and punctuation do not count."""
    return _simple(un) == _simple(autre)


def nomme(cellule: str | None) -> str | None:
    """The name in a cell: None where it says that there is none, empty where it says that there is one, unnamed."""
    simple = _simple(cellule or "")
    if simple in _MUETS:
        return None
    return "" if simple in _SANS_NOM else cellule


def ecrit(nom: str) -> str:
    """A name as a finding may repeat it: on one line, short."""
    propre = " ".join("".join(signe if signe.isprintable() else " " for signe in nom).split())
    return propre if len(propre) <= _LONGUEUR else f"{propre[: _LONGUEUR - 1]}…"
