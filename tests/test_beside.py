"""Parts built beside the rules: the same results, in the same order, whatever goes wrong there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event, current_thread, main_thread

import duckdb
import pytest

from duicheck import check, harness, load_plugins
from duicheck.beside import Beside
from duicheck.engine import run
from duicheck.errors import NotAvailable
from duicheck.findings import Location, Outcome, Severity, Violation
from duicheck.langue import current, speaking
from duicheck.model import Dataset, Journal
from duicheck.report import to_bytes
from duicheck.rules import Rule, reader, rule

LIVRAISONS = Path(__file__).parents[1] / "fixtures" / "livraisons"


@dataclass(frozen=True)
class Here:
    value: int = 1


@dataclass(frozen=True)
class Long:
    value: int


@dataclass(frozen=True)
class After:
    value: int


def declare(name: str, function) -> Rule:
    return rule(name, severity=Severity.ERROR, message="{valeur}", remedy="Corriger.", since="0.1")(function)


def of_long(long: Long) -> Iterator[Violation]:
    yield Violation(Location(), {"valeur": long.value})


def of_after(after: After) -> Iterator[Violation]:
    yield Violation(Location(), {"valeur": after.value})


def of_here(here: Here) -> Iterator[Violation]:
    yield Violation(Location(), {"valeur": here.value})


@reader
def after(long: Long) -> After:
    return After(long.value + 1)


@pytest.fixture
def beside() -> Iterator[Beside]:
    with duckdb.connect(config={"threads": 1}) as connection, Beside(connection) as hands:
        yield hands


def test_what_does_without_it_runs_meanwhile_and_the_order_is_kept(beside: Beside) -> None:
    meanwhile = Event()
    threads = []

    @reader(ahead=True)
    def long(here: Here) -> Long:
        threads.append(current_thread())
        assert meanwhile.wait(timeout=60), "no rule ran while this part was being built"
        return Long(here.value + 1)

    def last_by_its_name(here: Here) -> Iterator[Violation]:
        meanwhile.set()
        yield from ()

    dataset = Dataset({Here: Here()}, readers=[long, after], start=beside.start)
    rules = [declare("a/long", of_long), declare("b/apres", of_after), declare("z/autre", last_by_its_name)]
    results = list(run(dataset, rules))
    assert [(result.rule, result.count) for result in results] == [("a/long", 1), ("b/apres", 1), ("z/autre", 0)]
    assert [result.findings[0].facts for result in results[:2]] == [{"valeur": 2}, {"valeur": 3}]
    assert len(threads) == 1
    assert threads[0] is not main_thread()


def test_it_is_not_built_where_no_rule_needs_it(beside: Beside) -> None:
    @reader(ahead=True)
    def long(here: Here) -> Long:
        raise AssertionError

    dataset = Dataset({Here: Here()}, readers=[long, after], start=beside.start)
    (result,) = run(dataset, [declare("a/ici", of_here)])
    assert result.outcome is Outcome.FAILED
    assert dataset.built(Long) is None


def test_the_language_is_that_of_the_program(beside: Beside) -> None:
    with speaking("en"):
        assert beside.start(current, {})() == "en"


@pytest.mark.parametrize("end", [ZeroDivisionError, SystemExit])
def test_a_crash_there_is_the_result_of_every_rule_that_needs_it(beside: Beside, end: type[BaseException]) -> None:
    calls = []

    @reader(ahead=True)
    def long(here: Here) -> Long:
        calls.append(here)
        raise end

    dataset = Dataset({Here: Here()}, readers=[long, after], start=beside.start)
    results = list(run(dataset, [declare("a/un", of_long), declare("a/deux", of_long), declare("b/ici", of_here)]))
    assert [result.outcome for result in results] == [Outcome.CRASHED, Outcome.CRASHED, Outcome.FAILED]
    assert len(calls) == 1


def test_what_it_lacks_is_said_as_ever(beside: Beside) -> None:
    @reader(ahead=True)
    def long(here: Here) -> Long:
        raise AssertionError

    absent = {Here: NotAvailable("journal : absent", frozenset({"journal"}))}
    dataset = Dataset({}, absent, readers=[long, after], start=beside.start)
    (result,) = run(dataset, [declare("b/apres", of_after)])
    assert (result.outcome, result.missing) == (Outcome.NOT_CHECKED, {"journal"})


@pytest.mark.parametrize("end", [ZeroDivisionError, SystemExit])
def test_a_crash_of_what_it_needs_ends_neither_the_loop_nor_green(beside: Beside, end: type[BaseException]) -> None:
    @reader
    def before(here: Here) -> After:
        raise end(0)

    @reader(ahead=True)
    def long(after: After) -> Long:
        raise AssertionError

    dataset = Dataset({Here: Here()}, readers=[before, long], start=beside.start)
    results = list(run(dataset, [declare("a/long", of_long), declare("b/ici", of_here)]))
    assert [result.outcome for result in results] == [Outcome.CRASHED, Outcome.FAILED]


def test_without_anybody_to_help_it_is_built_when_asked_for() -> None:
    @reader(ahead=True)
    def long(here: Here) -> Long:
        assert current_thread() is main_thread()
        return Long(here.value)

    (result,) = run(Dataset({Here: Here()}, readers=[long]), [declare("a/long", of_long)])
    assert result.outcome is Outcome.FAILED


def test_tables_come_on_a_connection_of_its_own_which_ends_with_it() -> None:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("CREATE TABLE journal AS SELECT 'E1' AS id_evenement, '010000024' AS finess_et")
        journal = Journal(connection, ())
        with Beside(connection) as hands:
            given = hands.start(lambda table, number: (table, table.finess, number), {"table": journal, "number": 3})()
        table, finess, number = given
        assert (finess, number) == (["010000024"], 3)
        assert table.connection is not connection
        with pytest.raises(duckdb.Error, match="closed"):
            table.rows("SELECT 1")
        assert journal.finess == ["010000024"]


@pytest.mark.parametrize(
    ("delivery", "parts"),
    [
        ("petite", {"calcul_de_la_livraison", "donnees_personnelles"}),
        ("petite-decompte", {"calcul_de_la_livraison", "donnees_personnelles"}),
        ("exemple", {"calcul_de_la_livraison", "donnees_personnelles"}),
        ("petite-cda", {"donnees_personnelles"}),
        ("petite-grappe", {"donnees_personnelles"}),
    ],
)
def test_a_report_is_the_same_bytes_with_and_without(
    delivery: str, parts: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plugins = load_plugins()
    started = []
    start = Beside.start
    monkeypatch.setattr(Beside, "start", lambda *given: (started.append(given[1].__name__), start(*given))[1])
    with_it = to_bytes(check(LIVRAISONS / delivery, plugins))
    assert set(started) == parts
    monkeypatch.setattr(harness, "ALONE", 0)
    started.clear()
    assert to_bytes(check(LIVRAISONS / delivery, plugins)) == with_it
    assert started == []


def test_readers_that_need_each_other_are_not_begun_for_ever(beside: Beside) -> None:
    @reader(ahead=True)
    def one(other: After) -> Long:
        return Long(1)

    dataset = Dataset({}, readers=[one, after], start=beside.start)
    limit = sys.getrecursionlimit()
    (result,) = run(dataset, [declare("a/long", of_long)])
    assert result.outcome is Outcome.CRASHED
    assert sys.getrecursionlimit() == limit
