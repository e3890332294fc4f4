"""The format `xlsx`: a workbook for porteurs, one sheet per view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from duicheck.model import Renderer

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["xlsx_renderer"]

DOC = "Un classeur à filtrer : synthèse, indicateurs, constats, règles, hypothèses, fichiers."


def xlsx_renderer(rules: Mapping[str, Rule]) -> Renderer:
    """The renderer of workbooks; `rules` by id give the findings their titles and remedies."""

    def render(report: Mapping[str, Any]) -> bytes:
        from duicheck.render.xlsx.book import render_book  # noqa: PLC0415 -- XlsxWriter costs 60 ms

        return render_book(report, rules)

    return Renderer(name="xlsx", doc=DOC, render=render)
