"""What a delivery that claims something must hold for the claim to be checkable."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from duicheck.errors import NotAvailable
from duicheck.findings import Fixer

__all__ = ["CLAIMS", "MAKERS", "required_roles", "role_absent"]

CLAIMS: Mapping[str, frozenset[str]] = {
    "indicateurs": frozenset({"indicateurs", "journal", "registre"}),
    "tableau_de_bord": frozenset({"tableau_de_bord"}),
    "referencement": frozenset({"referencement"}),
    "projet": frozenset({"projet"}),
    "cda": frozenset({"cda"}),
    "tddui": frozenset({"tddui"}),
    "traces": frozenset({"traces"}),
}
"""Role that claims -> roles without which the claim cannot be checked (contract §5).

A role that requires itself is one that at least one rule must have looked at: a delivery of documents that
no rule read is never « conforme ».
"""

MAKERS: Mapping[str, Fixer] = {
    **dict.fromkeys(("manifeste", "indicateurs", "journal", "registre", "decompte", "tableau_de_bord"), Fixer.VENDOR),
    **dict.fromkeys(("referencement", "preuve", "exigences", "cda", "tddui", "traces"), Fixer.VENDOR),
    **dict.fromkeys(("projet", "structures", "piece"), Fixer.LEAD),
    **dict.fromkeys(("finess", "solutions", "paquets", "precedent"), Fixer.CHECKER),
}
"""Role -> who makes the file, or can get it: a convention of ours, which no text writes down."""


def required_roles(present: Iterable[str]) -> frozenset[str]:
    """The roles that must be readable for a verdict on a delivery that declares `present`.

    A delivery that claims nothing still owes an export: there is nothing else to judge.
    """
    claimed = [CLAIMS[role] for role in present if role in CLAIMS]
    return frozenset().union(*claimed) if claimed else frozenset({"indicateurs"})


def role_absent(role: str, declared: Collection[str]) -> NotAvailable:
    """The refusal of a part whose file is not there: announced and missing, or never announced."""
    why = "le manifeste l'annonce mais le fichier manque" if role in declared else "absent de la livraison"
    return NotAvailable(f"{role} : {why}", frozenset({role}))
