"""The web page and the document in another language: no French left, and what stays French is said to be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import Any

import html5lib
import pytest
from filet import data_of, outside, plain, rendered, strays, words

from duicheck import check
from duicheck.langue import phrase, speaking
from duicheck.langue.habits import HABITS
from duicheck.plugins import Plugins, load_plugins
from duicheck.render.html import html_renderer
from duicheck.render.labels import ROLES
from duicheck.render.pdf.document import document

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "fixtures" / "golden"
REPORTS = ("conforme", "grande-grappe", "indetermine", "non-conforme", "sous-derogations")
MACHINES: frozenset[str] = frozenset(
    {"ancre", "bloc", "code", "commande", "empreinte", "etat", "langue", "largeur", "style", "vers"}
)
"""Of a document: keys, and kinds of spans, whose texts are for the template or for machines."""


MONTHS = HABITS["en"].months
COMMANDS = (
    *("duicheck", "check", "report", "livraison", "html", "pdf", "null"),
    *("Linux", "macOS", "Windows", "certutil", "shasum", "pdfdetach", "SHA"),
)
"""What is typed, or named."""


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins()


def golden(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def page(report: Mapping[str, Any], plugins: Plugins, language: str) -> str:
    with speaking(language):
        return html_renderer(plugins.rules).render(report).decode("utf-8")


def spoken(node: Any) -> Iterator[str]:
    """The texts of a document that are in its language."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for one in node:
            yield from spoken(one)
    elif isinstance(node, dict) and node.get("s") not in MACHINES and node.get("bloc") not in MACHINES:
        for key, one in node.items():
            if key not in MACHINES | {"s", "id"}:
                yield from spoken(one)


def read(report: Mapping[str, Any], plugins: Plugins, language: str) -> str:
    with speaking(language):
        text = "\n".join(spoken(document(report, plugins.rules)))
    text = text.replace("\u200b", "").replace("\n:", ":")  # what follows a link, glued to it
    return re.sub("‹U\\+([0-9A-F]+)›", lambda code: chr(int(code[1], 16)), text)  # marks have no glyph


def data(report: Mapping[str, Any], plugins: Plugins, language: str) -> list[str]:
    """What is no sentence of ours: codes, names, and the sentences of a frozen report that no rule says any more."""
    rows = [row for one in report["etablissements"] for row in one["indicateurs"]]
    texts = [finding["message"] for finding in report["constats"]] + [rule["raison"] for rule in report["regles"]]
    texts += [why["texte"] for row in rows for why in row["explications"]]
    with speaking(language):
        unknown = [text for text in texts if text and phrase(text) == text]
    facts = [str(fact) for finding in report["constats"] for fact in finding["faits"].values()]
    return [*data_of(report), *unknown, *facts, *plugins.rules, *ROLES, *MONTHS, *COMMANDS]


# English.


@pytest.mark.parametrize("name", REPORTS)
def test_an_english_document_holds_no_french(name: str, plugins: Plugins) -> None:
    report = golden(name)
    assert strays(read(report, plugins, "en"), data(report, plugins, "en")) == []


@pytest.mark.parametrize("name", REPORTS)
def test_an_english_page_holds_no_french_even_where_it_is_not_seen(name: str, plugins: Plugins) -> None:
    report = golden(name)
    text = page(report, plugins, "en")
    drawn = " ".join(unescape(one) for one in re.findall(r"<(?:title|desc|text)\b[^>]*>([^<]*)<", text))
    labels = " ".join(unescape(one) for one in re.findall(r'aria-label="([^"]*)"', text))
    known = data(report, plugins, "en")
    assert strays(rendered("html", text.encode()), known) == []
    assert strays(drawn, known) == []
    assert strays(labels, known) == []


def test_the_page_and_its_figures_are_english(plugins: Plugins) -> None:
    text = page(golden("non-conforme"), plugins, "en")
    root = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False).parse(text)
    assert root.get("lang") == "en"
    assert root.findtext("head/title", "").startswith("Not conformant, targets not reached – ")
    assert "15 Sep 2025" in text
    assert "88.89%" in text
    assert "90\u00a0%" not in text
    assert "duicheck report rapport.json --lang en --output html=rapport.html" in text


# What stays French.


def french(text: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'<span lang="fr">([^<]*)</span>', text)]


def test_only_what_people_wrote_is_french_on_an_english_page(plugins: Plugins) -> None:
    """A report of today: every sentence of it is in the catalogue."""
    report = check(ROOT / "fixtures" / "livraisons" / "petite", plugins)
    assert french(page(report, plugins, "en")) == []
    report = golden("sous-derogations")
    assert french(page(report, plugins, "en")) == [one["motif"] for one in report["derogations"]]


def test_a_sentence_without_translation_is_said_to_be_french(plugins: Plugins) -> None:
    report = golden("non-conforme")
    report["texte"]["titre"] = "Un titre que nul catalogue ne connaît"
    report["constats"][0]["message"] = "Un constat venu d'ailleurs."
    report["regles"][0]["raison"] = "une raison venue d'ailleurs"
    found = french(page(report, plugins, "en"))
    assert found.count("Un titre que nul catalogue ne connaît") == 2
    assert "Un constat venu d'ailleurs." in found
    assert "Une raison venue d'ailleurs." in found


def test_a_french_page_says_it_once(plugins: Plugins) -> None:
    assert page(golden("non-conforme"), plugins, "fr").count("lang=") == 1


# A language that only marks.


@pytest.mark.parametrize("name", REPORTS)
def test_all_that_a_page_says_comes_from_the_catalogue(name: str, plugins: Plugins, marked: str) -> None:
    report = golden(name)
    text = rendered("html", page(report, plugins, marked).encode())
    assert words(outside(plain(text)), data(report, plugins, marked)) == []


@pytest.mark.parametrize("name", REPORTS)
def test_all_that_a_document_says_comes_from_the_catalogue(name: str, plugins: Plugins, marked: str) -> None:
    report = golden(name)
    assert words(outside(plain(read(report, plugins, marked))), data(report, plugins, marked)) == []
