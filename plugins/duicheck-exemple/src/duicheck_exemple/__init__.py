"""A plugin by somebody else: one rule, in the least that a plugin needs. Copy it to write yours."""

from __future__ import annotations

from collections.abc import Sequence

from duicheck import Rule, hookimpl, rules_in
from duicheck_exemple import regles

__all__ = ["duicheck_rules"]


@hookimpl
def duicheck_rules() -> Sequence[Rule]:
    """What this plugin checks."""
    return rules_in(regles)
