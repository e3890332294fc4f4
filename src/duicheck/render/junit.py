"""The format `junit`: JUnit XML, as Ant writes it and Jenkins or GitLab read it.

The first suite holds the two answers, the second one test per rule, then one suite for the project and one per
establishment, with one test per indicator and its figures as properties. JUnit knows green, red and skipped:

* red is `failure` where something is wrong (an error that counts, a figure that is not the log's), `error` where
  nobody can tell: a rule that crashed, always; one that was not checked, while the verdict is open. When the
  verdict is not open no unchecked rule opens it (it lacks a role that nothing calls for): skipped, with its reason;
* skipped is also what a waiver covers whole, what the text does not ask, and targets that are not reached:
  they say nothing against the delivery, and green would say too much;
* so a run is red if and only if the verdict is not « conforme », like the exit code of `duicheck check`.

What has no clock has no duration: `time` is 0, `timestamp` the day of the measure, `hostname` what Ant writes
when it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from duicheck.langue import _, n_, phrase
from duicheck.model import Renderer
from duicheck.render.characters import one_line, printable
from duicheck.render.findings import by_rule, place
from duicheck.render.french import integer, sentence, typography
from duicheck.render.headline import TARGETS, targets_why, verdict, verdict_why
from duicheck.render.labels import indicator
from duicheck.render.waivers import waived_by_rule

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["LISTED", "junit_renderer"]

Json = Mapping[str, Any]

DOC = "JUnit XML : un test par règle, et par indicateur de chaque établissement."

LISTED: Final = 50
"""How many findings of one rule are written out; the others are counted."""

_COUNTED: Final = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def junit_renderer(rules: Mapping[str, Rule]) -> Renderer:
    """The renderer of JUnit XML; `rules` by id give the failures their titles and remedies."""

    def render(report: Json) -> bytes:
        root = ET.Element("testsuites")
        for suite in _suites(report, rules):
            suite.element.set("id", str(len(root)))
            root.append(suite.closed())
        ET.indent(root)
        content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
        return content + b"\n"

    return Renderer(name="junit", doc=DOC, render=render)


class _Suite:
    """One test suite: its properties first, then its tests, then what they say."""

    def __init__(self, report: Json, name: str, properties: Iterable[tuple[str, object]]) -> None:
        self.name = f"duicheck.{one_line(name)}"
        self.element = ET.Element("testsuite", name=self.name, package="duicheck", hostname="localhost", time="0")
        self.element.set("timestamp", f"{report['date_mesure']}T00:00:00")
        known = ET.SubElement(self.element, "properties")
        for key, value in properties:
            ET.SubElement(known, "property", name=one_line(key), value=_written(value))
        self.said: list[str] = []

    def test(self, name: str, kind: str | None = None, message: str = "", detail: str = "", why: str = "") -> None:
        """Add a test; `kind` is failure, error or skipped, None for one that passes."""
        case = ET.SubElement(self.element, "testcase", name=one_line(name), classname=self.name, time="0")
        if kind is not None:
            outcome = ET.SubElement(case, kind, message=one_line(typography(message)))
            if kind != "skipped":
                outcome.set("type", why)
            if detail:
                outcome.text = printable(detail)

    def closed(self) -> ET.Element:
        """The element, its counts written."""
        tests = self.element.findall("testcase")
        self.element.set("tests", str(len(tests)))
        for kind, counted in _COUNTED.items():
            self.element.set(counted, str(sum(test.find(kind) is not None for test in tests)))
        ET.SubElement(self.element, "system-out").text = printable("\n".join(self.said)) or None
        ET.SubElement(self.element, "system-err")
        return self.element


def _suites(report: Json, rules: Mapping[str, Rule]) -> Iterator[_Suite]:
    yield _answers(report)
    yield _rules(report, rules)
    yield _figures(report, "projet", report["projet"]["indicateurs"])
    for one in report["etablissements"]:
        suite = _figures(report, f"etablissement.{one['finess_et']}", one["indicateurs"], one)
        _test_verdict(suite, one, verdict(one)[1])
        yield suite


def _answers(report: Json) -> _Suite:
    window = report["fenetre"] or {"debut": None, "fin": None}
    suite = _Suite(
        report,
        "verdict",
        [
            ("verdict", report["verdict"]),
            ("sous_derogations", report["sous_derogations"]),
            ("cibles", report["cibles"]),
            ("texte", report["texte"]["id"]),
            ("date_mesure", report["date_mesure"]),
            ("fenetre.debut", window["debut"]),
            ("fenetre.fin", window["fin"]),
            ("livraison.sha256", report["livraison"]["sha256"]),
            ("duicheck.version", report["duicheck"]["version"]),
        ],
    )
    _test_verdict(
        suite, report, _("{verdict} : {raison}").format(verdict=verdict(report)[1], raison=verdict_why(report))
    )
    words = _("{cibles} : {raison}").format(cibles=_(TARGETS[report["cibles"]][1]), raison=targets_why(report))
    suite.test("cibles", None if report["cibles"] == "atteintes" else "skipped", words)
    return suite


def _test_verdict(suite: _Suite, part: Json, words: str) -> None:
    """Conforme thanks to waivers is said, and never green."""
    kinds = {"conforme": "skipped" if part["sous_derogations"] else None, "non_conforme": "failure"}
    suite.test("verdict", kinds.get(part["verdict"], "error"), words, why=part["verdict"])


def _rules(report: Json, rules: Mapping[str, Rule]) -> _Suite:
    outcomes = [(f"{rule['id']}.{key}", rule[key]) for rule in report["regles"] for key in ("resultat", "constats")]
    suite = _Suite(report, "regles", outcomes)
    groups, waived = by_rule(report), waived_by_rule(report)
    known = {rule["id"] for rule in report["regles"]}
    orphans = [
        {"id": rule, "resultat": "enfreinte", "constats": len(found)}
        for rule, found in groups.items()
        if rule not in known
    ]
    for one in (*report["regles"], *orphans):
        found = groups.get(one["id"], [])
        if one["resultat"] in {"non_verifiee", "en_erreur"}:
            red = one["resultat"] == "en_erreur" or report["verdict"] == "indetermine"
            suite.test(one["id"], "error" if red else "skipped", _reason(one), why=one["resultat"])
        elif one["resultat"] == "sans_objet":
            suite.test(one["id"], "skipped", _reason(one))
        elif one["resultat"] == "enfreinte":
            _test_broken(suite, one, found, one["constats"] - waived[one["id"]], rules.get(one["id"]))
        else:
            suite.test(one["id"])
    return suite


def _test_broken(suite: _Suite, one: Json, found: list[Json], counting: int, rule: Rule | None) -> None:
    """A rule that found something: red for errors that count, skipped when waivers cover all, else green and said."""
    title = phrase(rule.title) if rule else one["id"]
    total = n_("{n} constat", "{n} constats", one["constats"]).format(n=integer(one["constats"]))
    message = _("{titre} ({constats})").format(titre=title, constats=total)
    detail = "\n".join(_account(one, found, rule))
    severity = found[0]["gravite"] if found else "erreur"  # what cannot be weighed is not taken lightly
    if not counting:
        suite.test(one["id"], "skipped", _("{message}, couvert par dérogation").format(message=message), detail)
    elif severity == "erreur":
        suite.test(one["id"], "failure", message, detail, severity)
    else:
        suite.test(one["id"])
        suite.said += [f"{one['id']} [{severity}] {message}", *detail.splitlines()]


def _account(one: Json, found: list[Json], rule: Rule | None) -> Iterator[str]:
    for finding in found[:LISTED]:
        where = place(finding["lieu"])
        waiver = _(" [dérogation {n}]").format(n=finding["derogation"] + 1) if "derogation" in finding else ""
        yield (
            typography(f"{one_line(where)} : " if where else "")
            + typography(one_line(phrase(finding["message"])))
            + waiver
        )
    left = one["constats"] - min(len(found), LISTED)
    if left > 0:
        yield n_("… et {n} autre.", "… et {n} autres.", left).format(n=integer(left))
    if rule:
        yield typography(_("Que faire : {remede}").format(remede=sentence(phrase(rule.remedy))))


def _reason(one: Json) -> str:
    return sentence(phrase(one["raison"] or "") or _("contrôle non fait"))


def _figures(report: Json, name: str, rows: Iterable[Json], one: Json | None = None) -> _Suite:
    answers = [] if one is None else [(key, one[key]) for key in ("verdict", "sous_derogations", "cibles")]
    suite = _Suite(report, name, [*answers, *(each for row in rows for each in _properties(row))])
    for row in rows:
        label = indicator(row["code"])
        exported, recomputed = _counts(row["exporte"]), _counts(row["recalcule"])
        if row["conforme"] is False:
            words = _("{nom} : {exporte} exporté, {recalcule} recalculé d'après le journal.")
            why = "\n".join(typography(phrase(each["texte"])) for each in row["explications"])
            message = words.format(nom=label, exporte=exported, recalcule=recomputed)
            suite.test(row["code"], "failure", message, why, "ecart")
        elif row["conforme"] is None:
            words = _("{nom} : {exporte} exporté, non vérifié contre le journal.").format(nom=label, exporte=exported)
            suite.test(
                row["code"], "error" if report["verdict"] == "indetermine" else "skipped", words, why="non_verifie"
            )
        else:
            suite.test(row["code"])
    return suite


def _properties(row: Json) -> Iterator[tuple[str, object]]:
    """Every scalar of a row, by its path in rapport.json."""
    for key, value in row.items():
        if isinstance(value, Mapping):
            yield from ((f"{row['code']}.{key}.{name}", item) for name, item in value.items() if _scalar(item))
        elif key != "code" and _scalar(value):
            yield f"{row['code']}.{key}", value


def _scalar(value: object) -> bool:
    return value is None or isinstance(value, str | int | float)


def _counts(counts: Json | None) -> str:
    if counts is None:
        return "–"
    if counts["denominateur"] is None:
        return str(counts["numerateur"])
    return f"{counts['numerateur']}/{counts['denominateur']}"


def _written(value: object) -> str:
    """A JSON scalar as rapport.json writes it; nothing for null."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else re.sub(r"\s+", " ", printable(str(value)))
