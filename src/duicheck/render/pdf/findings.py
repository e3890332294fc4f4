"""The findings, rule by rule: what to do, then where, what, and the facts that prove it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from duicheck.langue import _, n_
from duicheck.render.findings import WORDS, place
from duicheck.render.french import counted, integer, sentence, typography
from duicheck.render.groups import Group, groups
from duicheck.render.labels import fixer
from duicheck.render.pdf.blocks import (
    Block,
    Column,
    Content,
    badge,
    code,
    heading,
    link,
    note,
    paragraph,
    said,
    small,
    strong,
    table,
)
from duicheck.render.values import fact

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["findings"]

Json = Mapping[str, Any]


def findings(report: Json, rules: Mapping[str, Rule]) -> Iterator[Block]:
    """All of them, the gravest rules first."""
    yield heading(2, _("Constats"), "constats")
    found = groups(report, rules)
    if not found:
        yield paragraph(_("Aucun."))
        return
    yield paragraph(_("Par règle, les erreurs d'abord. La ligne est celle qu'un éditeur de texte affiche."))
    for group in found:
        yield from _group(group)


def _group(group: Group) -> Iterator[Block]:
    yield {
        "bloc": "regle",
        "style": group.style or "neutre",
        "mot": _(WORDS[group.severity][1]).capitalize(),
        "t": said(group.title or group.rule),
        "id": group.rule,
        "compte": _counted(group),
        "remede": _remedy(group) or None,
    }
    yield table(
        "",
        [Column(_("Lieu"), "1fr"), Column(_("Constat, et les faits qui le fondent"), "3fr")],
        [_finding(one, group) for one in group.found],
    )
    if group.count > len(group.found):
        missing = group.count - len(group.found)
        words = n_(
            "{count} constat de plus n'est pas imprimé dans le rapport.",
            "{count} constats de plus ne sont pas imprimés dans le rapport.",
            missing,
        )
        yield note(words.format(count=integer(missing)))


def _remedy(group: Group) -> list[Any]:
    """What to do, and who can."""
    found: list[Any] = []
    if group.remedy:
        found += [strong(typography(_("Que faire :"))), " ", said(group.remedy, sentence)]
    if group.fixers:
        found += [" " if found else "", strong(typography(_("Qui corrige :"))), f" {', '.join(group.fixers)}."]
    return found


def _counted(group: Group) -> str:
    count = counted(group.count, "constat")
    if not group.waived:
        return count
    return _("{count}, dont {waived} par dérogation").format(count=count, waived=counted(group.waived, "couvert"))


def _finding(one: Json, group: Group) -> list[Content]:
    at = one["lieu"]
    where: list[Any] = [place(at) or _("livraison")]
    if at["pointeur"] and at["ligne"]:
        where += [" ", code(at["pointeur"])]
    what: list[Any] = [said(one["message"])]
    if one["gravite"] != group.severity:
        style, word = WORDS[one["gravite"]]
        what = [badge("" if style == "fort" else style, _(word).capitalize()), " ", *what]
    if "derogation" in one:
        number = one["derogation"] + 1
        what += [" ", link("derogations", _("dérogation {number}").format(number=number), page=False)]
    if len(group.fixers) > 1 and "qui" in one:
        what += [" ", small(fixer(one["qui"]))]
    if one["faits"]:
        facts = " · ".join(f"{name}\u00a0=\u00a0{fact(found)}" for name, found in one["faits"].items())
        what += [{"s": "faits", "t": facts}]
    return [where, what]
