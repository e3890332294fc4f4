"""The auditor's part: what the check was made with, what was not checked, what became of each rule, how to verify."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from duicheck.langue import _, habits, n_
from duicheck.render.findings import OUTCOMES
from duicheck.render.french import counted, day, integer, sentence, typography
from duicheck.render.groups import groups
from duicheck.render.headline import verdict
from duicheck.render.labels import role, severity
from duicheck.render.pdf.blocks import (
    Block,
    Column,
    Content,
    badge,
    code,
    heading,
    items,
    lines,
    paragraph,
    part,
    said,
    strong,
    table,
    warning,
)
from duicheck.render.pdf.conditions import conditions
from duicheck.render.pdf.mention import Mention
from duicheck.render.pdf.proof import funding, verify
from duicheck.render.undone import Undone, undone
from duicheck.render.waivers import STATES as WAIVERS
from duicheck.render.waivers import became, granted, scope, summary
from duicheck.render.work import Share, quiet, shares

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["audit"]

Json = Mapping[str, Any]

STYLES: Final = {"respectee": "bien", "enfreinte": "faute", "non_verifiee": "alerte", "en_erreur": "alerte"}
"""How an outcome looks; a word always says it too."""


def audit(report: Json, rules: Mapping[str, Rule], *, own: str, mention: Mention | None) -> Iterator[Block]:
    """The blocks of the part. `own` is the digest of the attached report."""
    outcomes = {
        outcome: found for outcome in OUTCOMES if (found := [r for r in report["regles"] if r["resultat"] == outcome])
    }
    yield from part(_("Pour l'audit"), "audit")
    yield from conditions(report)
    yield from _unchecked(report, outcomes)
    if "corrections" in report:
        yield from _work(report)
    yield from _waivers(report)
    yield from _rules(report, rules, outcomes)
    yield from verify(report, own)
    if mention is not None:
        yield from funding(mention)


def _work(report: Json) -> Iterator[Block]:
    """Who must put right or provide what, whole."""
    yield heading(2, _("Le travail de chacun, en entier"), "travail")
    found, silent = list(shares(report)), quiet(report)
    if found:
        columns = [
            Column(_("Établissement"), "1fr"),
            Column(_("Verdict")),
            Column(_("Qui"), "1fr"),
            Column(_("Constats"), "1fr"),
            Column(_("Règles, et ce qui est à fournir"), "2.4fr"),
        ]
        yield table(_("Qui doit corriger ou fournir quoi"), columns, map(_share, found), dense=True)
    if silent:
        words = typography(_("Rien à dire de {establishments} :"))
        yield paragraph(words.format(establishments=counted(len(silent), "établissement")), f" {', '.join(silent)}.")
    elif not found:
        yield paragraph(_("Rien à corriger."))


def _share(share: Share) -> list[Content]:
    style, word = verdict(share.part)
    rules: list[Content] = [
        [code(rule), f" ({severity(gravity)}, {integer(count)})"] for rule, gravity, count in share.rules
    ]
    return [
        [strong(share.name or _("toute la livraison"))],
        [badge(style, word.lower())],
        share.label,
        share.counts or "–",
        lines([*rules, *share.asked]),
    ]


def _unchecked(report: Json, outcomes: Mapping[str, list[Json]]) -> Iterator[Block]:
    yield heading(2, _("Ce qui n'a pas été contrôlé, et pourquoi"), "non-controle")
    if missing := report["livraison"].get("roles_manquants"):
        named = chain.from_iterable([", ", f"{role(name)} (", code(name), ")"] for name in missing)
        yield warning(typography(_("Le verdict reste ouvert faute de :")), " ", *list(named)[1:], ".")
    crashed = outcomes.get("en_erreur", [])
    if "non_verifiee" in outcomes:
        yield items([_undone(group) for group in undone(report)])
    elif not crashed:
        yield paragraph(typography(_("Rien : chaque règle a conclu, ou est sans objet.")))
    if crashed:
        yield heading(2, _("Contrôles arrêtés par une erreur de programme"), "pannes")
        whose = _("Le défaut est dans duicheck ou une extension, pas dans la livraison : signalez-le.")
        yield paragraph(typography(whose))
        yield items([[code(rule["id"]), " ", said(rule["raison"] or "", sentence)] for rule in crashed])


def _undone(group: Undone) -> Content:
    reason = said(group.reason, sentence) if group.reason else _("Raison inconnue.")
    why = sentence(group.said) if group.said else reason
    named = chain.from_iterable([", ", code(name)] for name in group.rules)
    return [strong([why]), f" {counted(len(group.rules), 'règle')}{habits().colon}", *list(named)[1:], "."]


def _waivers(report: Json) -> Iterator[Block]:
    yield heading(2, _("Les dérogations"), "derogations")
    all_of_them = summary(report)
    if all_of_them is None:
        yield paragraph(_("Aucune."))
        return
    still = _("Un constat couvert reste dans le rapport ; il ne compte plus pour le verdict.")
    yield paragraph(f"{sentence(all_of_them)} {typography(still)}")
    yield table(
        _("Dérogations déclarées"),
        [
            Column(_("N°"), right=True),
            Column(_("Règle, état"), "1.6fr"),
            Column(_("Périmètre"), "1.7fr"),
            Column(_("Constats"), right=True),
            Column(_("Motif et auteur"), "2.7fr"),
        ],
        [_waiver(number, one, report) for number, one in enumerate(report["derogations"], 1)],
    )


def _waiver(number: int, one: Json, report: Json) -> list[Content]:
    style, word = WAIVERS[one["etat"]]
    why: list[Any] = [said(one["motif"], sentence), f" {granted(one)} {became(one, report)}"]
    if one["jour"] != report["date_mesure"]:
        why += [" ", _("Échéance comparée au {day}.").format(day=day(one["jour"]))]
    return [
        str(number),
        [code(one["regle"]), {"s": "faits", "t": [badge(style.removesuffix("_simple"), _(word).lower())]}],
        typography(scope(one)),
        integer(one["constats"]),
        why,
    ]


def _rules(report: Json, rules: Mapping[str, Rule], outcomes: Mapping[str, list[Json]]) -> Iterator[Block]:
    broken = {group.rule: group.style for group in groups(report, rules)}
    account = ", ".join(counted(len(found), *OUTCOMES[outcome]) for outcome, found in outcomes.items())
    yield heading(2, _("Toutes les règles"), "regles")
    yield paragraph(f"{counted(len(report['regles']), 'règle')}{habits().colon}{account}.")
    yield table(
        _("Ce qu'il est advenu de chaque règle"),
        [
            Column(_("Règle"), "2.2fr"),
            Column(_("Résultat"), "0.9fr"),
            Column(_("Constats"), right=True),
            Column(_("Raison"), "1.7fr"),
        ],
        [_rule(one, rules, broken) for one in report["regles"]],
    )


def _rule(one: Json, rules: Mapping[str, Rule], broken: Mapping[str, str]) -> list[Content]:
    name: list[Any] = [code(one["id"])]
    if one["id"] in rules:
        name += [{"s": "faits", "t": said(rules[one["id"]].title)}]
    outcome = one["resultat"]
    word = _("sans objet") if outcome == "sans_objet" else n_(*OUTCOMES[outcome], 1)
    result: list[Any] = [badge(broken.get(one["id"], STYLES.get(outcome, "")), word)]
    if "laisse_ouvert" in one:
        weight = _("laisse le verdict ouvert") if one["laisse_ouvert"] else _("ne change pas le verdict")
        result.append({"s": "faits", "t": weight})
    return [
        name,
        result,
        integer(one["constats"]),
        [said(one["raison"], sentence)] if one["raison"] else "–",
    ]
