"""The format `junit`: JUnit XML, as Ant writes it and Jenkins or GitLab read it.

The first suite holds the two answers, the second one test per rule, then one suite for the project and one per
establishment, with one test per indicator and its figures as properties. Which are green,
red and skipped, `lights` decides.

What has no clock has no duration: `time` is 0, `timestamp` the day of the measure, `hostname` what Ant writes
when it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from duicheck.model import Renderer
from duicheck.render.characters import one_line, printable
from duicheck.render.french import typography
from duicheck.render.lights import Light, figure_light, rule_lights, targets_light, verdict_light

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

    def test(self, name: str, light: Light) -> None:
        """Add a test; what a green one has to say goes to the suite."""
        case = ET.SubElement(self.element, "testcase", name=one_line(name), classname=self.name, time="0")
        if light.kind is None:
            if light.detail:
                self.said += [f"{name} [{light.why}] {light.message}", *light.detail.splitlines()]
            return
        outcome = ET.SubElement(case, light.kind, message=one_line(typography(light.message)))
        if light.kind != "skipped":
            outcome.set("type", light.why)
        if light.detail:
            outcome.text = printable(light.detail)

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
        suite.test("verdict", verdict_light(one))
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
            *_work(report),
        ],
    )
    suite.test("verdict", verdict_light(report, report))
    suite.test("cibles", targets_light(report))
    return suite


def _work(report: Json) -> Iterator[tuple[str, object]]:
    """How many findings are whose."""
    for share in report.get("corrections", {"projet": {"qui": []}})["projet"]["qui"]:
        for key in ("erreurs", "avertissements", "informations"):
            yield f"corrections.{share['qui']}.{key}", share[key]


def _rules(report: Json, rules: Mapping[str, Rule]) -> _Suite:
    outcomes = [(f"{rule['id']}.{key}", rule[key]) for rule in report["regles"] for key in ("resultat", "constats")]
    suite = _Suite(report, "regles", outcomes)
    for one, light in rule_lights(report, rules, LISTED):
        suite.test(one["id"], light)
    return suite


def _figures(report: Json, name: str, rows: Iterable[Json], one: Json | None = None) -> _Suite:
    answers = [] if one is None else [(key, one[key]) for key in ("verdict", "sous_derogations", "cibles")]
    suite = _Suite(report, name, [*answers, *(each for row in rows for each in _properties(row))])
    for row in rows:
        suite.test(row["code"], figure_light(row, report))
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


def _written(value: object) -> str:
    """A JSON scalar as rapport.json writes it; nothing for null."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else re.sub(r"\s+", " ", printable(str(value)))
