"""What a report adds to one that was kept: the ratchet of a vendor's continuous integration, never a verdict.

Two findings are the same when their rule, their file, their column and their facts are: a row added above moves
lines, not defects.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from duicheck.errors import UsageError

__all__ = ["Ratchet", "ratchet"]

Json = Mapping[str, Any]

_PLACES: Final = frozenset({"ligne", "place_precedente"})
"""Facts that tell a line: they move with the rows above."""

_CONCLUDED: Final = frozenset({"respectee", "enfreinte", "sans_objet"})


class Ratchet(Struct, frozen=True):
    """What a report has that the kept one has not.

    `known`, `new` and `gone` count findings that are not waived, of every severity. `new_errors` are those of the
    new ones that a verdict rests on. `examples` are new findings that the report holds in full. `lost` are the ids
    of rules that no longer conclude; `unverified`, the (FINESS, indicator) that are no longer compared with the log.
    """

    known: int
    known_errors: int
    new: Mapping[str, int]
    new_errors: int
    gone: int
    examples: Sequence[Json]
    lost: Sequence[str]
    unverified: Sequence[tuple[str, str]]


def ratchet(kept: Json, report: Json) -> Ratchet:
    """Compare a report with the one that was kept; both are valid against their schema.

    Findings that a waiver covers are known to nobody: the day it expires they are new. Those beyond what a report
    holds in full are known by their number alone, rule by rule.

    Raises:
        UsageError: they were not judged under the same text.
    """
    before, after = kept["texte"]["id"], report["texte"]["id"]
    if before != after:
        message = f"--baseline : ce rapport juge sous le texte {before}, et ce contrôle sous le texte {after}"
        raise UsageError(message)
    old, now = _by_rule(kept), _by_rule(report)
    new: dict[str, int] = {}
    examples: list[Json] = []
    known = known_errors = new_errors = gone = 0
    for rule in sorted({*old, *now}):
        one, other = old.get(rule, _Rule()), now.get(rule, _Rule())
        fresh, left = other.beyond(one)
        known += other.count - fresh
        gone += one.count - (other.count - fresh)
        if other.grave:
            new_errors += fresh
            known_errors += other.count - fresh
        if fresh:
            new[rule] = fresh
            examples += left[:fresh]
    return Ratchet(known, known_errors, new, new_errors, gone, examples, _lost(kept, report), _unverified(kept, report))


class _Rule:
    """The findings of one rule that count: how many, and those that the report holds."""

    def __init__(self) -> None:
        self.count = 0
        self.grave = False
        self.held: list[Json] = []

    def beyond(self, kept: _Rule) -> tuple[int, list[Json]]:
        """How many findings are more than the kept ones, and those held that have no twin among them."""
        twins = Counter(map(_identity, kept.held))
        left = []
        for finding in self.held:
            if twins[_identity(finding)]:
                twins[_identity(finding)] -= 1
            else:
                left.append(finding)
        matched = len(self.held) - len(left)
        unseen = kept.count - len(kept.held)
        return max(0, self.count - matched - unseen), left


def _by_rule(report: Json) -> dict[str, _Rule]:
    rules: dict[str, _Rule] = {}
    for entry in report["regles"]:
        if entry["constats"]:
            rules[entry["id"]] = rule = _Rule()
            rule.count = entry["constats"]
    for waiver in report["derogations"]:
        if waiver["etat"] == "appliquee":
            rules[waiver["regle"]].count -= waiver["constats"]
    for finding in report["constats"]:
        rule = rules[finding["regle"]]
        rule.grave = finding["gravite"] == "erreur"
        if "derogation" not in finding:
            rule.held.append(finding)
    return rules


def _identity(finding: Json) -> str:
    """What a finding is, wherever its line went."""
    at = finding["lieu"]
    pointer = re.sub(r"(?<=[/\[])\d+", "*", at["pointeur"] or "")
    facts = {name: value for name, value in finding["faits"].items() if name not in _PLACES}
    return json.dumps([at["fichier"], at["colonne"], pointer, facts], sort_keys=True)


def _lost(kept: Json, report: Json) -> list[str]:
    """The rules that concluded and no longer do, or crash; one that has gone included."""
    found = {rule["id"]: rule["resultat"] for rule in report["regles"]}
    concluded = {rule["id"] for rule in kept["regles"] if rule["resultat"] in _CONCLUDED}
    crashed = {rule["id"] for rule in kept["regles"] if rule["resultat"] == "en_erreur"}
    lost = {rule for rule in concluded if found.get(rule) not in _CONCLUDED}
    return sorted(lost | {rule for rule, outcome in found.items() if outcome == "en_erreur"} - crashed)


def _unverified(kept: Json, report: Json) -> list[tuple[str, str]]:
    """The figures that are not compared with the log, and that the kept report does not say so of."""
    return sorted(_uncompared(report) - _uncompared(kept))


def _uncompared(report: Json) -> set[tuple[str, str]]:
    return {
        (one["finess_et"], row["code"])
        for one in report["etablissements"]
        for row in one["indicateurs"]
        if row["conforme"] is None
    }
