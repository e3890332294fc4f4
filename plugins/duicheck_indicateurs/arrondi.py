"""Written rates against exact ones: which decimal texts may stand for a fraction."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

__all__ = ["arrondi", "ecriture_possible"]

_DECIMALES_LUES = 10
"""A binary number printed in full is exact to some 15 digits; a rate has up to five before the point."""


def ecriture_possible(ecrit: Decimal, exact: Fraction) -> bool:
    """Whether the written number is the exact one rounded to the nearest, or cut, at its own decimals.

    At a tie both neighbours are the nearest. Rounding up is refused: it would embellish.
    """
    pas = _pas(ecrit)
    ecart = exact - Fraction(ecrit)
    if _decimales(ecrit) > _DECIMALES_LUES:
        return abs(ecart) < pas
    return -pas / 2 <= ecart < pas


def arrondi(exact: Fraction, comme: Decimal) -> Fraction:
    """The exact number rounded half up at the decimals of another."""
    pas = _pas(comme)
    return (exact / pas + Fraction(1, 2)).__floor__() * pas


def _decimales(ecrit: Decimal) -> int:
    exposant = ecrit.as_tuple().exponent
    return max(0, -exposant) if isinstance(exposant, int) else 0


def _pas(ecrit: Decimal) -> Fraction:
    """The unit of the last decimal that counts."""
    return Fraction(1, 10 ** min(_decimales(ecrit), _DECIMALES_LUES))
