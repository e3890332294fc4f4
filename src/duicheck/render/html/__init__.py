"""The format `html`: one page that needs nothing else, for the director, the vendor and the auditor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from duicheck.model import Renderer

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["html_renderer"]

DOC = "Une page web qui se lit sans réseau ni script : direction, éditeur, audit."


def html_renderer(rules: Mapping[str, Rule]) -> Renderer:
    """The renderer of web pages; `rules` by id give the findings their titles and remedies."""

    def render(report: Mapping[str, Any]) -> bytes:
        from duicheck.render.html.page import render_page  # noqa: PLC0415 -- Jinja costs 40 ms

        return render_page(report, rules)

    return Renderer(name="html", doc=DOC, render=render)
