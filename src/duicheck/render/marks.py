"""A sign and a word for each answer: colour is never the only one to say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from duicheck.langue import _
from duicheck.render.headline import TARGETS, verdict

__all__ = ["SIGNS", "agreement", "marked", "reached", "targets_mark", "verdict_mark"]

Json = Mapping[str, Any]

SIGNS: Final = {
    "bien": "\N{CHECK MARK}",
    "faute": "\N{BALLOT X}",
    "alerte": "!",
    "fort": "\N{EN DASH}",
    "": "\N{EN DASH}",
}
"""By style of the terminal; « bien » is the only green one."""


def marked(style: str, words: str) -> str:
    """The sign of a style, then the words; what a constant holds is said in the current language."""
    return f"{SIGNS[style.removesuffix('_simple')]}\u00a0{_(words)}"


def verdict_mark(part: Json) -> str:
    """The verdict of a report or of an establishment."""
    return marked(*verdict(part))


def targets_mark(part: Json) -> str:
    """Whether the targets of a report or of an establishment are reached."""
    return marked(*TARGETS[part["cibles"]])


def agreement(row: Json) -> str:
    """Whether the exported integers of an indicator are those of the log."""
    if row["conforme"] is None:
        return marked("alerte", _("non vérifié"))
    return marked("bien", _("exact")) if row["conforme"] else marked("faute", _("écart"))


def reached(row: Json) -> str:
    """Whether an indicator reaches its target."""
    if row["atteinte"] is None:
        return marked("", _("sans cible")) if row["cible"] is None else marked("alerte", _("non jugée"))
    return marked("bien", _("atteinte")) if row["atteinte"] else marked("faute", _("non atteinte"))
