"""The format `markdown`: a comment for a merge request, which a forge shows without being told to do anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from duicheck.model import Renderer

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["markdown_renderer"]

DOC = "Un commentaire de demande de fusion : verdict, chiffres, constats repliés."


def markdown_renderer(rules: Mapping[str, Rule]) -> Renderer:
    """The renderer of comments; `rules` by id give the findings their titles and remedies."""

    def render(report: Mapping[str, Any]) -> bytes:
        from duicheck.render.markdown.comment import render_comment  # noqa: PLC0415

        return render_comment(report, rules).encode("utf-8")

    return Renderer(name="markdown", doc=DOC, render=render)
