"""Whatever a report holds is data: nothing becomes Typst, nothing stops the document, nothing runs out of the page."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages_html import load
from pages_pdf import flat, needs_poppler, opened, pages, render
from rapport_entier import leaves, whole_report

from duicheck import to_bytes
from duicheck.render.pdf.printable import BREAK, FONTS, drawn, printable
from duicheck.render.pdf.typeset import typeset

HOSTILE = [
    '#panic("x") #read("/etc/passwd") #import "@preview/x:1.0.0" $ x^2 $ *gras* _it_ `code` \\ / // /* @ref <l> = T',
    "]}) #{ [ ( \" ' ~ - -- --- ... \\u{41} https://exemple.fr",
    "\x00\x01\x07\x1b[31m\x7f\x85\u2028\u2029\ufeff\ufffe\uffff",
    "\u202efdp.exe\u202c \u2066caché\u2069 \u200b\u200d\u00ad",
    "😀 👨‍👩‍👧 🇫🇷 漢字 עברית عربى नमस्ते \U0010fffd",
    "e\u0301te\u0301 o\u0308\u0323\u0302 \u0301seul Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "long" * 250,
    "a/" * 300,
    "\u00a0".join(["glu"] * 200),
    "{page} {total} \u200b",
]


def _poisoned(text: str) -> dict[str, Any]:
    report = whole_report()
    for path, value in leaves(whole_report()):
        if isinstance(value, str) and value.startswith(("Mot ", "fait ")):
            target: Any = report
            for step in path[:-1]:
                target = target[step]
            target[path[-1]] = text
    return report


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_it_is_made_whatever_the_texts(text: str) -> None:
    report = _poisoned(text)
    with opened(render(report)) as pdf:
        assert pdf.attachments["rapport.json"].get_file().read_bytes() == to_bytes(report)


@needs_poppler
@pytest.mark.parametrize("text", HOSTILE[:2])
def test_what_looks_like_typst_is_read_as_it_was_written(text: str) -> None:
    shown = flat("".join(pages(render(_poisoned(text)), "-raw")))
    assert shown.count(flat(text)) > 10


@needs_poppler
def test_what_no_font_draws_is_named() -> None:
    report = load("conforme")
    report["livraison"]["fichiers"][0]["chemin"] = "a\u202efdp😀.csv"
    assert "a‹U+202E›fdp‹U+1F600›.csv" in flat("".join(pages(render(report), "-raw")))


@needs_poppler
@pytest.mark.parametrize("text", HOSTILE[6:9], ids=["word", "path", "glue"])
def test_nothing_is_drawn_outside_the_margins(text: str) -> None:
    found = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=render(_poisoned(text)), capture_output=True, check=True
    ).stdout.decode("utf-8")
    rights = [float(right) for right in re.findall(r'xMax="([\d.]+)"', found)]
    lefts = [float(left) for left in re.findall(r'xMin="([\d.]+)"', found)]
    bottoms = [float(bottom) for bottom in re.findall(r'yMax="([\d.]+)"', found)]
    assert len(rights) > 100
    assert max(bottoms) < 841.9 - 20  # under the footer there is nothing
    assert max(rights) <= 595.3 - 51 + 1  # A4 less the margin of 18 mm
    assert min(lefts) >= 51 - 1


def test_the_listed_characters_are_those_that_the_fonts_draw() -> None:
    """A wrong line there would stop the document of whoever needs that character."""
    everything = "".join(chr(code) for code in range(0x20, 0x11000) if drawn(chr(code)) == chr(code))
    assert len(everything) > 700
    content = {
        **json.loads(json.dumps(_empty())),
        "blocs": [
            {"bloc": "texte", "t": [" ".join(everything)]},
            {"bloc": "texte", "t": [{"s": "fort", "t": " ".join(everything)}]},
            {"bloc": "texte", "t": [{"s": "code", "t": " ".join(everything)}]},
        ],
    }
    assert typeset(content, b"{}").startswith(b"%PDF-")


def _empty() -> dict[str, Any]:
    from pages_pdf import shaped

    content = shaped(load("conforme"))
    heads = [block for block in content["blocs"] if block["bloc"] == "titre"]
    return {**content, "sujet": [], "parties": [], "blocs": heads}


@given(st.text())
def test_printing_twice_is_printing_once(text: str) -> None:
    assert drawn(drawn(text)) == drawn(text)
    assert all(char in drawn(char) or char not in drawn(text) for char in text if char != " ")


@given(st.text(alphabet=st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"])))
def test_cutting_adds_no_character_of_its_own(text: str) -> None:
    assert printable(text).replace(BREAK, "") == text


@given(st.text(alphabet="abc-_/. \u00a0", min_size=1, max_size=200))
@settings(max_examples=300)
def test_no_word_stays_longer_than_a_column(text: str) -> None:
    assert all(len(word) <= 24 for word in printable(text).replace(BREAK, " ").split())


def test_the_template_is_the_only_source() -> None:
    """Texts reach Typst as JSON inputs alone: the source is the same file whatever the report."""
    template = (FONTS.parent / "rapport.typ").read_text(encoding="utf-8")
    assert "eval(" not in template
    assert "@preview" not in template
    assert "read(" not in template
