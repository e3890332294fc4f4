"""The CSV of findings: what a double click opens right, and what no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hostile import FORMULAS, TEXTS, empoisonne
from hypothesis import given
from hypothesis import strategies as st
from rapports import NAMES, load, rapport_entier, render

from duicheck.render.characters import guarded, risky
from duicheck.render.csv import COLUMNS


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_what_a_french_spreadsheet_expects(name: str) -> None:
    content = render("csv", load(name))
    assert content.startswith(b"\xef\xbb\xbfregle;")
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == ";".join(COLUMNS)
    assert lines[-1] == ""
    assert "\n" not in content.decode("utf-8-sig").replace("\r\n", "")
    assert all(None not in row for row in rows(content))


def test_each_finding_is_whole() -> None:
    report = load("sous-derogations")
    found = [row for row in rows(render("csv", report)) if row["resultat"] == "enfreinte"]
    by_place = {(row["regle"], row["fichier"], row["ligne"], row["pointeur"]): row for row in found}
    assert len(found) == len(report["constats"])
    for finding in report["constats"]:
        at = finding["lieu"]
        row = by_place[finding["regle"], at["fichier"] or "", str(at["ligne"] or ""), at["pointeur"] or ""]
        assert row["gravite"] == finding["gravite"]
        assert row["message"].replace("\u00a0", " ") == finding["message"].replace("\u00a0", " ")
        assert json.loads(row["faits"] or "{}") == finding["faits"]
        assert row["remede"]
        if "derogation" in finding:
            assert row["derogation"] == str(finding["derogation"] + 1)
            assert row["motif_derogation"] == report["derogations"][finding["derogation"]]["motif"]


def test_what_was_not_checked_is_a_line_too() -> None:
    """A file with headings only is a promise that nothing was left out."""
    report = load("indetermine")
    undone = {rule["id"] for rule in report["regles"] if rule["resultat"] in {"non_verifiee", "en_erreur"}}
    found = {row["regle"]: row for row in rows(render("csv", report)) if row["resultat"] != "enfreinte"}
    assert set(found) == undone != set()
    assert all(row["message"] for row in found.values())


@pytest.mark.parametrize("text", TEXTS)
def test_no_cell_is_a_formula(text: str) -> None:
    report = empoisonne(rapport_entier().whole_report(), text)
    report["constats"][0]["faits"] = {}
    for row in rows(render("csv", report)):
        for value in row.values():
            assert not risky(value) or value == ""
            assert value[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"}


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_seen_and_kept_readable(text: str) -> None:
    assert risky(text)
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=b", "é", "12", "'=1", "« =1 »", "/lignes/0", "– tiret", "(+1)", " texte"])
def test_plain_text_is_left_alone(text: str) -> None:
    assert guarded(text) == text


@given(st.text())
def test_what_is_guarded_is_no_longer_risky(text: str) -> None:
    assert not risky(guarded(text))
