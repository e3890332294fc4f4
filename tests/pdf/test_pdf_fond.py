"""What the document says: all that rapport.json says, nothing else, and nothing judged again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from pages_html import NAMES, load
from pages_pdf import flat, needs_poppler, pages, render, shaped, words
from rapport_entier import doctorings, put, unshown, whole_report

from duicheck import to_bytes
from duicheck.render.french import integer, percent, ratio
from duicheck.render.labels import indicator

PdfOf = Callable[[str], bytes]

SECTIONS = [
    "Pour la direction",
    "Que faire",
    "Les taux au regard des cibles",
    "Pour l'éditeur du logiciel",
    "D'où viennent les écarts",
    "Constats",
    "Les chiffres, ligne à ligne",
    "Pour l'audit",
    "Le texte et la mesure",
    "Les hypothèses de calcul",
    "Les fichiers contrôlés",
    "Ce qui n'a pas été contrôlé, et pourquoi",
    "Les dérogations",
    "Toutes les règles",
    "Comment vérifier",
    "La mention du financement européen",
]


def _text(report: dict[str, Any]) -> str:
    """All the texts of the document, flattened."""
    return flat("".join(words(shaped(report)))).replace("\u200b", "")


@needs_poppler
def test_every_page_has_its_number_the_digest_of_the_delivery_and_the_mention(pdf_of: PdfOf, name: str) -> None:
    found = pages(pdf_of(name))
    for number, page in enumerate(found, 1):
        assert f"Page {number} sur {len(found)}" in page
        assert load(name)["livraison"]["sha256"] in page
        assert "Document non signé" in page
        assert "Financé par l'Union européenne – NextGenerationEU" in page


@needs_poppler
def test_the_parts_are_read_in_their_order(pdf_of: PdfOf, name: str) -> None:
    lines = [line.strip() for page in pages(pdf_of(name), "-raw") for line in page.splitlines()]
    found = [line for line in lines if line in SECTIONS]
    assert found == SECTIONS


@needs_poppler
def test_the_figures_are_those_of_the_report(pdf_of: PdfOf, name: str) -> None:
    """Each line of the table of figures, whole: integers, rates, targets, answers."""
    report = load(name)
    lines = [flat(line) for page in pages(pdf_of(name), "-layout") for line in page.splitlines()]
    rows = [row for one in report["etablissements"] for row in one["indicateurs"]] + report["projet"]["indicateurs"]
    assert bool(rows) == bool(report["etablissements"])
    for row in rows:
        assert _line(row) in lines


def _line(row: dict[str, Any]) -> str:
    exported, recomputed = row["exporte"], row["recalcule"]
    judged = exported if row["cible_sur"] == "exporte" else recomputed or exported
    rate = exported["taux"] if exported else None
    answers = {None: "–", True: "atteinte", False: f"manque {row['manquants']}"}
    cells = [
        indicator(row["code"]),
        _counts(exported, "absent"),
        "–" if rate is None else f"{rate}%".replace(".", ","),
        _counts(recomputed, "–"),
        {None: "non vérifié", True: "oui", False: "NON"}[row["conforme"]],
        ratio(judged["numerateur"], judged["denominateur"])
        if judged["denominateur"] is not None
        else integer(judged["numerateur"]),
        "–" if row["cible"] is None else percent(row["cible"]),
        answers[row["atteinte"]] + (" sur l'export" if row["cible_sur"] == "exporte" else ""),
        "–" if row["manquants"] is None else integer(row["manquants"]),
        "–" if row["marge"] is None else integer(row["marge"]),
    ]
    return flat("".join(cells))


def _counts(counts: dict[str, Any] | None, none: str) -> str:
    if counts is None:
        return none
    below = counts["denominateur"]
    return integer(counts["numerateur"]) + ("" if below is None else f"/{integer(below)}")


@needs_poppler
def test_what_the_document_is_made_of_is_what_is_read(pdf_of: PdfOf, name: str) -> None:
    """Nothing shaped is lost between the data and the page."""
    shown = flat("".join(pages(pdf_of(name), "-raw")))
    missing = [
        text
        for text in words(shaped(load(name))["blocs"])
        if len(text) < 40 and flat(text).replace("\u200b", "") not in shown and text != "graphes"
    ]
    assert not [text for text in missing if re.search(r"\w{3}", text) and not _only_aside(text)]


def _only_aside(text: str) -> bool:
    """What is there to be drawn or read aloud, not printed."""
    return text in {"atteinte", "manquee", "inconnue", "exporte", "bornes", "cible"}


@pytest.mark.parametrize("count", ["conforme", "non-conforme"])
def test_counts_of_findings_are_those_of_the_report(count: str) -> None:
    report = load(count)
    shown = _text(report)
    for rule in report["regles"]:
        if rule["resultat"] == "enfreinte":
            forms = "constat" if rule["constats"] <= 1 else "constats"
            assert flat(f"{rule['id']}{integer(rule['constats'])} {forms}") in shown


def test_everything_that_a_report_may_hold_is_in_the_document() -> None:
    """Numbers and names as they are written; answers (oui, conforme…) are the next test's."""
    report = whole_report()
    shown = _text(report)
    missing = unshown(report, shown, flat)
    assert missing == [], "rapport.schema.json allows what the document does not show: add it to render/pdf"


def test_whatever_is_changed_in_the_report_changes_the_document() -> None:
    report = whole_report()
    before = _shape(report)
    silent = [
        (".".join(map(str, path)), value) for path, value in doctorings() if _shape(put(report, path, value)) == before
    ]
    assert silent == []


def _shape(report: dict[str, Any]) -> str:
    """The document, without the digest of the report, which always changes."""
    import hashlib

    text = json.dumps(shaped(report), ensure_ascii=False).replace("\u200b", "")
    return text.replace(hashlib.sha256(to_bytes(report)).hexdigest(), "EMPREINTE")


@needs_poppler
def test_a_doctored_report_is_shown_as_it_is_written() -> None:
    """The document does not recompute: a false verdict, rate or count stays what the file says."""
    report = load("non-conforme")
    report["verdict"], report["cibles"] = "conforme", "atteintes"
    row = report["etablissements"][0]["indicateurs"][0]
    row["recalcule"] = {"numerateur": 123_456, "denominateur": 654_321}
    row |= {"conforme": True, "atteinte": True, "manquants": 77_777, "marge": 88_888}
    found = pages(render(report), "-layout")
    assert re.search(r"^\s*Conforme\s+Cibles atteintes$", found[0], re.MULTILINE)
    assert _line(row) in [flat(line) for page in found for line in page.splitlines()]


def test_every_way_leads_somewhere() -> None:
    for name in NAMES:
        content = shaped(load(name))
        anchors = {block["ancre"] for block in content["blocs"] if block["bloc"] == "titre"}
        asked = set(re.findall(r'"vers": "([^"]+)"', json.dumps(content)))
        assert {"direction", "editeur", "audit"} <= asked <= anchors


def test_pseudonyms_are_announced_before_anything_else() -> None:
    report = load("conforme")
    assert "pseudonyme" not in _text(report)
    report["dossiers"] = [
        {"finess_et": "010000024", "indicateur": "dmp", "cause": "hors_fenetre", "identifiants": ["P17", "P18"]}
    ]
    text = _text(report)
    assert "P17P18" in text
    assert text.index("nelediffusezpas") < text.index("Lestauxauregard")


def test_a_report_without_establishments_says_so() -> None:
    report = load("indetermine")
    report["etablissements"], report["projet"]["indicateurs"], report["fenetre"] = [], [], None
    assert flat("Aucun indicateur n'a pu être mesuré.") in _text(report)
    assert render(report).startswith(b"%PDF-")


def test_an_unknown_rule_still_prints() -> None:
    report = load("non-conforme")
    report["constats"][0]["regle"] = "ailleurs/regle-disparue"
    assert "ailleurs/regle-disparue" in _text(report)


def test_the_mention_is_that_of_the_texts_that_ask_for_it() -> None:
    report = load("conforme")
    assert "NextGenerationEU" in _text(report)
    report["texte"]["id"] = "2021-amorcage"
    assert "NextGenerationEU" not in _text(report)
