"""The format `pdf`: the page to attach and to keep, PDF/A-3a and PDF/UA-1, with rapport.json inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from duicheck.model import Renderer

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["pdf_renderer"]

DOC = "Un document à joindre et à archiver (PDF/A-3a, PDF/UA-1), rapport.json en pièce jointe."


def pdf_renderer(rules: Mapping[str, Rule]) -> Renderer:
    """The renderer of PDF documents; `rules` by id give the findings their titles and remedies."""

    def render(report: Mapping[str, Any]) -> bytes:
        from duicheck.render.pdf.document import document  # noqa: PLC0415 -- only who asks for a PDF pays for it
        from duicheck.render.pdf.typeset import typeset  # noqa: PLC0415
        from duicheck.report import to_bytes  # noqa: PLC0415

        return typeset(document(report, rules), to_bytes(report))

    return Renderer(name="pdf", doc=DOC, render=render, ready=_ready)


def _ready() -> None:
    from duicheck.render.pdf.typeset import compiler  # noqa: PLC0415

    compiler()
