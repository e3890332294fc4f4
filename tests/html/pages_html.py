"""Frozen reports, and pages made of them."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import html5lib

from duicheck.dossier import assemble
from duicheck.dossier.page import render_page
from duicheck.harness import Options, checked
from duicheck.langue import speaking
from duicheck.model import PiecesDuDossier
from duicheck.plugins import load_plugins
from duicheck.render.html import html_renderer
from duicheck.rulebook import Rulebook

GOLDEN = Path(__file__).parents[2] / "fixtures" / "golden"
LIVRAISONS = GOLDEN.parent / "livraisons"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.json") if path.stem != "regles")


def load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return found


def rules() -> dict[str, Any]:
    words = load("regles")
    return {name: SimpleNamespace(title=one["titre"], remedy=one["remede"]) for name, one in words.items()}


def render(report: dict[str, Any], language: str = "fr") -> str:
    with speaking(language):
        return html_renderer(rules()).render(report).decode("utf-8")


def checklist(language: str = "fr") -> str:
    """The page of a dossier with gaps."""
    options = Options(mode="dossier", etape="depot")
    plugins = load_plugins()
    with checked(LIVRAISONS / "dossier-lacunaire", plugins, options) as done, speaking(language):
        pieces, book = done.dataset.get(PiecesDuDossier), done.dataset.get(Rulebook)
        found = assemble(done.report, pieces, book, plugins.rules, awaited=done.awaited, etape="depot")
        return render_page(found).decode("utf-8")


def parse(page: str) -> Any:
    """The page as an element tree; any error of HTML is an error here."""
    return html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False).parse(page)
