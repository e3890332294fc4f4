"""A plugin by somebody else: one rule, and its English, in the least that a plugin needs. Copy it to write yours."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

from duicheck import Rule, hookimpl, rules_in
from duicheck_exemple import regles

__all__ = ["duicheck_langues", "duicheck_rules"]


@hookimpl
def duicheck_rules() -> Sequence[Rule]:
    """What this plugin checks."""
    return rules_in(regles)


@hookimpl
def duicheck_langues() -> Sequence[Traversable]:
    """What the rule says, in other languages: `pybabel compile -d langues -D duicheck_exemple` after a change."""
    return [files("duicheck_exemple") / "langues"]
