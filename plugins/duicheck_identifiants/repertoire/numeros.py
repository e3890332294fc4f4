"""FINESS numbers as text: shape, key, and the numbers that a slip of the hand makes of another."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["FORME", "candidats", "cle_juste", "restaure"]

FORME = re.compile(r"(?:[0-9]{2}|2A|2B)[0-9]{7}", re.ASCII)
"""Two characters for the place, then seven digits."""

_CORSE = str.maketrans({"A": "1", "B": "2"})
_LONGUEUR = 9
_DOUBLE = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)  # what Luhn adds for each digit of the other rank


def cle_juste(numero: str) -> bool:
    """Whether a well-formed number passes its key (Luhn over the nine, A counts 1 and B counts 2).

    Not python-stdnum's: an extract has two hundred thousand numbers, and its generality costs ten times as much.
    """
    chiffres = [ord(caractere) - 48 for caractere in numero.translate(_CORSE)]
    return (sum(chiffres[::-2]) + sum(_DOUBLE[chiffre] for chiffre in chiffres[-2::-2])) % 10 == 0


def restaure(texte: str) -> str | None:
    """The number behind one that a spreadsheet took for an integer; None where no zero explains it.

    Only zeros at the head are put back, and only where the key then holds: chance gives one in ten.
    """
    if not texte.isascii() or not texte.isdigit() or not texte or len(texte) >= _LONGUEUR:
        return None
    numero = texte.zfill(_LONGUEUR)
    return numero if cle_juste(numero) else None


def candidats(texte: str) -> Iterator[str]:
    """The well-formed numbers with a right key that one slip separates from a text, most likely first.

    A zero lost at the head (and one put at the tail to make up for it), two neighbours swapped, one character wrong;
    the place, which people know, comes last.
    """
    vus = {texte}
    for candidat in _glissements(texte.strip().upper()):
        if candidat not in vus and FORME.fullmatch(candidat) and cle_juste(candidat):
            vus.add(candidat)
            yield candidat


def _glissements(texte: str) -> Iterator[str]:
    yield texte  # but for its case or blanks
    if len(texte) < _LONGUEUR:
        yield texte.zfill(_LONGUEUR)
    if len(texte) != _LONGUEUR:
        return
    if texte.endswith("0"):
        yield "0" + texte[:-1]
    for rang in reversed(range(_LONGUEUR - 1)):
        yield texte[:rang] + texte[rang + 1] + texte[rang] + texte[rang + 2 :]
    for rang in reversed(range(_LONGUEUR)):
        for caractere in "0123456789AB" if rang == 1 else "0123456789":
            yield texte[:rang] + caractere + texte[rang + 1 :]
