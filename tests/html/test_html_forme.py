"""The page as HTML: well formed, closed to the outside, and made for everybody."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from pages_html import NAMES, load, parse

PageOf = Callable[[str], str]
SVG = "{http://www.w3.org/2000/svg}"


def _elements(page: str) -> list[Any]:
    return list(parse(page).iter())


def _style(page: str) -> str:
    return page.partition("<style>")[2].partition("</style>")[0]


def test_it_is_html_without_one_error(page_of: PageOf, name: str) -> None:
    page = page_of(name)
    assert page.startswith("<!DOCTYPE html>\n")
    root = parse(page)
    assert root.get("lang") == "fr"
    assert (root.findtext("head/title") or "").endswith("– duicheck")


def test_nothing_runs_and_nothing_is_fetched(page_of: PageOf, name: str) -> None:
    page = page_of(name)
    for element in _elements(page):
        tag = str(element.tag).removeprefix(SVG)
        assert tag not in {
            "script",
            "link",
            "iframe",
            "object",
            "embed",
            "img",
            "image",
            "base",
            "form",
            "foreignObject",
        }
        for attribute, value in element.attrib.items():
            assert not attribute.lower().startswith("on"), attribute
            assert attribute != "style"
            if attribute.rpartition("}")[2] in {"href", "src", "action", "xlink:href", "srcset", "data"}:
                assert value.startswith("#"), value
    assert not re.search(r"url\(|@import|https?:|//[a-z]", _style(page))


def test_the_policy_of_the_page_allows_its_own_style_alone(page_of: PageOf, name: str) -> None:
    page = page_of(name)
    digest = base64.b64encode(hashlib.sha256(_style(page).encode()).digest()).decode()
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_ids_are_unique_and_every_reference_leads_somewhere(page_of: PageOf, name: str) -> None:
    elements = _elements(page_of(name))
    ids = [element.get("id") for element in elements if element.get("id")]
    assert len(ids) == len(set(ids))
    for element in elements:
        href = element.get("href") or "#contenu"
        wanted = [href[1:]]
        for attribute in ("aria-labelledby", "aria-describedby"):
            wanted += (element.get(attribute) or "").split()
        assert set(wanted) <= set(ids), wanted


def test_headings_go_down_one_step_at_a_time(page_of: PageOf, name: str) -> None:
    levels = [int(element.tag[1]) for element in _elements(page_of(name)) if re.fullmatch("h[1-6]", str(element.tag))]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_landmarks_and_skip_link(page_of: PageOf, name: str) -> None:
    body = parse(page_of(name)).find("body")
    children = [child.tag for child in body if child.tag != f"{SVG}svg"]
    assert children == ["a", "header", "main", "footer"]
    assert body[0].get("href") == "#contenu"
    assert body.find("main").get("id") == "contenu"
    assert body.find(".//nav").get("aria-label")


def test_tables_have_captions_and_headers_and_scroll_by_keyboard(page_of: PageOf, name: str) -> None:
    root = parse(page_of(name))
    tables = list(root.iter("table"))
    assert tables
    assert len(tables) == len(root.findall(".//div[@class='defile']/table"))
    for region in root.iterfind(".//div[@class='defile']"):
        assert (region.get("role"), region.get("tabindex")) == ("region", "0")
        caption = region.find("table/caption")
        assert region.get("aria-labelledby") == caption.get("id")
        assert "".join(caption.itertext()).strip()
    for header in root.iter("th"):
        assert header.get("scope") in {"col", "row", "rowgroup"}
    for table in tables:
        for row in table.iterfind("tbody/tr"):
            assert row[0].tag == "th"
            assert sum(int(cell.get("colspan", "1")) for cell in row) == len(table.find("thead/tr"))


def test_drawings_are_either_told_or_hidden(page_of: PageOf, name: str) -> None:
    told = 0
    for drawing in parse(page_of(name)).iter(f"{SVG}svg"):
        if drawing.get("aria-hidden") == "true":
            continue
        told += 1
        assert drawing.get("role") == "img"
        assert drawing.findtext(f"{SVG}title")
        assert "Le tableau" in (drawing.findtext(f"{SVG}desc") or "")
    assert bool(told) == bool(load(name)["etablissements"])  # no figure, no drawing


def _themes(style: str) -> dict[str, dict[str, str]]:
    """The colours of each theme; a theme inherits from the first."""
    light = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", style.partition("@media")[0]))
    found = {"clair": light}
    for label, mark in (("sombre", "prefers-color-scheme: dark"), ("papier", "@media print")):
        block = style.partition(mark)[2].partition("}")[0]
        found[label] = {**light, **dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))}
    return found


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


TEXT = [
    *((ink, paper) for ink in ("encre", "discret", "lien") for paper in ("fond", "feuille", "creux")),
    *((ink, paper) for ink in ("bien", "alerte", "faute", "neutre") for paper in ("feuille", "creux", f"{ink}-fond")),
    *(("encre", f"{paper}-fond") for paper in ("bien", "alerte", "faute", "neutre")),
    ("lien", "alerte-fond"),
    ("feuille", "encre"),
]
DRAWN = [
    ("barre", "feuille"),
    ("barre-bord", "feuille"),
    ("trait-fort", "feuille"),
    ("marque", "feuille"),
    ("marque", "barre"),
    ("faute", "feuille"),
]


@pytest.mark.parametrize("theme", ["clair", "sombre", "papier"])
def test_colours_contrast_as_wcag_aa_asks(page_of: PageOf, theme: str) -> None:
    """Also what a browser test cannot decide: text in drawings, and the drawings themselves."""
    colours = _themes(_style(page_of(NAMES[0])))[theme]
    low = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in TEXT}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}
    low = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in DRAWN}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 3} == {}
