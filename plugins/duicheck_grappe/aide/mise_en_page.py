"""Lines, tables and amounts for a terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from duicheck.langue import SOURCE, _, current, habits
from duicheck_grappe.aide.montants import Montant, euros

__all__ = ["bornes", "compte", "montant", "paragraphe", "point", "tableau", "typographie"]

_AVANT = re.compile(r" (?=[:;!?%»€])")
_APRES = re.compile(r"(?<=«) ")


def compte(nombre: int) -> str:
    """An integer, its thousands apart."""
    return habits().write_integer(nombre)


def bornes(minimum: int, maximum: int | None, *, nu: bool = False) -> str:
    """An amount, or what holds it. `nu`: without the sign of the euro, for a table that says it once."""
    bas = _nu(minimum) if nu else euros(minimum)
    if maximum is None:
        return _("au moins {minimum}").format(minimum=bas)
    if minimum == maximum:
        return bas
    haut = _nu(maximum) if nu else euros(maximum)
    if nu:
        return _("{minimum} à {maximum}").format(minimum=bas, maximum=haut)
    return _("entre {minimum} et {maximum}").format(minimum=bas, maximum=haut)


def montant(un: Montant) -> str:
    """The cell of an amount."""
    return _("n. c.") if un.montant is None else _nu(un.montant)


def _nu(centimes: int) -> str:
    return euros(centimes).removesuffix("\N{NO-BREAK SPACE}€")


def tableau(lignes: Sequence[Sequence[str]], a_droite: frozenset[int]) -> Iterator[str]:
    """Rows with their columns aligned, those of `a_droite` to the right."""
    larges = [max(len(ligne[colonne]) for ligne in lignes) for colonne in range(len(lignes[0]))]
    for ligne in lignes:
        cellules = (
            cellule.rjust(large) if colonne in a_droite else cellule.ljust(large)
            for colonne, (cellule, large) in enumerate(zip(ligne, larges, strict=True))
        )
        yield f"  {'  '.join(cellules)}".rstrip()


def point(texte: str, largeur: int, *, marque: str = "  – ") -> list[str]:
    """An item of a list, wrapped under its mark."""
    return _coupe(texte, largeur, initial_indent=marque, subsequent_indent=" " * len(marque))


def paragraphe(texte: str, largeur: int) -> list[str]:
    """A paragraph, wrapped."""
    return _coupe(texte, largeur)


def _coupe(texte: str, largeur: int, *, initial_indent: str = "", subsequent_indent: str = "") -> list[str]:
    return textwrap.wrap(
        typographie(texte),
        largeur,
        initial_indent=initial_indent,
        subsequent_indent=subsequent_indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def typographie(texte: str) -> str:
    """The no-break spaces of French print."""
    return _APRES.sub("\u00a0", _AVANT.sub("\u00a0", texte)) if current() == SOURCE else texte
