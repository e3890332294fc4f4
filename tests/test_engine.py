"""The loop: five outcomes, and nothing that reads as green without having run to its end."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import get_type_hints

import pytest

from duicheck.engine import PRINTED, run
from duicheck.errors import NotApplicable, NotAvailable, ParameterNotSet, PluginError
from duicheck.findings import Location, Outcome, RuleResult, Severity, Violation
from duicheck.model import Dataset
from duicheck.plugins import load_plugins
from duicheck.rules import Reader, Rule, reader, rule


@dataclass(frozen=True)
class Here:
    value: int = 1


@dataclass(frozen=True)
class Elsewhere:
    value: int = 2


@dataclass(frozen=True)
class Built:
    value: int


def declare(check, name: str = "essai/defaut", message: str = "constat", severity: Severity = Severity.ERROR) -> Rule:
    return rule(name, severity=severity, message=message, remedy="Corriger.", since="0.1")(check)


def judge(check, *parts: object, message: str = "constat", **dataset: object) -> RuleResult:
    known = {type(part): part for part in parts}
    (result,) = run(Dataset(known, **dataset), [declare(check, message=message)])
    return result


def silent(here: Here) -> Iterator[Violation]:
    yield from ()


def loud(here: Here) -> Iterator[Violation]:
    yield Violation(Location("a.csv", 3, "taux"), {"finess_et": "750000001", "nombre": here.value})


def missing_read(here: Here, elsewhere: Elsewhere) -> Iterator[Violation]:
    yield Violation(Location())


# The five outcomes


def test_a_rule_that_yields_nothing_is_passed():
    result = judge(silent, Here())
    assert (result.outcome, result.count, result.reason, result.findings) == (Outcome.PASSED, 0, None, ())


def test_a_rule_that_yields_is_failed_and_its_findings_are_stamped():
    result = judge(loud, Here(7), message="{finess_et} : {nombre} de trop.")
    assert (result.outcome, result.count, result.severity) == (Outcome.FAILED, 1, Severity.ERROR)
    (finding,) = result.findings
    assert finding.rule == "essai/defaut"
    assert finding.message == "750000001 : 7 de trop."
    assert finding.at == Location("a.csv", 3, "taux")
    assert finding.facts == {"finess_et": "750000001", "nombre": 7}
    assert result.touched == {"750000001"}


def test_a_missing_part_is_not_checked_and_names_its_role():
    absent = {Elsewhere: NotAvailable("journal : absent de la livraison", frozenset({"journal"}))}
    result = judge(missing_read, Here(), absent=absent)
    assert (result.outcome, result.count) == (Outcome.NOT_CHECKED, 0)
    assert result.reason == "journal : absent de la livraison"
    assert result.missing == {"journal"}


def test_several_missing_parts_are_all_named():
    absent = {
        Here: NotAvailable("registre : absent", frozenset({"registre"})),
        Elsewhere: NotAvailable("journal : absent", frozenset({"journal"})),
    }
    result = judge(missing_read, absent=absent)
    assert result.missing == {"journal", "registre"}
    assert result.reason == "registre : absent ; journal : absent"


def test_a_part_that_nothing_provides_is_not_checked_and_never_green():
    result = judge(silent)
    assert result.outcome is Outcome.NOT_CHECKED
    assert "Here" in str(result.reason)
    assert result.missing == frozenset()


@pytest.mark.parametrize("refusal", [NotApplicable("le texte ne le demande pas"), ParameterNotSet("cible", "2021")])
def test_a_text_that_does_not_ask_is_not_applicable(refusal):
    def check(here: Here) -> Iterator[Violation]:
        raise refusal

    result = judge(check, Here())
    assert (result.outcome, result.reason) == (Outcome.NOT_APPLICABLE, str(refusal))


def test_not_applicable_and_not_checked_are_not_the_same():
    assert len({outcome.value for outcome in Outcome}) == 5


# Crashes


def test_a_crash_is_the_result_of_that_rule_alone():
    def broken(here: Here) -> Iterator[Violation]:
        yield Violation(Location())
        raise ZeroDivisionError

    rules = [declare(broken, "a/broken"), declare(silent, "b/silent"), declare(loud, "c/loud")]
    results = list(run(Dataset({Here: Here()}), rules))
    assert [result.outcome for result in results] == [Outcome.CRASHED, Outcome.PASSED, Outcome.FAILED]


def test_the_message_of_a_crash_says_where_and_quotes_no_data():
    def broken(here: Here) -> Iterator[Violation]:
        int("DUPONT Marie")
        yield

    result = judge(broken, Here())
    assert result.outcome is Outcome.CRASHED
    assert "ValueError" in result.reason
    assert f"{__name__}.broken" in result.reason
    assert "DUPONT" not in result.reason


@pytest.mark.parametrize("error", [SystemExit(0), MemoryError(), RecursionError(), AssertionError()])
def test_no_error_of_a_rule_leaves_the_loop(error):
    """`sys.exit(0)` in a rule would otherwise end the program green, without a report."""

    def check(here: Here) -> Iterator[Violation]:
        raise error

    assert judge(check, Here()).outcome is Outcome.CRASHED


def test_an_interruption_by_the_user_is_not_swallowed():
    def check(here: Here) -> Iterator[Violation]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge(check, Here())


def test_a_rule_that_forgot_to_yield_crashes():
    def check(here: Here) -> Iterator[Violation]:
        return None

    assert judge(check, Here()).outcome is Outcome.CRASHED


def test_a_message_that_asks_for_an_absent_fact_crashes():
    result = judge(loud, Here(), message="{taux} %")
    assert result.outcome is Outcome.CRASHED
    assert "KeyError" in result.reason


def test_a_crash_in_a_reader_is_the_result_of_every_rule_that_asks():
    calls = []

    def build(here: Here) -> Built:
        calls.append(here)
        raise ZeroDivisionError

    def check(built: Built) -> Iterator[Violation]:
        yield from ()

    dataset = Dataset({Here: Here()}, readers=[reader(build)])
    rules = [declare(check, "a/un"), declare(check, "a/deux"), declare(silent, "b/autre")]
    outcomes = [result.outcome for result in run(dataset, rules)]
    assert outcomes == [Outcome.CRASHED, Outcome.CRASHED, Outcome.PASSED]
    assert len(calls) == 1


def test_readers_that_need_each_other_crash_and_do_not_hang():
    def one(here: Elsewhere) -> Here:
        return Here()

    def other(here: Here) -> Elsewhere:
        return Elsewhere()

    limit = sys.getrecursionlimit()
    result = judge(silent, readers=[reader(one), reader(other)])
    assert result.outcome is Outcome.CRASHED
    assert sys.getrecursionlimit() == limit


# Binding


def test_a_reader_runs_once_and_only_when_asked():
    calls = []

    def build(here: Here) -> Built:
        calls.append(1)
        return Built(here.value)

    def check(built: Built) -> Iterator[Violation]:
        yield Violation(Location(), {"valeur": built.value})

    dataset = Dataset({Here: Here(5)}, readers=[reader(build)])
    assert not calls
    results = list(run(dataset, [declare(check, "a/un"), declare(check, "a/deux")]))
    assert [result.findings[0].facts for result in results] == [{"valeur": 5}, {"valeur": 5}]
    assert len(calls) == 1


def test_a_reader_passes_on_why_its_own_part_is_missing():
    def build(here: Here) -> Built:
        return Built(here.value)

    def check(built: Built) -> Iterator[Violation]:
        yield from ()

    absent = {Here: NotAvailable("journal : absent", frozenset({"journal"}))}
    result = judge(check, absent=absent, readers=[reader(build)])
    assert (result.outcome, result.missing) == (Outcome.NOT_CHECKED, {"journal"})


@pytest.mark.parametrize("refusal", [NotAvailable("absent"), NotApplicable("pas demandé")])
def test_an_optional_part_that_cannot_be_had_is_none(refusal):
    def check(here: Here, elsewhere: Elsewhere | None) -> Iterator[Violation]:
        yield Violation(Location(), {"absente": elsewhere is None})

    assert judge(check, Here(), absent={Elsewhere: refusal}).findings[0].facts == {"absente": True}
    assert judge(check, Here(), Elsewhere()).findings[0].facts == {"absente": False}


def test_an_optional_part_whose_reader_crashes_is_a_crash():
    """None would hide a bug of ours as a missing file."""

    def build(here: Here) -> Built:
        raise ZeroDivisionError

    def check(built: Built | None) -> Iterator[Violation]:
        yield from ()

    assert judge(check, Here(), readers=[reader(build)]).outcome is Outcome.CRASHED


def test_a_list_of_parts_is_a_part_and_not_an_optional_one():
    def build(here: Here) -> list[Built]:
        return [Built(here.value)]

    def check(built: list[Built]) -> Iterator[Violation]:
        yield Violation(Location(), {"nombre": built[0].value})

    (without,) = run(Dataset({Here: Here(3)}), [declare(check)])
    assert without.outcome is Outcome.NOT_CHECKED
    (found,) = run(Dataset({Here: Here(3)}, readers=[reader(build)]), [declare(check)])
    assert found.findings[0].facts == {"nombre": 3}


def test_a_parameter_without_a_type_is_refused_at_declaration():
    def check(here) -> Iterator[Violation]:
        yield from ()

    with pytest.raises(PluginError, match="« here » n'a pas de type"):
        declare(check)


def test_a_reader_without_a_return_type_is_refused_at_declaration():
    def build(here: Here):
        return Built(here.value)

    with pytest.raises(PluginError, match="le type rendu n'est pas annoncé"):
        reader(build)


def test_what_is_read_is_what_the_annotations_say_however_they_are_written():
    def plain(here: Here, *, elsewhere: Elsewhere) -> Iterator[Violation]:
        yield from ()

    def written(here: Here, elsewhere: Elsewhere | None, built: list[Built]) -> Iterator[Violation]:
        yield from ()

    def evaluated(here, elsewhere):
        yield from ()

    evaluated.__annotations__ = {"here": Here, "elsewhere": Elsewhere | None}

    @functools.wraps(plain)
    def wrapped(**parts):
        yield from plain(**parts)

    assert list(declare(plain).reads.items()) == [("here", Here), ("elsewhere", Elsewhere)]
    assert declare(written).reads == {"here": Here, "elsewhere": Elsewhere | None, "built": list[Built]}
    assert declare(evaluated).reads == {"here": Here, "elsewhere": Elsewhere | None}
    assert declare(wrapped).reads == declare(plain).reads


def test_a_parameter_whose_type_is_not_imported_is_refused_at_declaration():
    def check(here: Here, unknown: Unknown) -> Iterator[Violation]:  # noqa: F821 -- that is the point
        yield from ()

    with pytest.raises(NameError, match="Unknown"):
        declare(check)


def test_what_our_rules_read_is_what_python_says_of_their_annotations():
    plugins = load_plugins()
    for each in [*plugins.rules.values(), *plugins.readers]:
        function = each.check if isinstance(each, Rule) else each.build
        hints = get_type_hints(function)
        provides = hints.pop("return")
        assert each.reads == hints
        assert isinstance(each, Rule) or each.provides is provides


@pytest.mark.parametrize("name", ["", "defaut", "Essai/defaut", "essai/défaut", "essai/a/b", "essai/", "essai/-a"])
def test_a_malformed_id_is_refused_at_declaration(name):
    with pytest.raises(PluginError, match="identifiant de règle"):
        declare(silent, name)


def test_a_reader_is_told_by_what_it_provides():
    def build(here: Here) -> Built:
        return Built(here.value)

    assert reader(build) == Reader(Built, build, {"here": Here})


# Order, cap, words


def test_a_retired_rule_never_runs_and_names_what_replaces_it():
    words = {"severity": Severity.ERROR, "message": "constat", "remedy": "Corriger.", "since": "0.1"}
    retired = rule("essai/ancienne", **words, replaced_by="essai/nouvelle")(loud)
    (result,) = run(Dataset({Here: Here()}), [retired])
    assert (result.outcome, result.count) == (Outcome.NOT_APPLICABLE, 0)
    assert result.reason == "règle retirée ; essai/nouvelle la remplace"
    with pytest.raises(PluginError, match="« nouvelle »"):
        rule("essai/ancienne", **words, replaced_by="nouvelle")


def test_results_come_one_per_rule_sorted_by_id():
    names = ["b/z", "a/z", "a/b", "c/a"]
    results = list(run(Dataset({Here: Here()}), [declare(silent, name) for name in names]))
    assert [result.rule for result in results] == sorted(names)


@pytest.mark.parametrize(("printed", "kept"), [(0, 0), (3, 3), (50, 20)])
def test_the_cap_is_on_what_is_kept_never_on_the_count(printed, kept):
    def check(here: Here) -> Iterator[Violation]:
        for number in range(20):
            yield Violation(Location(line=number), {"finess_et": f"75000000{number % 7}"})

    (result,) = run(Dataset({Here: Here()}), [declare(check)], printed=printed)
    assert (result.outcome, result.count, len(result.findings)) == (Outcome.FAILED, 20, kept)
    assert [finding.at.line for finding in result.findings] == list(range(kept))
    assert len(result.touched) == 7


def test_a_thousand_findings_of_a_rule_are_printed():
    assert PRINTED == 1_000


@pytest.mark.parametrize(
    ("fact", "shown"),
    [
        (None, "(vide)"),
        (True, "oui"),
        (False, "non"),
        (12, "12"),
        (83.65, "83,65"),
        (date(2025, 9, 5), "05/09/2025"),
        ("{finess_et}", "{finess_et}"),
    ],
)
def test_facts_are_shown_as_a_french_reader_expects(fact, shown):
    def check(here: Here) -> Iterator[Violation]:
        yield Violation(Location(), {"fait": fact})

    assert judge(check, Here(), message="[{fait}]").findings[0].message == f"[{shown}]"


def test_a_rule_knows_its_own_documentation():
    def check(here: Here) -> Iterator[Violation]:
        """Un défaut.

        Source : ici.
        """
        yield from ()

    declared = declare(check)
    assert declared.title == "Un défaut"
    assert declared.doc == "Un défaut.\n\nSource : ici."
