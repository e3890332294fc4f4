"""Red, green or skipped: what each part of a report is to whoever knows only tests (JUnit, pytest).

* red is `failure` where something is wrong (an error that counts, a figure that is not the log's), `error` where
  nobody can tell: a rule that crashed, always; one that was not checked, where it is one of those that leave the
  verdict open. Any other only lacks a role that nothing calls for: skipped, with its reason;
* skipped is also what a waiver covers whole, what the text does not ask, and targets that are not reached:
  they say nothing against the delivery, and green would say too much;
* so a run is red if and only if the verdict is not « conforme », like the exit code of `duicheck check`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from duicheck.langue import _, habits, n_, phrase
from duicheck.render.characters import one_line
from duicheck.render.findings import by_rule, place
from duicheck.render.french import integer, sentence, typography
from duicheck.render.headline import TARGETS, targets_why, verdict, verdict_why
from duicheck.render.labels import indicator
from duicheck.render.messages import message
from duicheck.render.waivers import waived_by_rule

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["Light", "figure_light", "rule_lights", "targets_light", "verdict_light"]

Json = Mapping[str, Any]


class Light(Struct, frozen=True):
    """One test. `kind` is failure, error or skipped, None for green; `why` a code, such as the severity.

    `detail` are the findings and what to do, line by line; a green light may have some: warnings. `waived`: a waiver
    keeps it from being red.
    """

    kind: str | None
    message: str = ""
    detail: str = ""
    why: str = ""
    waived: bool = False


def verdict_light(part: Json, report: Json | None = None) -> Light:
    """The verdict of a report (given twice) or of an establishment; owed to waivers it is said, and never green."""
    words = verdict(part)[1]
    if report is not None:
        words = _("{verdict} : {raison}").format(verdict=words, raison=verdict_why(report))
    kinds = {"conforme": "skipped" if part["sous_derogations"] else None, "non_conforme": "failure"}
    kind = kinds.get(part["verdict"], "error")
    return Light(kind, words, why=part["verdict"], waived=kind == "skipped")


def targets_light(report: Json) -> Light:
    """Whether the targets are reached; never red."""
    words = _("{cibles} : {raison}").format(cibles=_(TARGETS[report["cibles"]][1]), raison=targets_why(report))
    return Light(None if report["cibles"] == "atteintes" else "skipped", words, why=report["cibles"])


def rule_lights(report: Json, rules: Mapping[str, Rule], listed: int) -> Iterator[tuple[Json, Light]]:
    """Each rule of the report, with its light; findings of a rule that the report does not list come last.

    Args:
        report: rapport.json.
        rules: the loaded rules by id, for titles and remedies.
        listed: how many findings of a rule are written out; the others are counted.
    """
    groups, waived = by_rule(report), waived_by_rule(report)
    known = {rule["id"] for rule in report["regles"]}
    orphans = [
        {"id": rule, "resultat": "enfreinte", "constats": len(found), "raison": None}
        for rule, found in groups.items()
        if rule not in known
    ]
    # A report that does not say which rules leave its verdict open is an old one: any that was not checked may.
    told = report["verdict"] != "indetermine" or any("laisse_ouvert" in rule for rule in report["regles"])
    for one in (*report["regles"], *orphans):
        found = groups.get(one["id"], [])
        if one["resultat"] in {"non_verifiee", "en_erreur"}:
            red = one["resultat"] == "en_erreur" or not told or one.get("laisse_ouvert", False)
            yield one, Light("error" if red else "skipped", _reason(one), why=one["resultat"])
        elif one["resultat"] == "sans_objet":
            yield one, Light("skipped", _reason(one), why=one["resultat"])
        elif one["resultat"] == "enfreinte":
            yield one, _broken(one, found, one["constats"] - waived[one["id"]], rules.get(one["id"]), listed)
        else:
            yield one, Light(None)


def figure_light(row: Json, report: Json) -> Light:
    """One indicator: equal to the log's, different, or not held against it."""
    label = indicator(row["code"])
    exported, recomputed = _counts(row["exporte"]), _counts(row["recalcule"])
    if row["conforme"] is False:
        words = _("{nom} : {exporte} exporté, {recalcule} recalculé d'après le journal.")
        why = "\n".join(typography(phrase(each["texte"])) for each in row["explications"])
        return Light("failure", words.format(nom=label, exporte=exported, recalcule=recomputed), why, "ecart")
    if row["conforme"] is None:
        words = _("{nom} : {exporte} exporté, non vérifié contre le journal.").format(nom=label, exporte=exported)
        return Light("error" if report["verdict"] == "indetermine" else "skipped", words, why="non_verifie")
    return Light(None)


def _broken(one: Json, found: list[Json], counting: int, rule: Rule | None, listed: int) -> Light:
    """A rule that found something: red for errors that count, skipped when waivers cover all, else green and said."""
    title = phrase(rule.title) if rule else one["id"]
    total = n_("{n} constat", "{n} constats", one["constats"]).format(n=integer(one["constats"]))
    words = _("{titre} ({constats})").format(titre=title, constats=total)
    detail = "\n".join(_account(one, found, rule, listed))
    severity = found[0]["gravite"] if found else "erreur"  # what cannot be weighed is not taken lightly
    if not counting:
        covered = _("{message}, couvert par dérogation").format(message=words)
        return Light("skipped", covered, detail, severity, waived=True)
    return Light("failure" if severity == "erreur" else None, words, detail, severity)


def _account(one: Json, found: list[Json], rule: Rule | None, listed: int) -> Iterator[str]:
    for finding in found[:listed]:
        where = place(finding["lieu"])
        waiver = _(" [dérogation {n}]").format(n=finding["derogation"] + 1) if "derogation" in finding else ""
        yield (
            (f"{one_line(where)}{habits().colon}" if where else "")
            + typography(one_line(message(finding, rule)))
            + waiver
        )
    left = one["constats"] - min(len(found), listed)
    if left > 0:
        yield n_("… et {n} autre.", "… et {n} autres.", left).format(n=integer(left))
    if rule:
        yield typography(_("Que faire : {remede}").format(remede=sentence(phrase(rule.remedy))))


def _reason(one: Json) -> str:
    return sentence(phrase(one["raison"] or "") or _("contrôle non fait"))


def _counts(counts: Json | None) -> str:
    if counts is None:
        return "–"
    if counts["denominateur"] is None:
        return str(counts["numerateur"])
    return f"{counts['numerateur']}/{counts['denominateur']}"
