"""The tests of a delivery: one per rule, one per indicator of an establishment, and the verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from msgspec.structs import replace

from duicheck.langue import _, phrase
from duicheck.pytest_plugin.words import Red, Shown, block, first_line
from duicheck.render.french import sentence
from duicheck.render.lights import Light, figure_light, rule_lights, targets_light, verdict_light

if TYPE_CHECKING:
    from duicheck.pytest_plugin.state import Asked, Result

__all__ = ["DeliveryFile", "DuicheckWarning", "LightItem", "lights_of"]

Json = Mapping[str, Any]

LISTED: Final = 10
"""How many findings of a rule a test shows; the others are counted."""


class DuicheckWarning(pytest.PytestWarning):
    """A rule of severity « avertissement » found something."""


class DeliveryFile(pytest.File):
    """A delivery as pytest collects it: its manifest, its zip, or the lone file."""

    def __init__(self, *, asked: Asked, result: Result, **kwargs: Any) -> None:  # noqa: ANN401 -- pytest's
        super().__init__(**kwargs)
        self._asked = asked
        self._result = result

    def collect(self) -> Iterator[pytest.Item]:
        """The tests, in the order of the report."""
        yield from lights_of(self, self._asked, self._result)


def lights_of(parent: pytest.Collector, asked: Asked, result: Result) -> Iterator[pytest.Item]:
    """The tests of a delivery that was checked; one that fails, where it could not be opened."""
    report = result.report
    if report is None:
        light = Light("error", sentence(phrase(result.sentence)), why="illisible")
        yield LightItem.from_parent(parent, name="ouverture", light=light, properties={})
        return
    common = {"texte": report["texte"]["id"], "empreinte": report["livraison"]["sha256"]}
    severities = {finding["regle"]: finding["gravite"] for finding in report["constats"]}
    rules = asked.plugins.rules
    yield LightItem.from_parent(
        parent, name="verdict", light=verdict_light(report, report), properties={"verdict": report["verdict"], **common}
    )
    if asked.exiger_cibles:
        properties = {"cibles": report["cibles"], **common}
        yield LightItem.from_parent(
            parent, name="cibles", light=_required(targets_light(report)), properties=properties
        )
    for one, light in rule_lights(report, rules, LISTED):
        rule = rules.get(one["id"])
        severity = severities.get(one["id"], "" if rule is None else rule.severity.value)
        counted = {"regle": one["id"], "gravite": severity, "constats": one["constats"], "resultat": one["resultat"]}
        strict = replace(light, kind="failure") if asked.strict and _warns(light) else light
        item = LightItem.from_parent(parent, name=one["id"], light=strict, properties={**counted, **common})
        item.extra_keyword_matches.add(severity)
        yield item
    seen: Counter[str] = Counter()
    for establishment in report["etablissements"]:
        for row in establishment["indicateurs"]:
            name = f"{establishment['finess_et']}/{row['code']}"
            seen[name] += 1
            yield LightItem.from_parent(
                parent,
                name=name if seen[name] == 1 else f"{name}[{seen[name]}]",
                light=figure_light(row, report),
                properties={"finess_et": establishment["finess_et"], "indicateur": row["code"], **common},
            )


def _required(light: Light) -> Light:
    """Targets that must be reached: not reached is wrong, not known is not known; a text may set none."""
    kinds = {"non_atteintes": "failure", "indeterminees": "error"}
    return replace(light, kind=kinds.get(light.why, light.kind))


def _warns(light: Light) -> bool:
    return light.kind is None and light.why == "avertissement"


class LightItem(pytest.Item):
    """One test. Skipped and covered ones are marked as such, so that pytest's own options hold for them."""

    def __init__(self, *, light: Light, properties: Mapping[str, object], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self._light = light
        self.user_properties += properties.items()
        self.add_marker("duicheck")
        if light.waived:
            self.add_marker(pytest.mark.xfail(reason=first_line(light.message)))
        elif light.kind == "skipped":
            self.add_marker(pytest.mark.skip(reason=first_line(light.message)))

    def runtest(self) -> None:
        """Fail if the light is red, or was covered and is not to be (`--runxfail`).

        Raises:
            Red: so it is.
        """
        light = self._light
        if light.kind is not None:
            raise Red(block(light, self._help()))
        if light.detail:
            self.add_report_section("call", "duicheck", block(light))
            if _warns(light):
                self.warn(DuicheckWarning(f"{self.name} : {block(light)}"))

    def _help(self) -> str:
        """Where more is said, for a rule."""
        regle = dict(self.user_properties).get("regle")
        return "" if regle is None else _("Pour en savoir plus : duicheck explain {rule}").format(rule=regle)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401
        """Our own words for what is red."""
        if isinstance(excinfo.value, Red):
            return excinfo.value.shown()
        if isinstance(excinfo.value, DuicheckWarning):  # the project makes errors of warnings
            return Shown(str(excinfo.value))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the test stands: the file of the delivery, and its own name."""
        return self.path, 0, self.name
