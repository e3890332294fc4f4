"""The workbook: texts that stay texts, numbers that stay numbers, and what one needs to work with it."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from chiffres import table_xlsx
from hostile import TEXTS, empoisonne
from lxml import etree
from python_calamine import CalamineWorkbook
from rapports import NAMES, load, rapport_entier, render

from duicheck.render.characters import printable
from duicheck.render.french import day
from duicheck.render.labels import indicator
from duicheck.render.marks import SIGNS
from duicheck.render.xlsx import sheet as sheets
from duicheck.render.xlsx.sheet import CELL, cell_text

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SHEETS = [
    "Synthèse",
    "Indicateurs",
    "Établissements",
    "Écarts",
    "Qui corrige",
    "Constats",
    "Règles",
    "Non vérifié",
    "Hypothèses",
    "Fichiers",
    "Dérogations",
]


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def book(content: bytes) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(io.BytesIO(content))


def worksheets(content: bytes) -> dict[str, Any]:
    """The parsed sheets by name, in their order."""
    parts = members(content)
    names = [one.get("name") for one in etree.fromstring(parts["xl/workbook.xml"]).iter(f"{MAIN}sheet")]
    return {name: etree.fromstring(parts[f"xl/worksheets/sheet{rank}.xml"]) for rank, name in enumerate(names, 1)}


@pytest.mark.parametrize("name", NAMES)
def test_one_sheet_per_view(name: str) -> None:
    report = load(name)
    asked = [sheet for sheet in SHEETS if sheet != "Qui corrige" or "corrections" in report]
    assert book(render("xlsx", report)).sheet_names == asked


def test_every_table_filters_freezes_and_prints() -> None:
    content = render("xlsx", load("non-conforme"))
    names = members(content)["xl/workbook.xml"].decode("utf-8")
    for name, sheet in worksheets(content).items():
        if name == "Synthèse":
            continue
        pane = sheet.find(f".//{MAIN}pane")
        assert (pane.get("xSplit"), pane.get("ySplit"), pane.get("state")) == ("1", "1", "frozen"), name
        assert sheet.find(f"{MAIN}autoFilter") is not None, name
        assert sheet.find(f"{MAIN}pageSetup").get("orientation") == "landscape", name
        assert sheet.find(f"{MAIN}pageSetup").get("paperSize") == "9", name
        footer = sheet.find(f"{MAIN}headerFooter/{MAIN}oddFooter").text
        assert "&P" in footer, name
        assert "&N" in footer, name
        assert not re.search(r"&8\d", footer), "a digit after the size of the type would belong to it"
        assert f"{name}'!$1:$1" in names or f"{name}!$1:$1" in names, "the headings are on every page"


def test_rates_are_numbers_beside_their_integers() -> None:
    sheet = book(render("xlsx", load("non-conforme")))
    rows = table_xlsx(sheet, "Indicateurs")
    assert len(rows) == 15
    for row in rows:
        assert isinstance(row["Taux jugé"], float)
        count, total = row["Recalculé : numérateur"], row["Recalculé : dénominateur"]
        assert abs(row["Taux jugé"] - count / total) <= 0.00005 + 1e-12
    for row in table_xlsx(sheet, "Établissements"):
        taux = [value for name, value in row.items() if name.endswith(": taux")]
        assert len(taux) == 5
        assert all(isinstance(value, float) for value in taux)


def test_a_finess_number_keeps_its_zeros() -> None:
    sheet = book(render("xlsx", load("non-conforme")))
    assert {row["Établissement"] for row in table_xlsx(sheet, "Établissements")} == {"010000024", "970302287"}
    assert "010000024" in {row["Établissement"] for row in table_xlsx(sheet, "Constats")}


def test_colour_is_never_alone() -> None:
    """Whatever a rule of colour looks for is a sign that stands in the text of the cell."""
    content = render("xlsx", load("non-conforme"))
    seen = 0
    for sheet in worksheets(content).values():
        for rule in sheet.iter(f"{MAIN}cfRule"):
            assert rule.get("type") == "beginsWith"
            assert rule.get("text") in SIGNS.values()
            seen += 1
    assert seen >= 20
    sheet = book(content)
    assert {row["Accord avec le journal"] for row in table_xlsx(sheet, "Indicateurs")} == {
        "✓\u00a0exact",
        "✗\u00a0écart",
    }
    formats = members(content)["xl/styles.xml"].decode("utf-8")
    for sign in ("✓", "✗"):
        assert f"0.00%&quot;\u00a0{sign}&quot;" in formats, "a coloured rate bears its sign in its format"


def test_the_summary_says_what_the_document_is() -> None:
    report = load("sous-derogations")
    content = render("xlsx", report)
    rows = {row[0]: str(row[1]) for row in book(content).get_sheet_by_name("Synthèse").to_python() if row[0]}
    assert rows["Verdict"] == "!\u00a0CONFORME SOUS DÉROGATIONS"
    assert rows["Date de mesure"] == day(report["date_mesure"])
    assert rows["Empreinte de la livraison"] == report["livraison"]["sha256"]
    assert report["texte"]["id"] in rows["Texte applicable"]
    assert "Document non signé" in rows["Signature"]
    core = members(content)["docProps/core.xml"].decode("utf-8")
    assert f">{report['date_mesure']}T00:00:00Z<" in core
    assert "CONFORME SOUS DÉROGATIONS" in core
    assert "Langue" in members(content)["docProps/custom.xml"].decode("utf-8")


def test_members_have_no_clock() -> None:
    with zipfile.ZipFile(io.BytesIO(render("xlsx", load("conforme")))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_all_that_a_report_may_hold_is_in_the_workbook() -> None:
    report = rapport_entier().whole_report()
    content = render("xlsx", report)
    shown, numbers = set(), set()
    for name in book(content).sheet_names:
        for row in book(content).get_sheet_by_name(name).to_python():
            shown |= {re.sub(r"[\s\u00a0]+", "", str(value)).rstrip(".") for value in row if isinstance(value, str)}
            numbers |= {round(value, 6) for value in row if isinstance(value, float)}
    text = "\0".join(shown)
    missing = []
    for path, value in rapport_entier().leaves(report):
        if isinstance(value, bool) or value is None or path[-1] in {"format", "derogation", "jour", "declaree_dans"}:
            continue
        if isinstance(value, str):
            forms = {value, day(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else value, indicator(value)}
            ok = any(re.sub(r"[\s\u00a0]+", "", form).rstrip(".") in text for form in forms)
        else:
            ok = {float(value), round(value / 100, 6)} & numbers or str(value) in text
        if not ok and path[-1] not in {"cibles", "cible_sur", "etat", "gravite", "resultat", "verdict"}:
            missing.append((path, value))
    assert missing == [], "rapport.schema.json allows what the workbook does not show: add it to a sheet of render/xlsx"


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_is_a_formula_a_number_or_a_link(text: str) -> None:
    content = render("xlsx", empoisonne(load("sous-derogations"), text))
    parts = members(content)
    for name, sheet in worksheets(content).items():
        assert not list(sheet.iter(f"{MAIN}f")), name
    links = [name for name in parts if name.endswith(".rels") and "worksheets" in name]
    assert all(b'TargetMode="External"' not in parts[name] for name in links)
    findings = table_xlsx(book(content), "Constats")
    assert len(findings) == 4
    if not text.strip("\r\n\t ").startswith("ligne"):
        wanted = printable(text).replace("\r\n", "\n")
        assert {str(row["Fichier"]).replace("\r\n", "\n").replace("_x000D_", "\r") for row in findings} == {wanted}


def test_a_formula_stays_text_when_its_cell_is_edited() -> None:
    """What Excel does with an apostrophe typed first: `quotePrefix` on the style of the cell."""
    content = render("xlsx", empoisonne(load("sous-derogations"), "=1+1"))
    parts = members(content)
    styles = list(etree.fromstring(parts["xl/styles.xml"]).find(f"{MAIN}cellXfs"))
    quoted = {str(rank) for rank, style in enumerate(styles) if style.get("quotePrefix") == "1"}
    texts = ["".join(one.itertext()) for one in etree.fromstring(parts["xl/sharedStrings.xml"])]
    formula = str(texts.index("=1+1"))
    cells = [
        cell.get("s")
        for sheet in worksheets(content).values()
        for cell in sheet.iter(f"{MAIN}c")
        if cell.get("t") == "s" and cell.findtext(f"{MAIN}v") == formula
    ]
    assert len(cells) > 10
    assert set(cells) <= quoted


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    for letter in ("a", "é", "😀"):
        text = cell_text(letter * 40_000)
        assert len(text.encode("utf-16-le")) // 2 <= CELL
        assert text.endswith("(coupé : 40\u00a0000 caractères en tout, voir rapport.json)")
        assert "\ufffd" not in text
    assert cell_text("a" * CELL) == "a" * CELL
    report = load("non-conforme")
    report["constats"][0]["message"] = "x" * 50_000
    found = {len(str(row["Constat"])) for row in table_xlsx(book(render("xlsx", report)), "Constats")}
    assert max(found) == CELL


def test_too_many_rows_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ROWS", 8)
    found = book(render("xlsx", load("non-conforme"))).get_sheet_by_name("Règles").to_python()
    assert len(found) == 8
    assert found[-1][0] == "… et 37 lignes de plus, dans rapport.json."


def test_findings_beyond_the_cap_are_counted() -> None:
    report = load("non-conforme")
    rule = next(rule for rule in report["regles"] if rule["constats"])
    rule["constats"] += 5_000
    found = [str(row["Constat"]) for row in table_xlsx(book(render("xlsx", report)), "Constats")]
    assert any("5000 constats de plus" in text.replace("\u00a0", "") for text in found)


def test_pseudonyms_are_there_only_when_the_report_names_them() -> None:
    assert "Dossiers" not in book(render("xlsx", load("conforme"))).sheet_names
    report = rapport_entier().whole_report()
    rows = table_xlsx(book(render("xlsx", report)), "Dossiers")
    assert [row["Identifiant"] for row in rows] == [
        name for group in report["dossiers"] for name in group["identifiants"]
    ]
