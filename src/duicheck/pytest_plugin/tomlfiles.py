"""`*.duicheck.toml`: cases of rules, or a delivery to check with the answers that are expected."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import pytest

from duicheck.bundle.tomlfile import position, sentences, without_dates
from duicheck.errors import DuicheckError
from duicheck.formats.tomllines import line_of
from duicheck.langue import phrase
from duicheck.pytest_plugin.nodes import LISTED, lights_of
from duicheck.pytest_plugin.words import Red, block
from duicheck.render.french import sentence, typography
from duicheck.render.lights import rule_lights, targets_light, verdict_light

if TYPE_CHECKING:
    from collections.abc import Callable

    from duicheck.pytest_plugin.state import Asked, State
    from duicheck.testing import Case

__all__ = ["TomlFile"]

Json = Mapping[str, Any]

_SETTINGS: Final = (
    "texte",
    "date_mesure",
    "premiere_mesure",
    "phase",
    "role",
    "hypotheses",
    "exiger_cibles",
    "strict",
)


class TomlFile(pytest.File):
    """A file of cases, told by its key `cas`, or a delivery to check, told by `livraison`."""

    def __init__(self, *, state: State, **kwargs: Any) -> None:  # noqa: ANN401 -- pytest's
        super().__init__(**kwargs)
        self._state = state

    def collect(self) -> Iterator[pytest.Item]:
        """The tests of the file.

        Raises:
            CollectError: it cannot be used; the sentence gives the line and the key.
        """
        text = self._text()
        try:
            content = without_dates(tomllib.loads(text))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            self._refuse(f"{self.path.name}{position(error)} : ce n'est pas du TOML lisible")
        if ("cas" in content) == ("livraison" in content):
            self._refuse(
                f"{self.path.name}, ligne 1 : il faut soit « livraison » (une livraison à contrôler), "
                "soit « cas » (les cas d'une règle)"
            )
        kind = "cas" if "cas" in content else "controle"
        if found := sentences(self.path.name, text, content, kind):
            self._refuse("\n".join(found))
        yield from self._cases() if kind == "cas" else self._control(content, text)

    def _text(self) -> str:
        try:
            return self.path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            self._refuse(f"{self.path.name} : ce n'est pas du texte UTF-8 ; enregistrez-le en UTF-8")
        except OSError as error:
            self._refuse(f"{self.path.name} : lecture impossible ({error.strerror})")

    def _refuse(self, message: str) -> NoReturn:
        raise self.CollectError(typography(message))

    def _cases(self) -> Iterator[pytest.Item]:
        from duicheck.testing import load_cases  # noqa: PLC0415 -- not for a control

        try:
            cases = load_cases(self.path)
        except DuicheckError as error:
            self._refuse(str(error))
        for case in cases:
            run = partial(_run_case, case)
            properties = {"regle": case.regle, "attendu": case.attendu.value}
            yield _Expectation.from_parent(self, name=case.nom.replace("::", ":"), run=run, properties=properties)

    def _control(self, content: Json, text: str) -> Iterator[pytest.Item]:
        said = {name: content[name] for name in _SETTINGS if name in content}
        if "date_mesure" in said:
            said["date_mesure"] = date.fromisoformat(said["date_mesure"])
        try:
            asked = self._state.asked((self.path.parent / content["livraison"]).resolve(), said, given=True)
            rules = asked.plugins.rules
        except DuicheckError as error:
            self._refuse(f"{self.path.name} : {error}")
        expected = content.get("attendu")
        if expected is None:
            yield from lights_of(self, asked, self._state.result(asked))
            return
        if "exiger_cibles" in content:
            line = line_of(text, ("exiger_cibles",))
            self._refuse(f"{self.path.name}, ligne {line} : exiger_cibles : avec « attendu », dites attendu.cibles")
        for rule in expected.get("regles", ()):
            if rule not in rules:
                near = difflib.get_close_matches(rule, rules, 1, 0.55)
                line = line_of(text, ("attendu", "regles", rule))
                hint = f", peut-être « {near[0]} »" if near else ""
                self._refuse(f"{self.path.name}, ligne {line} : attendu.regles : règle « {rule} » inconnue{hint}")
        for name in ("verdict", "cibles"):
            if name in expected:
                run = partial(self._answer, asked, name, expected[name])
                yield _Expectation.from_parent(self, name=name, run=run, properties={"attendu": expected[name]})
        for rule, outcome in expected.get("regles", {}).items():
            run = partial(self._outcome, asked, rule, outcome)
            properties = {"regle": rule, "gravite": rules[rule].severity.value, "attendu": outcome}
            yield _Expectation.from_parent(self, name=rule, run=run, properties=properties)

    def _report(self, asked: Asked) -> Json:
        result = self._state.result(asked)
        if result.report is None:
            raise Red(sentence(phrase(result.sentence)))
        return result.report

    def _answer(self, asked: Asked, name: str, expected: str) -> None:
        report = self._report(asked)
        if report[name] != expected:
            light = verdict_light(report, report) if name == "verdict" else targets_light(report)
            raise Red(_unexpected(name, expected, report[name], block(light)))

    def _outcome(self, asked: Asked, rule: str, expected: str) -> None:
        report = self._report(asked)
        (one, light) = next(pair for pair in rule_lights(report, asked.plugins.rules, LISTED) if pair[0]["id"] == rule)
        if one["resultat"] != expected:
            raise Red(_unexpected(rule, expected, one["resultat"], block(light)))


class _Expectation(pytest.Item):
    """One expected answer, or one case."""

    def __init__(self, *, run: Callable[[], None], properties: Mapping[str, object], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self._run = run
        self.user_properties += properties.items()
        self.add_marker("duicheck")

    def runtest(self) -> None:
        """Compare.

        Raises:
            Red: something else was found.
        """
        self._run()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401
        """Our own words for what is red."""
        if isinstance(excinfo.value, Red):
            return excinfo.value.shown()
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the test stands."""
        return self.path, 0, self.name


def _run_case(case: Case) -> None:
    from duicheck.testing import assert_case  # noqa: PLC0415 -- not for a control

    try:
        assert_case(case)
    except (AssertionError, DuicheckError) as error:
        raise Red(str(error)) from None


def _unexpected(name: str, expected: str, found: str, why: str) -> str:
    head = typography(f"{name} : attendu {expected}, obtenu {found}")
    return "\n".join([head, *(f"  {line}" for line in why.split("\n") if line)])
