"""The fixture `duicheck`: check what a test has just produced, and assert on it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from msgspec import Struct

from duicheck.errors import UsageError
from duicheck.harness import check
from duicheck.interruption import listening
from duicheck.langue import read_day
from duicheck.pytest_plugin.words import block
from duicheck.render.lights import figure_light, rule_lights, targets_light, verdict_light

if TYPE_CHECKING:
    from duicheck.pytest_plugin.state import State
    from duicheck.rules import Rule

__all__ = ["Answer", "Checked", "Checker", "explained"]

Json = Mapping[str, Any]

Named = TypeVar("Named")

MARKER: Final = "duicheck"
SAID: Final = ("texte", "date_mesure", "premiere_mesure", "phase", "hypotheses", "role", "mode")
"""What a call may say, and the marker."""

LISTED: Final = 3
"""How many findings of each rule an assertion shows."""

_COMPARISONS: Final = {"==", "!=", "in", "not in", "is", "is not"}


class Answer(str):
    """`verdict` or `cibles`, a plain text that also knows why: a failed comparison says it."""

    __slots__ = ("_lines",)
    _lines: tuple[str, ...]

    @classmethod
    def of(cls, value: str, lines: Iterator[str]) -> Self:
        """The answer and its reasons, line by line."""
        answer = cls(value)
        answer._lines = tuple(lines)
        return answer

    @property
    def why(self) -> tuple[str, ...]:
        """The reasons."""
        return self._lines


class Checked(Struct, frozen=True):
    """A delivery that was checked. `report` is the value of rapport.json."""

    name: str
    report: Json
    rules: Mapping[str, Rule]

    def __repr__(self) -> str:
        return f"<contrôle de {self.name} : {self.report['verdict']}, cibles {self.report['cibles']}>"

    @property
    def verdict(self) -> Answer:
        """`conforme`, `non_conforme` or `indetermine`."""
        return Answer.of(self.report["verdict"], self._why())

    @property
    def cibles(self) -> Answer:
        """`atteintes`, `non_atteintes`, `indeterminees` or `sans_objet`."""
        return Answer.of(self.report["cibles"], iter((targets_light(self.report).message,)))

    def constats(self, regle: str | None = None) -> list[Json]:
        """The findings, all or those of one rule, as rapport.json has them.

        Raises:
            UsageError: no loaded plugin brings that rule: the list would be empty for ever.
        """
        if regle is not None:
            self.regle(regle)
        return [found for found in self.report["constats"] if regle in {None, found["regle"]}]

    def regle(self, regle: str) -> Json:
        """What became of one rule: `resultat`, `constats`, `raison`.

        Raises:
            UsageError: there is no such rule.
        """
        rules: dict[str, Json] = {one["id"]: one for one in self.report["regles"]}
        return _named(regle, rules, "règle")

    def indicateur(self, finess_et: str, code: str) -> Json:
        """One indicator of one establishment, as rapport.json has it.

        Raises:
            UsageError: the report has no such establishment or indicator.
        """
        establishments: dict[str, Json] = {one["finess_et"]: one for one in self.report["etablissements"]}
        found = _named(finess_et, establishments, "établissement")["indicateurs"]
        rows: dict[str, Json] = {row["code"]: row for row in found}
        return _named(code, rows, "indicateur")

    def exiger_conforme(self, *, cibles: bool = False) -> None:
        """Fail unless the delivery is « conforme » and owes it to no waiver; with `cibles`, unless it reaches them.

        Raises:
            AssertionError: it says what is wrong, where, and what to do.
        """
        __tracebackhide__ = True
        if self.report["verdict"] != "conforme" or self.report["sous_derogations"]:
            raise AssertionError("\n".join(self._why()))
        if cibles and self.report["cibles"] not in {"atteintes", "sans_objet"}:
            raise AssertionError(targets_light(self.report).message)

    def _why(self) -> Iterator[str]:
        yield verdict_light(self.report, self.report).message
        lights = [(one["id"], light) for one, light in rule_lights(self.report, self.rules, LISTED)]
        lights += [
            (f"{one['finess_et']}/{row['code']}", figure_light(row, self.report))
            for one in self.report["etablissements"]
            for row in one["indicateurs"]
        ]
        for name, light in lights:
            if light.kind in {"failure", "error"} or light.waived:
                yield from f"{name} : {block(light)}".split("\n")


class Checker:
    """What the fixture gives: call it with a delivery."""

    def __init__(self, state: State, node: Any) -> None:  # noqa: ANN401 -- any node of pytest
        self._state = state
        self._node = node

    def __repr__(self) -> str:
        return "duicheck"  # as the test calls it: pytest shows what a comparison is made of

    def __call__(  # noqa: PLR0913 -- one argument per setting
        self,
        path: Path | str,
        *,
        texte: str | None = None,
        date_mesure: date | str | None = None,
        premiere_mesure: bool | None = None,
        phase: str | None = None,
        hypotheses: Mapping[str, str] | None = None,
        role: str | None = None,
        mode: str | None = None,
    ) -> Checked:
        """Check a delivery: a folder, a zip, or one file.

        What the call does not say the marker says, then the options of pytest, the environment, `[tool.duicheck]`
        of pyproject.toml, and the manifest.

        Raises:
            DeliveryError: it cannot be opened.
            UsageError, RulebookError, PluginError: it cannot be checked as asked.
        """
        call = {
            "texte": texte,
            "date_mesure": date_mesure,
            "premiere_mesure": premiere_mesure,
            "phase": phase,
            "hypotheses": hypotheses,
            "role": role,
            "mode": mode,
        }
        said = {**self._marked(), **{name: value for name, value in call.items() if value is not None}}
        said["hypotheses"] = {**(self._marked().get("hypotheses") or {}), **(hypotheses or {})}
        if isinstance(said.get("date_mesure"), str):
            said["date_mesure"] = _day(said["date_mesure"])
        asked = self._state.asked(Path(path), said, given=True)
        with listening():
            report = check(asked.path, asked.plugins, asked.options)
        return Checked(asked.path.name, report, asked.plugins.rules)

    def _marked(self) -> dict[str, Any]:
        """What the markers of the test say, the nearest first.

        Raises:
            UsageError: one says what nobody knows.
        """
        said: dict[str, Any] = {}
        for marker in self._node.iter_markers(MARKER):
            if marker.args:
                message = 'marqueur duicheck : nommez chaque valeur, par exemple duicheck(texte="2025-40")'
                raise UsageError(message)
            for name, value in marker.kwargs.items():
                said.setdefault(_named(name, dict.fromkeys(SAID, name), "argument du marqueur duicheck"), value)
        return said


def explained(op: str, left: object, right: object) -> list[str] | None:
    """What a failed comparison with an answer says; None for what is not ours."""
    answer = next((side for side in (left, right) if isinstance(side, Answer)), None)
    if answer is None or op not in _COMPARISONS:
        return None
    return [f"{_bare(left)} {op} {_bare(right)}", *answer.why]


def _bare(value: object) -> str:
    return repr(str(value)) if isinstance(value, Answer) else repr(value)


def _day(text: str) -> date:
    found = read_day(text)
    if found is None:
        message = "date_mesure : il faut une date, par exemple 2025-09-15"
        raise UsageError(message)
    return found


def _named(name: str, known: Mapping[str, Named], what: str) -> Named:
    if name not in known:
        near = difflib.get_close_matches(name, known, 1, 0.55)
        message = f"{what} « {name} » : inconnu du contrôle{f' ; peut-être « {near[0]} »' if near else ''}"
        raise UsageError(message)
    return known[name]
