"""Written rates against exact ones, on each side of every bound."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from duicheck_indicateurs.arrondi import arrondi, ecriture_possible

DEUX_TIERS = Fraction(2, 3)


@pytest.mark.parametrize(
    ("ecrit", "exact", "possible"),
    [
        ("0.66", DEUX_TIERS, True),
        ("0.67", DEUX_TIERS, True),
        ("0.65", DEUX_TIERS, False),
        ("0.68", DEUX_TIERS, False),
        ("0.66", Fraction("0.67"), False),  # a whole step below is no truncation
        ("67", Fraction("66.6"), True),
        ("67", Fraction("66.4"), False),
        ("1E+2", Fraction(100), True),
        # Ten decimals are still read as they are written: rounding up embellishes.
        ("0.0000000002", Fraction("0.00000000016"), True),
        ("0.0000000002", Fraction("0.00000000014"), False),
        # From eleven on it is a binary number printed in full: right within the tenth decimal, either way.
        ("0.00000000020", Fraction("0.00000000014"), True),
        ("0.00000000020", Fraction("0.0000000003"), False),
        ("0.00000000020", Fraction("0.0000000001"), False),
    ],
)
def test_ce_qui_peut_s_ecrire(ecrit: str, exact: Fraction, possible: bool) -> None:  # noqa: FBT001
    assert ecriture_possible(Decimal(ecrit), exact) is possible


@pytest.mark.parametrize(
    ("exact", "comme", "attendu"),
    [
        (DEUX_TIERS, "0.1", "0.7"),
        (Fraction(1, 3), "0.1", "0.3"),
        (Fraction(1, 8), "0.12", "0.13"),
        (Fraction(1, 8), "1", "0"),
        (Fraction(5, 2), "1", "3"),
    ],
)
def test_l_arrondi_est_au_plus_proche_et_le_milieu_monte(exact: Fraction, comme: str, attendu: str) -> None:
    assert arrondi(exact, Decimal(comme)) == Fraction(attendu)
