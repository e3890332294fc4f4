"""Waivers as text, and the names that the tests of waivers share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

PETITE = Path(__file__).parents[2] / "fixtures" / "livraisons" / "petite"
ABSENT = "970302303"
MISSING = "indicateurs/etablissement-manquant"
ECHUE = "livraison/derogation-echue"
INTERDITE = "livraison/derogation-interdite"


def entry(**changes: object) -> str:
    """One `[[derogations]]`; a change to None removes the key."""
    keys: dict[str, object] = {
        "regle": MISSING,
        "motif": "L'établissement rejoint la grappe en octobre.",
        "auteur": "ARS d'essai",
        "echeance": "2025-12-31",
    }
    keys |= changes
    lines = [f"{name} = {_toml(name, value)}" for name, value in keys.items() if value is not None]
    return "\n".join(["[[derogations]]", *lines, ""])


def _toml(name: str, value: object) -> str:
    if name == "echeance":
        return str(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(key, item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(name, item) for item in value) + "]"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\x1b", "\\u001b") + '"'


Declare = Callable[..., Path]
"""Declares waivers in a delivery and gives its folder."""


def outcome(report: Mapping[str, Any], rule: str) -> str:
    """What became of one rule."""
    return next(entry["resultat"] for entry in report["regles"] if entry["id"] == rule)


def states(report: Mapping[str, Any]) -> list[tuple[str, int]]:
    """What became of each waiver, and how many findings it covers."""
    return [(waiver["etat"], waiver["constats"]) for waiver in report["derogations"]]
