"""What was not checked: what the verdict waits for, said whole, apart from what nobody asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from duicheck.langue import _
from duicheck.render.french import counted
from duicheck.render.labels import role

__all__ = ["Undone", "absent_roles", "undone"]

Json = Mapping[str, Any]

_ABSENT: Final = re.compile(r"(\w+) : absent de la livraison")
"""A reason of the report, or one of the reasons joined in it: a role that the delivery does not hold."""


class Undone(Struct, frozen=True):
    """Rules that could not conclude, and why.

    `reason` is a sentence of the report; None where `said`, in the current language, stands for several.
    `awaited`: the verdict stays open for want of them.
    """

    rules: tuple[str, ...]
    reason: str | None = None
    said: str | None = None
    awaited: bool = False


def undone(report: Json) -> list[Undone]:
    """The rules that were not checked: those that the verdict waits for, then the others.

    The others that only lack files which are no part of the delivery make one group: a vendor who exports
    indicators need not read that no clinical document was checked, rule by rule.
    """
    rules = [rule for rule in report["regles"] if rule["resultat"] == "non_verifiee"]
    awaited = [rule for rule in rules if _awaited(rule, report)]
    others = [rule for rule in rules if rule not in awaited]
    absent = [rule for rule in others if absent_roles(rule["raison"])]
    groups = [*_by_reason(awaited, awaited=True)]
    groups += _by_reason((rule for rule in others if rule not in absent), awaited=False)
    if absent:
        wanted = Counter(name for rule in absent for name in absent_roles(rule["raison"]))
        listed = ", ".join(f"{role(name)} ({counted(count, 'règle')})" for name, count in wanted.most_common())
        text = _("absents de cette livraison, sans effet sur son verdict : {files}").format(files=listed)
        groups.append(Undone(tuple(rule["id"] for rule in absent), said=text))
    return groups


def _awaited(rule: Json, report: Json) -> bool:
    """Whether the verdict waits for a rule; in doubt, it does."""
    if "laisse_ouvert" in rule:
        return bool(rule["laisse_ouvert"])
    if report["verdict"] == "conforme":
        return False
    if report["verdict"] == "indetermine":
        # A report that says it of no rule is an old one.
        return not any("laisse_ouvert" in other for other in report["regles"])
    roles = absent_roles(rule["raison"])
    return not roles or bool(roles & set(report["livraison"].get("roles_manquants", ())))


def absent_roles(reason: str | None) -> frozenset[str]:
    """The roles that a reason calls absent, where it says nothing else; empty otherwise."""
    found = [_ABSENT.fullmatch(part) for part in (reason or "").split(" ; ")]
    return frozenset(part[1] for part in found if part) if all(found) else frozenset()


def _by_reason(rules: Iterable[Json], *, awaited: bool) -> Iterator[Undone]:
    reasons: dict[str | None, list[str]] = {}
    for rule in rules:
        reasons.setdefault(rule["raison"], []).append(rule["id"])
    for reason, ids in reasons.items():
        yield Undone(tuple(ids), reason=reason, awaited=awaited)
