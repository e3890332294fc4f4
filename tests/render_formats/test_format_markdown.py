"""The comment of a merge request: what a forge shows, and what no name in it can make it do."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from chiffres import lire_markdown, rendu
from hostile import TEXTS, empoisonne
from hypothesis import given, settings
from hypothesis import strategies as st
from rapports import NAMES, load, rapport_entier, render

from duicheck.render.characters import one_line
from duicheck.render.french import counted
from duicheck.render.markdown.comment import LIMIT
from duicheck.render.markdown.escape import LONGEST, code, plain, summary
from duicheck.render.undone import undone

OURS = {"html", "head", "body", "h2", "h3", "p", "strong", "code", "table", "thead", "tbody", "tr", "th", "td"}
OURS |= {"details", "summary", "ul", "ol", "li", "hr"}


def comment(report: dict[str, Any]) -> str:
    return render("markdown", report).decode("utf-8")


def shape(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The elements of a comment as shown, in order, with the names of their attributes."""
    return [(element.tag, tuple(sorted(element.keys()))) for element in rendu(text).iter()]


@pytest.mark.parametrize("name", NAMES)
def test_verdict_and_targets_come_first(name: str) -> None:
    report = load(name)
    text = comment(report)
    found = lire_markdown(text.encode("utf-8"))
    assert found.verdict == (report["verdict"], report["sous_derogations"])
    first = text.split("\n\n")[:3]
    assert first[0].startswith("## ")
    assert "CIBLE" in first[2]
    assert text.rstrip().endswith("Document non signé\u00a0: rapport.json fait foi.")
    assert {tag for tag, _attributes in shape(text)} <= OURS


@pytest.mark.parametrize("name", NAMES)
def test_what_was_not_checked_is_named(name: str) -> None:
    report = load(name)
    page = rendu(comment(report))
    codes = {element.text for element in page.iter("code")}
    assert {rule["id"] for rule in report["regles"] if rule["resultat"] == "en_erreur"} <= codes
    shown = " ".join("".join(page.itertext()).split())
    for group in undone(report):
        assert counted(len(group.rules), "règle").replace("\u00a0", " ") in shown.replace("\u00a0", " ")
        if group.awaited:
            assert set(group.rules) <= codes


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_names_change_no_element(text: str) -> None:
    """The comment has the elements that it has with a plain word in the same places, and no others."""
    for report in (load("non-conforme"), load("sous-derogations"), load("indetermine")):
        assert shape(comment(empoisonne(report, text))) == shape(comment(empoisonne(report, "mot")))


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_names_are_still_read(text: str) -> None:
    page = rendu(comment(empoisonne(load("non-conforme"), text)))
    shown = re.sub(r"[\s\u2060\u00a0]", "", "".join(page.itertext()))
    wanted = re.sub(r"[\s\u2060\u00a0]", "", one_line(text))
    assert shown.count(wanted) > 10


REFERENCE = re.compile(r"[@#!%~&$]\w|:[^\W\d]|://|www\.")


@pytest.mark.parametrize("text", TEXTS)
def test_nobody_is_mentioned_and_nothing_linked(text: str) -> None:
    page = rendu(comment(empoisonne(load("non-conforme"), text)))
    for element in page.iter():
        own = [element.text or "", *(child.tail or "" for child in element)]
        if element.tag != "code":  # forges look for no reference in code
            assert not [piece for piece in own if REFERENCE.search(piece)], element.tag


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("a1 \\`*_[]()<>&|~#@$!%^{}-+=.:;'\"/\n\r\t«é\u00a0"), max_size=30))
def test_any_text_is_shown_as_it_is(text: str) -> None:
    wanted = re.sub(r"[\s\u00a0]+", " ", text).strip()
    for markup, lead in (("- ", ""), ("Voir ", "Voir "), ("**a** ", "a ")):
        page = rendu(f"{markup}{plain(text)}")
        body = page.find("body")
        assert {element.tag for element in body.iter()} <= {"body", "p", "ul", "li", "strong"}
        shown = re.sub(r"[\s\u00a0]+", " ", "".join(body.itertext()).replace("\u2060", "")).strip()
        assert shown == f"{lead}{wanted}".strip()
    page = rendu(f"<details><summary>{summary(text)}</summary>\n\nfin\n\n</details>")
    assert [element.tag for element in page.find("body").iter()] == ["body", "details", "summary", "p"]
    spans = list(rendu(f"x {code(text)} y").iter("code"))
    assert len(spans) == 1
    assert re.sub(r"[\s\u00a0]+", " ", spans[0].text or "").strip() == wanted


def test_a_long_text_is_cut() -> None:
    assert plain("é" * 5_000) == "é" * LONGEST + "…"


def _large(findings: int, places: int) -> dict[str, Any]:
    report = load("non-conforme")
    one = report["etablissements"][1]
    report["etablissements"] = []
    for number in range(places):
        report["etablissements"].append({**copy.deepcopy(one), "finess_et": f"97{number:07}"})
    model = report["constats"][0]
    for number in range(findings):
        rule = f"essai/regle-{chr(97 + number // 26 % 26)}{chr(97 + number % 26)}"
        finding = {**copy.deepcopy(model), "regle": rule, "message": "é" * 500}
        report["constats"] += [finding] * 4
        report["regles"].append({"id": rule, "resultat": "enfreinte", "constats": 4, "raison": None})
    return report


def test_a_comment_too_long_is_cut_between_parts_and_says_what_is_missing() -> None:
    report = _large(120, 300)
    content = render("markdown", report)
    assert len(content) <= LIMIT
    text = content.decode("utf-8")
    found = lire_markdown(content)
    cut = re.search(r"Commentaire coupé.* il y manque (.*)\. Tout est dans rapport\.json", text)
    assert cut is not None
    tables, rules = (int(re.sub(r"\D", "", part)) for part in re.findall(r"[\d\u00a0]+ (?:tableau|règle)", cut[1]))
    assert tables + len(found.etablissements) == 300
    assert rules + len(found.constats) == len({finding["regle"] for finding in report["constats"]})
    assert len(found.etablissements) > 10
    assert len(found.constats) > 3, "figures leave room for findings"
    assert text.count("<details") == text.count("</details>")
    assert "rapport.json fait foi" in text


@pytest.mark.parametrize("text", ["😀" * 600, "<" * 600, "|" * 600])
def test_no_report_makes_it_longer_than_the_limit(text: str) -> None:
    report = empoisonne(_large(60, 40), text)
    for one in report["regles"]:
        one |= {"resultat": "non_verifiee", "raison": f"{one['id']} {text}"}
    report["derogations"] = load("sous-derogations")["derogations"] * 60
    for waiver in report["derogations"]:
        waiver["motif"] = text
    content = render("markdown", report)
    assert len(content) <= LIMIT
    assert b"Commentaire coup" in content


def test_a_short_comment_is_whole() -> None:
    assert "Commentaire coupé" not in comment(load("non-conforme"))


def test_pseudonyms_stay_out_of_it() -> None:
    report = rapport_entier().whole_report()
    names = [name for group in report["dossiers"] for name in group["identifiants"]]
    for format_ in ("csv", "junit", "markdown", "sarif"):
        content = render(format_, report).decode("utf-8")
        assert not [name for name in names if name in content], format_


def test_what_is_there_to_be_copied_holds_nothing_invisible() -> None:
    assert plain("2025-09-14T08:30:00+02:00, à 90 %, 9 / 10") == "2025-09-14T08:30:00+02:00, à 90 %, 9 / 10"
