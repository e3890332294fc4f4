"""JUnit XML: valid for the readers in use; red if and only if the verdict is not « conforme »."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hostile import TEXTS, empoisonne
from lxml import etree
from rapports import NAMES, load, rapport_entier, render, truque

from duicheck.render.junit import LISTED


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(Path(__file__).with_name("junit.xsd")))


def cases(report: dict[str, Any]) -> dict[tuple[str, str], tuple[str, str, str]]:
    """(suite, test) -> (outcome, message, text)."""
    found = {}
    for suite in etree.fromstring(render("junit", report)):
        for case in suite.iter("testcase"):
            outcome = case[0] if len(case) else None
            shown = ("passed", "", "") if outcome is None else (outcome.tag, outcome.get("message"), outcome.text or "")
            found[suite.get("name").removeprefix("duicheck."), case.get("name")] = shown
    return found


def outcome(report: dict[str, Any], suite: str, name: str) -> str:
    return cases(report)[suite, name][0]


def assert_valid(content: bytes) -> None:
    document = etree.fromstring(content)
    assert schema().validate(document), schema().error_log
    for suite in document:
        for kind, counted in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert int(suite.get(counted)) == len(suite.findall(f"testcase/{kind}"))
        assert int(suite.get("tests")) == len(suite.findall("testcase"))
    assert [suite.get("id") for suite in document] == [str(rank) for rank in range(len(document))]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_valid(name: str) -> None:
    for report in (load(name), truque(load(name))):
        assert_valid(render("junit", report))


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_names_leave_it_valid(text: str) -> None:
    for report in (load("sous-derogations"), rapport_entier().whole_report()):
        assert_valid(render("junit", empoisonne(report, text)))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_red_if_and_only_if_the_verdict_is_not_conforme(name: str) -> None:
    report = load(name)
    kinds = {kind for kind, _message, _text in cases(report).values()}
    assert bool(kinds & {"failure", "error"}) == (report["verdict"] != "conforme")


def test_one_test_per_rule_and_per_figure() -> None:
    report = load("non-conforme")
    found = cases(report)
    assert {name for suite, name in found if suite == "regles"} == {rule["id"] for rule in report["regles"]}
    for one in report["etablissements"]:
        codes = {name for suite, name in found if suite == f"etablissement.{one['finess_et']}"}
        assert codes == {"verdict", *(row["code"] for row in one["indicateurs"])}


def test_what_was_not_checked_is_red_while_it_opens_the_verdict_and_never_green() -> None:
    report = load("indetermine")
    report["regles"] = [{k: v for k, v in rule.items() if k != "laisse_ouvert"} for rule in report["regles"]]
    undone = [rule["id"] for rule in report["regles"] if rule["resultat"] == "non_verifiee"]
    assert undone
    for verdict, wanted in (("indetermine", "error"), ("conforme", "skipped"), ("non_conforme", "skipped")):
        found = cases({**report, "verdict": verdict})
        for rule in undone:
            kind, message, _text = found["regles", rule]
            assert kind == wanted
            assert message
    told = [
        {**rule, "laisse_ouvert": rule["id"] == undone[0]} if rule["id"] in undone else rule
        for rule in report["regles"]
    ]
    found = cases({**report, "regles": told})
    kinds = {rule: found["regles", rule][0] for rule in undone}
    assert kinds == {rule: "error" if rule == undone[0] else "skipped" for rule in undone}, "an older report tells none"


@pytest.mark.parametrize("verdict", ["conforme", "non_conforme", "indetermine"])
def test_a_crash_is_always_red(verdict: str) -> None:
    report = load("conforme") | {"verdict": verdict}
    report["regles"][0] |= {"resultat": "en_erreur", "raison": "division par zéro dans regle.py, ligne 3"}
    kind, message, _text = cases(report)["regles", report["regles"][0]["id"]]
    assert kind == "error"
    assert "ivision par zéro" in message


def test_what_the_text_does_not_ask_is_skipped_with_its_reason() -> None:
    report = load("conforme")
    found = cases(report)
    for rule in report["regles"]:
        if rule["resultat"] == "sans_objet":
            kind, message, _text = found["regles", rule["id"]]
            assert kind == "skipped"
            assert len(message) > 10


def test_waivers_and_warnings_are_not_red() -> None:
    report = load("sous-derogations")
    found = cases(report)
    assert found["verdict", "verdict"][0] == "skipped", "conforme thanks to waivers is not green"
    kind, message, text = found["regles", "indicateurs/etablissement-manquant"]
    assert kind == "skipped"
    assert "dérogation" in message
    assert "970302303" in text
    content = render("junit", report).decode("utf-8")
    assert found["regles", "livraison/derogation-echue"][0] == "passed"
    assert "livraison/derogation-echue [avertissement]" in content, "said beside the tests"


def test_errors_that_no_waiver_covers_stay_red() -> None:
    report = load("sous-derogations")
    rule = next(rule for rule in report["regles"] if rule["id"] == "indicateurs/etablissement-manquant")
    rule["constats"] += 1
    assert outcome(report, "regles", rule["id"]) == "failure"


@pytest.mark.parametrize(
    ("cibles", "wanted"),
    [("atteintes", "passed"), ("non_atteintes", "skipped"), ("indeterminees", "skipped"), ("sans_objet", "skipped")],
)
def test_targets_do_not_judge_the_delivery(cibles: str, wanted: str) -> None:
    assert outcome({**load("conforme"), "cibles": cibles}, "verdict", "cibles") == wanted


def test_a_figure_that_differs_says_both_and_what_explains_it() -> None:
    report = load("non-conforme")
    kind, message, text = cases(report)["etablissement.970302287", "dossiers_actifs"]
    assert kind == "failure"
    assert "9/10" in message
    assert "8/9" in message
    row = next(one for one in report["etablissements"] if one["finess_et"] == "970302287")["indicateurs"][0]
    assert text.count("\n") == len(row["explications"]) - 1


def test_many_findings_are_counted() -> None:
    report = load("non-conforme")
    finding = next(one for one in report["constats"] if one["gravite"] == "erreur")
    rule = next(rule for rule in report["regles"] if rule["id"] == finding["regle"])
    report["constats"] += [finding] * 2_000
    rule["constats"] += 5_000
    _kind, _message, text = cases(report)["regles", rule["id"]]
    assert text.count("\n") == LISTED + 1
    assert f"{rule['constats'] - LISTED:,}".replace(",", "\u00a0") in text


def test_a_finding_whose_rule_is_not_listed_is_red() -> None:
    report = load("conforme")
    report["constats"] = [one for one in load("non-conforme")["constats"] if one["gravite"] == "erreur"][:1]
    report["regles"] = [rule for rule in report["regles"] if rule["id"] != report["constats"][0]["regle"]]
    assert outcome(report, "regles", report["constats"][0]["regle"]) == "failure"
