"""A plugin by somebody else: rules, a reader, a dated text, an output format, and their English. Copy what you need."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING

from duicheck import Reader, Renderer, Rule, hookimpl, readers_in, rules_in
from duicheck_exemple import lecture, regles
from duicheck_exemple.rendu import LIGNES

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = [
    "DUICHECK_API",
    "duicheck_langues",
    "duicheck_readers",
    "duicheck_renderers",
    "duicheck_rulebooks",
    "duicheck_rules",
]

DUICHECK_API = 1
"""The version of the contract that this was written for: another one is refused by name."""


@hookimpl
def duicheck_rules() -> Sequence[Rule]:
    """What this plugin checks."""
    return rules_in(regles)


@hookimpl
def duicheck_readers() -> Sequence[Reader]:
    """The parts that its rules read and that nobody else builds."""
    return readers_in(lecture)


@hookimpl
def duicheck_rulebooks() -> Sequence[Traversable]:
    """The texts that `--texte` then knows."""
    return [files("duicheck_exemple") / "textes" / "2025-exemple.toml"]


@hookimpl
def duicheck_renderers() -> Sequence[Renderer]:
    """The formats that `--output` then knows."""
    return [LIGNES]


@hookimpl
def duicheck_langues() -> Sequence[Traversable]:
    """What it says, in other languages: `pybabel compile -d langues -D duicheck_exemple` after a change."""
    return [files("duicheck_exemple") / "langues"]
