"""What the page says: all that rapport.json says, nothing else, and nothing judged again.

DUICHECK_UPDATE_GOLDEN=1 writes the golden texts instead of comparing: read the diff afterwards.
"""

from __future__ import annotations

import copy
import hashlib
import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from pages_html import GOLDEN, NAMES, load, parse, render
from rapport_entier import doctorings, leaves, put, unshown, whole_report

from duicheck import to_bytes
from duicheck.formats import validator
from duicheck.render.actions import MOST, actions
from duicheck.render.charts import LEFT, RIGHT, charts
from duicheck.render.groups import OPEN

PageOf = Callable[[str], str]
BLOCKS = {
    "caption",
    "dd",
    "desc",
    "dt",
    "figcaption",
    "h1",
    "h2",
    "h3",
    "h4",
    "li",
    "p",
    "summary",
    "td",
    "text",
    "th",
    "title",
    "tr",
}


def text_of(page: str) -> str:
    """The page as read aloud: one line per block, hidden marks included."""
    lines: list[str] = [""]

    def walk(element: Any) -> None:
        tag = str(element.tag).rpartition("}")[2]
        if tag == "style":
            return
        if tag in BLOCKS:
            lines.append("#" * int(tag[1]) + " " if re.fullmatch("h[1-4]", tag) else "")
        lines[-1] += element.text or ""
        for child in element:
            walk(child)
            lines[-1] += child.tail or ""
        if tag in BLOCKS:
            lines.append("")

    walk(parse(page))
    return "\n".join(
        line for line in (" ".join(line.split(" ")).strip() for line in "\n".join(lines).split("\n")) if line
    )


def _flat(text: str) -> str:
    """Without what typography changes."""
    return re.sub(r"[\s\u00a0]+", "", text)


def _without_digest(report: dict[str, Any], page: str) -> str:
    return page.replace(hashlib.sha256(to_bytes(report)).hexdigest(), "EMPREINTE")


@pytest.mark.parametrize("name", ["conforme", "non-conforme", "sans-export", "sous-derogations"])
def test_the_page_reads_as_the_golden_one(page_of: PageOf, name: str) -> None:
    path = GOLDEN / "html" / f"{name}.txt"
    text = f"{text_of(page_of(name))}\n"
    if os.environ.get("DUICHECK_UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8"), "after a wanted change: DUICHECK_UPDATE_GOLDEN=1"


def test_the_same_report_gives_the_same_bytes(page_of: PageOf, name: str) -> None:
    assert render(load(name)) == page_of(name)


def test_the_whole_report_is_a_report() -> None:
    assert [error.message for error in validator("rapport").iter_errors(whole_report())] == []


def test_everything_that_a_report_may_hold_is_on_the_page() -> None:
    """Numbers and names as they are written; answers (oui, conforme…) are the next test's."""
    report = whole_report()
    shown = _flat(text_of(render(report)))
    missing = unshown(report, shown, _flat)
    assert missing == [], "rapport.schema.json allows what the page does not show: add it to render/html/templates"


def test_whatever_is_changed_in_the_report_changes_the_page() -> None:
    report = whole_report()
    page = _without_digest(report, render(report))
    silent = []
    for path, value in doctorings():
        doctored = put(report, path, value)
        if _without_digest(doctored, render(doctored)) == page:
            silent.append((".".join(map(str, path)), value))
    assert silent == []


def test_a_doctored_report_is_shown_as_it_is_written() -> None:
    """The page does not recompute: a false verdict, rate or count stays what the file says."""
    report = load("non-conforme")
    report["verdict"], report["cibles"] = "conforme", "atteintes"
    row = report["etablissements"][0]["indicateurs"][0]
    row["recalcule"] = {"numerateur": 123_456, "denominateur": 654_321}
    row |= {"conforme": True, "atteinte": True, "manquants": 77_777, "marge": 88_888}
    text = text_of(render(report))
    assert text.splitlines()[0].startswith("Conforme, cibles atteintes")
    assert "123\u00a0456\u00a0/\u00a0654\u00a0321" in text
    assert "77\u00a0777" in text
    assert "88\u00a0888" in text


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{ 7 * 7 }}{% raw %}</style></title>]]>"


def test_nothing_in_a_report_becomes_markup() -> None:
    report = whole_report()
    for path, value in leaves(whole_report()):
        if isinstance(value, str) and value.startswith(("Mot ", "fait ")):
            report = put(report, path, HOSTILE)
    assert validator("rapport").is_valid(report)
    page = render(report)
    tags = {str(element.tag).rpartition("}")[2] for element in parse(page).iter()}
    assert tags.isdisjoint({"script", "img"})
    assert "{{7*7}}" in _flat(text_of(page))
    assert _flat(text_of(page)).count(_flat(HOSTILE)) > 20


def test_a_name_that_breaks_the_page_of_others_only_breaks_a_line() -> None:
    report = load("conforme")
    report["livraison"]["fichiers"][0]["chemin"] = "a" * 4000 + "\n\x0b\u202efdp.csv"
    assert "\ufffd\ufffdfdp.csv" in text_of(render(report))


def test_pseudonyms_are_announced_before_anything_else() -> None:
    report = load("conforme")
    assert "pseudonyme" not in render(report).lower()
    report["dossiers"] = [
        {"finess_et": "010000024", "indicateur": "dmp", "cause": "hors_fenetre", "identifiants": ["P17", "P18"]}
    ]
    text = text_of(render(report))
    assert "ne le diffusez pas" in text
    assert "P17 P18" in text
    assert text.index("ne le diffusez pas") < text.index("Pour la direction")


def test_unsigned_is_said(page_of: PageOf, name: str) -> None:
    text = text_of(page_of(name))
    assert "Document non signé." in text
    assert hashlib.sha256(to_bytes(load(name))).hexdigest() in text


def test_at_most_three_things_to_do_and_each_leads_to_its_detail(page_of: PageOf, name: str) -> None:
    found = actions(load(name), {})
    assert 1 <= len(found) <= MOST
    page = page_of(name)
    for action in found:
        assert f'id="{action.anchor}"' in page
    assert page.count('<a href="#') >= len(found)


def test_what_to_do_follows_the_verdict() -> None:
    titles = {name: [action.title for action in actions(load(name), {})] for name in NAMES}
    assert titles["non-conforme"] == [
        "Demander à l'éditeur d'expliquer les écarts",
        "Faire corriger la livraison",
        "Faire progresser l'usage",
    ]
    assert titles["indetermine"][:2] == ["Fournir ce qui manque", "Signaler une panne de duicheck"]
    assert "Faire corriger la livraison" not in titles["conforme"]


def test_the_errors_that_are_the_differences_are_not_said_twice() -> None:
    report = load("non-conforme")
    second = actions(report, {})[1]
    assert second.text.startswith("2\u00a0autres erreurs")
    for rule in report["regles"]:
        if rule["id"] == "journal/ecart-indicateur":
            rule["constats"] += 1  # one more error than there are differences: they are not the same
    assert actions(report, {})[1].text.startswith("9\u00a0erreurs")


def test_bars_are_as_long_as_rates() -> None:
    report = load("non-conforme")
    chart = next(chart for chart in charts(report) if chart.code == "dossiers_actifs")
    (bar,) = (bar for bar in chart.bars if bar.label == "970302287")
    assert bar.width == pytest.approx((RIGHT - LEFT) * 8 / 9, abs=0.1)
    assert bar.value == "88,89\u00a0%"
    assert bar.state == "manquee"
    assert bar.exported == pytest.approx(LEFT + (RIGHT - LEFT) * 0.9, abs=0.1)
    assert chart.target == pytest.approx(LEFT + (RIGHT - LEFT) * 0.9, abs=0.1)


@pytest.mark.parametrize(
    ("numerator", "end", "cut"),
    [(100, 100, False), (101, 150, False), (150, 150, False), (151, 200, False), (200, 200, False), (201, 200, True)],
)
def test_rates_above_one_hundred_stretch_the_scale_then_are_cut(numerator: int, end: int, cut: bool) -> None:  # noqa: FBT001
    report = load("conforme")
    row = next(row for row in report["etablissements"][0]["indicateurs"] if row["code"] == "mssante")
    row["recalcule"] = {"numerateur": numerator, "denominateur": 100}
    chart = next(chart for chart in charts(report) if chart.code == "mssante")
    assert chart.ticks[-1] == (RIGHT, f"{end}\u00a0%")
    assert any(bar.cut for bar in chart.bars) is cut


@pytest.mark.parametrize("count", [30, 31])
def test_a_chart_of_many_establishments_keeps_the_lowest(count: int) -> None:
    report = load("conforme")
    model = report["etablissements"][0]
    report["etablissements"] = [copy.deepcopy(model) for _ in range(count)]
    for number, one in enumerate(report["etablissements"]):
        one["finess_et"] = f"{number:09}"
        one["indicateurs"][0]["recalcule"] = {"numerateur": 99 - number, "denominateur": 100}
    chart = charts(report)[0]
    labels = [bar.label for bar in chart.bars if not bar.whole]
    assert len(labels) == 30
    assert chart.hidden == count - 30
    assert ("000000000" in labels) is (count == 30)
    assert all(f"{number:09}" in render(report) for number in range(count))


@pytest.mark.parametrize("count", [OPEN, OPEN + 1])
def test_many_findings_of_one_rule_are_folded_not_dropped(count: int) -> None:
    report = load("non-conforme")
    model = report["constats"][0]
    report["constats"] = [{**model, "message": f"Constat numéro {number}."} for number in range(count)]
    page = render(report)
    assert ("autre constat" in page) is (count > OPEN)
    assert all(f"Constat numéro {number}." in page for number in range(count))


def test_a_count_beyond_what_is_printed_is_said() -> None:
    report = load("non-conforme")
    next(rule for rule in report["regles"] if rule["id"] == "journal/ecart-indicateur")["constats"] = 12_345
    text = text_of(render(report))
    assert "12\u00a0345\u00a0constats" in text
    assert "12\u00a0339\u00a0constats de plus ne sont pas imprimés" in text


def test_an_unknown_rule_still_prints() -> None:
    report = load("non-conforme")
    report["constats"][0]["regle"] = "ailleurs/regle-disparue"
    assert "ailleurs/regle-disparue" in text_of(render(report))


def test_a_report_without_establishments_says_so() -> None:
    report = load("indetermine")
    report["etablissements"], report["projet"]["indicateurs"], report["fenetre"] = [], [], None
    text = text_of(render(report))
    assert "Aucun indicateur n'a pu être mesuré." in text
    assert "fenêtre indéterminée" in text


def test_french_typography(page_of: PageOf, name: str) -> None:
    page = re.sub(r'<table class="faits">.*?</table>', "", page_of(name), flags=re.DOTALL)  # facts as they are
    text = text_of(page)
    assert not re.search(r"[^\s] [;!?%»](?:\s|$)", text, re.MULTILINE)
    assert not re.search(r"« ", text)
    assert "15/09/2025" in text
