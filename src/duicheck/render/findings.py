"""What was found, rule by rule: where, what, what to do; then what was not checked, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from duicheck.langue import N_, _, habits, n_, phrase
from duicheck.render.french import accord, counted, integer, sentence, typography
from duicheck.render.messages import message
from duicheck.render.paper import Paper, Span
from duicheck.render.undone import Undone, undone
from duicheck.render.waivers import waived_by_rule

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["OUTCOMES", "WORDS", "by_rule", "place", "write_findings", "write_unchecked"]

Json = Mapping[str, Any]

SHOWN: Final = {"erreur": 6, "avertissement": 4, "information": 2}
"""How many findings of one rule are printed, by severity; the count is always said."""

WORDS: Final = {
    "erreur": ("faute", N_("ERREUR")),
    "avertissement": ("alerte", N_("AVERTISSEMENT")),
    "information": ("fort", N_("INFORMATION")),
}

OUTCOMES: Final = {
    "respectee": N_("respectée", "respectées"),
    "enfreinte": N_("enfreinte", "enfreintes"),
    "non_verifiee": N_("non vérifiée", "non vérifiées"),
    "en_erreur": N_("en erreur", "en erreur"),
    "sans_objet": N_("sans objet pour ce texte ou cette livraison", "sans objet pour ce texte ou cette livraison"),
}


def write_findings(paper: Paper, report: Json, rules: Mapping[str, Rule]) -> None:
    """The findings grouped by rule, errors first."""
    groups = by_rule(report)
    if not groups:
        return
    counts = {rule["id"]: rule["constats"] for rule in report["regles"]}
    waived = waived_by_rule(report)
    paper.heading(_("Constats"))
    for rule_id, found in groups.items():
        count = counts.get(rule_id, len(found))
        _write_group(paper, found, (count, waived[rule_id]), rules.get(rule_id))


def by_rule(report: Json) -> dict[str, list[Json]]:
    """The findings of each rule, the gravest rules first, in the order of the files."""
    groups: dict[str, list[Json]] = {}
    for finding in report["constats"]:
        groups.setdefault(finding["regle"], []).append(finding)
    order = list(SHOWN)
    ranked = sorted(groups.items(), key=lambda group: (order.index(group[1][0]["gravite"]), group[0]))
    return {rule: sorted(found, key=_position) for rule, found in ranked}


def _write_group(paper: Paper, found: list[Json], counts: tuple[int, int], rule: Rule | None) -> None:
    """The findings of one rule; `counts`: all of them, and those that a waiver covers."""
    rule_id, severity = found[0]["regle"], found[0]["gravite"]
    count, waived = counts
    paper.blank()
    title = f" — {typography(phrase(rule.title))}" if rule else ""
    account = ("", f"{title} ({counted(count, 'constat')}{_waived(count, waived)})")
    style, word = WORDS[severity]
    label = ("alerte" if waived == count else style, word)  # nothing that counts is left: not as red as the rest
    paper.paragraph((label[0], _(label[1])), ("", " "), ("fort", rule_id), account, hang=2)
    shown = found[: SHOWN[severity]]
    for finding in shown:
        where = place(finding["lieu"])
        spans: list[Span] = [("", "– "), ("discret", f"{where}{habits().colon}")] if where else [("", "– ")]
        spans.append(("", typography(message(finding, rule))))
        if "derogation" in finding:
            mark = _(" [dérogation\u00a0{number}]").format(number=finding["derogation"] + 1)
            spans.append(("alerte_simple", typography(mark)))
        paper.paragraph(*spans, indent=2, hang=2)
    if count > len(shown):
        paper.paragraph(("", _("… et {others}.").format(others=counted(count - len(shown), "autre"))), indent=2)
    if rule and rule.remedy:
        paper.paragraph(
            ("fort", typography(_("Que faire :"))), ("", f" {sentence(phrase(rule.remedy))}"), indent=2, hang=2
        )


def _waived(count: int, waived: int) -> str:
    """How many of the findings do not count, if any."""
    if not waived:
        return ""
    if waived == count:
        return _(", couvert par dérogation") if count == 1 else _(", tous couverts par dérogation")
    return n_(", dont {count} couvert par dérogation", ", dont {count} couverts par dérogation", waived).format(
        count=waived
    )


def _position(finding: Json) -> tuple[bool, str, int]:
    """What counts first, then in the order of the files."""
    return "derogation" in finding, finding["lieu"]["fichier"] or "", finding["lieu"]["ligne"] or 0


def place(at: Json) -> str:
    """Where a finding stands, in words; empty for the delivery as a whole."""
    parts = []
    if at["fichier"]:
        parts.append(at["fichier"])
    if at["ligne"]:
        parts.append(_("ligne\u00a0{line}").format(line=integer(at["ligne"])))
    if at["colonne"]:
        parts.append(_("colonne {column}").format(column=at["colonne"]))
    if at["pointeur"] and not at["ligne"]:
        parts.append(at["pointeur"])
    return ", ".join(parts)


def write_unchecked(paper: Paper, report: Json) -> None:
    """What was not checked, what crashed, and the account of all rules."""
    by_outcome: dict[str, list[Json]] = {}
    for rule in report["regles"]:
        by_outcome.setdefault(rule["resultat"], []).append(rule)
    if crashed := by_outcome.get("en_erreur"):
        paper.heading(_("Contrôles arrêtés par une erreur de programme"))
        whose = _("Le défaut est dans duicheck ou une extension, pas dans la livraison : signalez-le.")
        paper.paragraph(("", typography(whose)), indent=2)
        for rule in crashed:
            reason = sentence(phrase(rule["raison"]))
            paper.paragraph(
                ("", "– "), ("fort", f"{rule['id']}{habits().colon.rstrip(' ')}"), ("", f" {reason}"), indent=2, hang=2
            )
    if "non_verifiee" in by_outcome:
        paper.heading(_("Ce qui n'a pas été contrôlé"))
        _write_undone(paper, undone(report))
    paper.heading(_("Règles"))
    paper.paragraph(("", _account(by_outcome)), indent=2)


def _write_undone(paper: Paper, groups: Iterable[Undone]) -> None:
    """The rules that the verdict waits for are named; the others counted, the report names them."""
    for group in groups:
        why = group.said or phrase(group.reason or "") or _("raison inconnue")
        rules = counted(len(group.rules), "règle")
        listed = _(" — {rules} : {ids}.").format(rules=rules, ids=", ".join(group.rules))
        rest = listed if group.awaited else _(" — {rules} en tout.").format(rules=rules)
        paper.paragraph(("", "– "), ("fort", typography(why)), ("", typography(rest)), indent=2, hang=2)


def _account(by_outcome: Mapping[str, list[Json]]) -> str:
    """How many rules had each outcome; the five are never merged."""
    total = sum(map(len, by_outcome.values()))
    parts = [
        f"{integer(len(found))}\u00a0{accord(len(found), *forms)}"
        for outcome, forms in OUTCOMES.items()
        if (found := by_outcome.get(outcome))
    ]
    return typography(_("{rules} : {outcomes}.").format(rules=counted(total, "règle"), outcomes=", ".join(parts)))
