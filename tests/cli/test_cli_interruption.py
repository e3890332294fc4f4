"""Ctrl-C, whatever DuckDB makes of it: the program stops, says so, and judges nothing."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from duicheck import harness
from duicheck.cli.program import run
from duicheck.engine import run as judge
from duicheck.findings import Outcome, RuleResult, Severity, Violation
from duicheck.harness import Options
from duicheck.interruption import listening, pressed
from duicheck.model import Dataset
from duicheck.pytest_plugin import state
from duicheck.pytest_plugin.checked import Checker
from duicheck.report import to_bytes
from duicheck.rules import Rule, reader, rule


class Part:
    """What a reader builds."""


def press_in_a_query() -> None:
    """What DuckDB does: it looks at the signals in the middle of a query, and raises its own error."""
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        message = "Query interrupted"
        raise RuntimeError(message) from None


@pytest.fixture(autouse=True)
def nothing_pressed() -> Iterator[None]:
    yield
    with listening():
        assert not pressed(), "it is forgotten at the beginning of the next run"


def test_ctrl_c_is_noted_and_raises_as_usual() -> None:
    with pytest.raises(KeyboardInterrupt), listening():
        signal.raise_signal(signal.SIGINT)
    assert pressed()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_handler_of_somebody_else_stays() -> None:
    seen: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: seen.append(number))
    try:
        with listening():
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
    assert seen == [signal.SIGINT]
    assert not pressed()


def close_in_use() -> None:
    """What closing a connection does while a thread still uses it."""
    message = "connection is busy"
    raise RuntimeError(message)


def swallow() -> None:
    with suppress(RuntimeError):
        press_in_a_query()


def swallow_and_close() -> None:
    swallow()
    close_in_use()


@pytest.mark.parametrize("what", [press_in_a_query, swallow, swallow_and_close])
def test_whatever_it_becomes_it_leaves_as_ctrl_c(what: Callable[[], None]) -> None:
    with pytest.raises(KeyboardInterrupt), listening():
        what()
    with pytest.raises(RuntimeError, match="busy"), listening():
        close_in_use()
    assert not pressed()


def test_a_thread_may_run_the_program() -> None:
    found: list[bool] = []

    def elsewhere() -> None:
        with listening():
            found.append(pressed())

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert found == [False]


@pytest.fixture
def interrupted() -> Rule:
    @rule("essai/interrompue", severity=Severity.ERROR, message="", remedy="", since="0.1")
    def essai() -> Iterator[Violation]:
        """Une règle que Ctrl-C atteint au milieu d'une requête."""
        press_in_a_query()
        yield from ()

    assert isinstance(essai, Rule)
    return essai


def test_an_interrupted_rule_has_not_crashed_and_no_other_runs(interrupted: Rule) -> None:
    results: list[RuleResult] = []
    with pytest.raises(KeyboardInterrupt), listening():
        results.extend(judge(Dataset({}), [interrupted]))
    assert results == []


def test_nor_is_a_part_of_the_report_missing() -> None:
    """It stops there: what is written afterwards would lack that part."""

    @reader
    def lire() -> Part:
        press_in_a_query()
        return Part()

    reached: list[Part | None] = []

    def ask() -> None:
        reached.append(harness._quietly(Dataset({}, readers=[lire]), Part))

    with pytest.raises(KeyboardInterrupt), listening():
        ask()
    assert reached == []
    with listening():
        assert harness._quietly(Dataset({}), Part) is None


def test_the_fixture_of_pytest_stops_too(
    request: pytest.FixtureRequest, petite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker = Checker(state.State(request.config), request.node)
    assert checker(petite).verdict == "conforme"
    monkeypatch.setattr("duicheck.harness.build_report", lambda **_: press_in_a_query())
    with pytest.raises(KeyboardInterrupt):
        checker(petite)


def test_where_nobody_listens_it_is_never_green(interrupted: Rule) -> None:
    (result,) = judge(Dataset({}), [interrupted])
    assert result.outcome is Outcome.CRASHED


@pytest.mark.parametrize("where", ["duicheck.harness.run", "duicheck.harness.build_report", "duicheck.harness.resolve"])
def test_the_program_says_that_it_was_interrupted(
    where: str, petite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def query(*_: Any, **__: Any) -> None:
        press_in_a_query()

    monkeypatch.setattr(where, query)
    report = tmp_path / "rapport.json"
    assert run(["check", str(petite), "--output", f"json={report}"]) == 130
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.strip() == "Interrompu."
    assert not report.exists()


def test_an_interruption_that_somebody_swallowed_is_no_success(
    petite: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written = to_bytes

    def swallowing(report: Any) -> bytes:
        with suppress(RuntimeError):
            press_in_a_query()
        return written(report)

    monkeypatch.setattr("duicheck.report.to_bytes", swallowing)
    assert run(["check", str(petite), "--format", "json"]) == 130
    assert capsys.readouterr().err.strip() == "Interrompu."


def test_an_error_of_ours_is_still_one(
    petite: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("duicheck.harness.build_report", broken)
    assert run(["check", str(petite)]) == 70
    assert "erreur interne" in capsys.readouterr().err


def test_the_plugin_of_pytest_stops_too(petite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("duicheck.harness.build_report", lambda **_: press_in_a_query())
    with pytest.raises(KeyboardInterrupt):
        state.run(state.Asked(petite, None, Options()))
