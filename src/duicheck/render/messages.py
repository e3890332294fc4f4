"""What a finding says, in the current language.

A report is French. The message of a finding is the rule's template filled with its facts: where both are at hand and
give exactly the message that the report holds, the template is translated and filled again; anything else is a
French sentence like another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from duicheck.langue import SOURCE, _, current, habits, phrase, value

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["message"]

Json = Mapping[str, Any]

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def message(finding: Json, rule: Rule | None) -> str:
    """The message of a finding. `rule`: the loaded rule of that id, if any."""
    text = str(finding["message"])
    if current() == SOURCE:
        return text
    template = getattr(rule, "message", None)
    if isinstance(template, str):
        for french, ours in _readings(finding["faits"]):
            try:
                if template.format_map(french) == text:
                    return _(template).format_map(ours)
            except (KeyError, IndexError, ValueError):  # facts of another version of the rule
                break
    return phrase(text)


def _readings(facts: Json) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """The facts as the report's sentence has them, and as ours: JSON does not tell a day from a text that looks so."""
    for days in (True, False):
        yield (
            {name: _french(fact, days=days) for name, fact in facts.items()},
            {name: _ours(fact, days=days) for name, fact in facts.items()},
        )


def _french(fact: object, *, days: bool) -> str:
    """As the engine writes it."""
    if fact is None:
        return "(vide)"
    if isinstance(fact, bool):
        return "oui" if fact else "non"
    if isinstance(fact, float):
        return str(fact).replace(".", ",")
    if days and isinstance(fact, str) and _DAY.fullmatch(fact):
        return f"{fact[8:]}/{fact[5:7]}/{fact[:4]}"
    return str(fact)


def _ours(fact: object, *, days: bool) -> str:
    if fact is None:
        return _("(vide)")
    if isinstance(fact, bool):
        return _("oui") if fact else _("non")
    if isinstance(fact, float):
        return str(fact).replace(".", habits().decimal)
    if days and isinstance(fact, str) and _DAY.fullmatch(fact):
        return habits().write_day(date.fromisoformat(fact))
    return phrase(fact) if isinstance(fact, str) and not _is_value(fact) else value(str(fact))


def _is_value(fact: str) -> bool:
    return not any(map(str.isalpha, fact))
