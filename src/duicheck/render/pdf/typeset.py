"""From blocks to bytes, by Typst: two standards at once, our own fonts, no clock, no network, no file but ours."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from duicheck.errors import UsageError
from duicheck.langue import _
from duicheck.render.pdf.printable import FONTS

__all__ = ["STANDARDS", "compiler", "typeset"]

STANDARDS: Final = ("a-3a", "ua-1")
"""PDF/A-3a: kept for long, tagged, with attachments. PDF/UA-1: read aloud."""

_TEMPLATE: Final = Path(__file__).with_name("rapport.typ")


def typeset(content: Mapping[str, Any], attachment: bytes) -> bytes:
    """The PDF document. Same arguments and same release of Typst, same bytes.

    Args:
        content: what `duicheck.render.pdf.document` shapes; the template reads it as JSON.
        attachment: rapport.json, attached as it is.

    Raises:
        UsageError: Typst is not installed.
    """
    found = compiler()(
        {"main.typ": _template()},
        format="pdf",
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={
            "contenu": json.dumps(content, ensure_ascii=False),
            "rapport": attachment.decode("utf-8"),
        },
        pdf_standards=list(STANDARDS),
        root=str(FONTS),  # not the current folder, which may be anything, or gone
    )
    return bytes(found)


def compiler() -> Callable[..., Any]:
    """Typst's own function; its types know no source held in memory by name, so none are promised here.

    Raises:
        UsageError: Typst is not installed.
    """
    try:
        import typst  # noqa: PLC0415 -- an optional extra
    except ImportError:
        message = _('le format pdf demande Typst, qui n\'est pas installé : pip install "duicheck[pdf]"')
        raise UsageError(message) from None
    found: Callable[..., Any] = typst.compile
    return found


@cache
def _template() -> bytes:
    return _TEMPLATE.read_bytes()
