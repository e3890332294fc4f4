"""The parts of the checklist: which groups of rules and which documents each one holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from duicheck.langue import N_

__all__ = ["DOCUMENTS", "OTHERS", "SECTIONS", "section_of"]

OTHERS: Final = "ensemble"

SECTIONS: Final = {
    "pieces": (N_("Pièces"), ()),
    "eligibilite": (N_("Éligibilité du projet"), ("grappe", "identifiants", "coherence")),
    "indicateurs": (
        N_("Indicateurs"),
        ("indicateurs", "journal", "registre", "decompte", "tableau-de-bord", "plausibilite"),
    ),
    "segur": (N_("Solution et référencement Ségur"), ("segur", "cda", "tddui", "traces")),
    "confidentialite": (N_("Données personnelles"), ("confidentialite",)),
    OTHERS: (N_("Fichiers et verdict"), ()),
}
"""Code -> (title, groups of rules), in order; a group that is in none is in the last."""

DOCUMENTS: Final = {
    "projet": "eligibilite",
    "structures": "eligibilite",
    "indicateurs": "indicateurs",
    "journal": "indicateurs",
    "registre": "indicateurs",
    "referencement": "segur",
}
"""Role -> the section of its line, in order; a role that is in none is in the last."""

_BY_GROUP: Final = {group: code for code, (_title, groups) in SECTIONS.items() for group in groups}


def section_of(rules: Iterable[str]) -> str:
    """The section of some rules that are said together: that of the first."""
    first = next(iter(rules), "")
    return _BY_GROUP.get(first.partition("/")[0], OTHERS)
