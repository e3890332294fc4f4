"""The texts at hand, for the rules and readers that compare one text with another."""

from __future__ import annotations

from collections import UserDict

from duicheck.rulebook import Rulebook

__all__ = ["Textes"]


class Textes(UserDict[str, Rulebook]):
    """Every loaded rulebook by id; the one that governs the delivery is the part `Rulebook`."""
