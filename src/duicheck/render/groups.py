"""The findings, rule by rule, with what to do and a table of their facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from duicheck.render.findings import WORDS, by_rule
from duicheck.render.labels import fixer
from duicheck.render.waivers import waived_by_rule

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["OPEN", "Group", "groups"]

Json = Mapping[str, Any]

OPEN: Final = 20
"""How many findings of one rule, or gaps, are unfolded."""


class Group(Struct, frozen=True):
    """The findings of one rule. `count` is that of the report, printed or not, `waived` of which do not count.

    `facts` are the names of their facts; `fixers` are who can put them right, each name once (none in the reports of
    the first versions). `title` and `remedy` are empty when the rule is not loaded here.
    """

    rule: str
    severity: str
    title: str
    remedy: str
    count: int
    waived: int
    found: list[Json]
    facts: list[str]
    fixers: list[str]

    @property
    def style(self) -> str:
        """How it looks; what waivers cover whole is not as red as the rest."""
        style = WORDS[self.severity][0]
        if style == "faute" and self.waived == self.count:
            return "alerte"
        return "" if style == "fort" else style

    @property
    def tabled(self) -> bool:
        """Whether the findings say more than their sentences: facts, or a pointer beside a line."""
        return bool(self.facts) or any(at["pointeur"] and at["ligne"] for at in (one["lieu"] for one in self.found))

    @property
    def shown(self) -> list[Json]:
        """Those that are unfolded."""
        return self.found[:OPEN]

    @property
    def folded(self) -> list[Json]:
        """Those that are folded."""
        return self.found[OPEN:]


def groups(report: Json, rules: Mapping[str, Rule]) -> list[Group]:
    """One group per rule that found something, the gravest first."""
    counts = {rule["id"]: rule["constats"] for rule in report["regles"]}
    waived = waived_by_rule(report)
    return [
        Group(
            rule=rule,
            severity=found[0]["gravite"],
            title=rules[rule].title if rule in rules else "",
            remedy=rules[rule].remedy if rule in rules else "",
            count=counts.get(rule, len(found)),
            waived=waived[rule],
            found=found,
            facts=list(dict.fromkeys(name for finding in found for name in finding["faits"])),
            fixers=list(dict.fromkeys(fixer(finding["qui"]) for finding in found if "qui" in finding)),
        )
        for rule, found in by_rule(report).items()
    ]
