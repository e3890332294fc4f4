"""Deliveries as their manifest declares them, for tests that need no files."""

from __future__ import annotations

from datetime import date
from typing import Any

from duicheck.model import Livraison
from duicheck.model.roles import required_roles


def livraison(*roles: str, **more: Any) -> Livraison:
    """A delivery with these roles and what they require; any field may be said otherwise."""
    found = frozenset(roles)
    fields = {
        "texte": "2025-40",
        "date_mesure": date(2025, 9, 15),
        "premiere_mesure": False,
        "phase": None,
        "editeur": {},
        "solution": {},
        "hypotheses": {},
        "roles": found,
        "exiges": required_roles(found),
        "manifeste": "livraison.toml",
    }
    return Livraison(**{**fields, **more})
