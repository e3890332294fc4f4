"""Two reports compared: nothing is passed over, and what only moved is not new."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duicheck.difference import compare_reports
from duicheck.errors import UsageError
from duicheck.past import precedent, read_report

GOLDEN = Path(__file__).parents[1] / "fixtures" / "golden"
REPORT: dict[str, Any] = json.loads((GOLDEN / "non-conforme.json").read_text(encoding="utf-8"))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if steps is None:
        return [path]
    return [found for step, inner in steps for found in leaves(inner, (*path, step))]


def changed(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    report = copy.deepcopy(REPORT)
    place = report
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return report


def only(difference: dict[str, Any]) -> dict[str, Any]:
    (change,) = difference["changements"]
    return change


def test_a_report_is_what_it_is() -> None:
    found = compare_reports(REPORT, copy.deepcopy(REPORT))
    assert (found["identiques"], found["changements"], found["constats"]) == (True, [], {})


@given(path=st.sampled_from(leaves(REPORT)), value=st.sampled_from(["autre", 424_242, None, {}]))
def test_no_change_is_passed_over(path: tuple[Any, ...], value: Any) -> None:
    value = "autre" if path[-1] == "regle" else value  # by the schema, a finding names its rule
    other = changed(path, value)
    found = compare_reports(REPORT, other)
    assert found["identiques"] == (other == REPORT)
    back = compare_reports(other, REPORT)
    assert back["identiques"] == found["identiques"]
    assert len(back["changements"]) == len(found["changements"])


def test_true_is_not_one() -> None:
    path = next(path for path in leaves(REPORT) if path[-1] == "conforme")
    yes: Any = True
    assert not compare_reports(changed(path, yes), changed(path, 1))["identiques"]


def test_the_order_of_named_items_says_nothing() -> None:
    other = copy.deepcopy(REPORT)
    for name in ("regles", "etablissements", "constats"):
        other[name].reverse()
    assert compare_reports(REPORT, other)["identiques"]


def test_a_figure_is_read_whole() -> None:
    one = REPORT["etablissements"][0]
    row = one["indicateurs"][0]
    other = copy.deepcopy(REPORT)
    other["etablissements"][0]["indicateurs"][0]["exporte"]["numerateur"] += 1
    assert only(compare_reports(REPORT, other)) == {
        "section": "etablissements",
        "cle": [one["finess_et"], row["code"]],
        "champ": "exporte",
        "changement": "change",
        "avant": row["exporte"],
        "apres": {**row["exporte"], "numerateur": row["exporte"]["numerateur"] + 1},
    }


def test_a_rule_and_an_establishment_appear_and_disappear() -> None:
    other = copy.deepcopy(REPORT)
    rule, one = other["regles"].pop(), other["etablissements"].pop(0)
    found = {(change["section"], *change["cle"]): change for change in compare_reports(REPORT, other)["changements"]}
    assert found["regles", rule["id"]]["changement"] == "disparu"
    assert found["etablissements", one["finess_et"]]["avant"] == one
    back = compare_reports(other, REPORT)["changements"]
    assert {change["changement"] for change in back} == {"apparu"}


def test_a_property_of_a_later_version_is_compared_too() -> None:
    assert only(compare_reports(REPORT, {**REPORT, "nouveau": {"a": 1}}))["section"] == "nouveau"


def test_findings_appear_disappear_and_move() -> None:
    first = REPORT["constats"][0]
    other = copy.deepcopy(REPORT)
    other["constats"][0]["lieu"]["ligne"] = 9_999
    found = compare_reports(REPORT, other)
    assert found["constats"] == {first["regle"]: {"apparus": [], "disparus": [], "deplaces": 1}}
    assert not found["identiques"]
    other = copy.deepcopy(REPORT)
    gone = other["constats"].pop(0)
    assert compare_reports(REPORT, other)["constats"][first["regle"]]["disparus"] == [gone]
    twice = {**REPORT, "constats": [first, *REPORT["constats"]]}
    assert compare_reports(REPORT, twice)["constats"][first["regle"]]["apparus"] == [first], "twins are counted"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "n'existe pas"),
        ("finess_et;indicateur\n", "pas un fichier JSON lisible"),
        ('{"format": 1}', "/duicheck : il faut"),
        ("[]", "n'est pas un rapport de duicheck"),
        (json.dumps({**REPORT, "verdict": "parfait"}), "/verdict"),
    ],
    ids=["absent", "csv", "incomplet", "liste", "verdict"],
)
def test_what_is_no_report_is_said_in_one_sentence(content: str | None, words: str, tmp_path: Path) -> None:
    path = tmp_path / "rapport.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=words) as refusal:
        read_report(path)
    assert "\n" not in str(refusal.value)
    assert str(path) in str(refusal.value)


def test_an_earlier_report_says_its_figures() -> None:
    found = precedent(read_report(GOLDEN / "non-conforme.json"))
    one = REPORT["etablissements"][0]
    row = one["indicateurs"][0]
    assert found.texte == REPORT["texte"]["id"]
    assert found.date_mesure.isoformat() == REPORT["date_mesure"]
    assert [day.isoformat() for day in found.jours or ()] == list(REPORT["fenetre"].values())
    assert found.exportes[one["finess_et"], row["code"]].numerateur == row["exporte"]["numerateur"]
    assert found.hypotheses.keys() == REPORT["hypotheses"].keys()
