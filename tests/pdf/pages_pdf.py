"""Documents made of reports, and what can be read back out of them."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from pages_html import rules

from duicheck.render.pdf import pdf_renderer
from duicheck.render.pdf.document import document

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None,
    reason="pdftotext (poppler) is not here: what is read off the pages is not tested",
)


def render(report: dict[str, Any]) -> bytes:
    return pdf_renderer(rules()).render(report)


def shaped(report: dict[str, Any]) -> dict[str, Any]:
    return document(report, rules())


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def pages(content: bytes, *options: str) -> list[str]:
    """The text of each page, as poppler reads it."""
    found = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", *options, "-", "-"], input=content, capture_output=True, check=True
    )
    return found.stdout.decode("utf-8").split("\f")[:-1]


def flat(text: str) -> str:
    """Without what typography and line ends change."""
    return re.sub(r"\s+", "", text)


def words(value: Any) -> Iterator[str]:
    """Every text of a shaped document, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in {"bloc", "s", "style", "vers", "ancre", "largeur", "langue"}:
                yield from words(item)
    elif isinstance(value, list):
        for item in value:
            yield from words(item)


def elements(pdf: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    """(type, element) of the structure tree, in reading order."""

    def walk(node: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(node, pikepdf.Array):
            for one in node:
                yield from walk(one)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                yield str(node.S), node
            if "/K" in node:
                yield from walk(node.K)

    yield from walk(pdf.Root.StructTreeRoot.K)
