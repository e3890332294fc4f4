"""The file itself: PDF/A-3a, PDF/UA-1, the report attached. What veraPDF would say, as far as its structure tells."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pages_html import load
from pages_pdf import elements, opened, render

from duicheck import to_bytes
from duicheck.langue import available, speaking

PdfOf = Callable[[str], bytes]


def test_it_claims_both_standards(pdf_of: PdfOf, name: str) -> None:
    with opened(pdf_of(name)) as pdf:
        assert pdf.pdf_version >= "1.7"
        meta = pdf.open_metadata()
        assert meta.pdfa_status == "3A"
        assert meta["pdfuaid:part"] == "1"
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        assert len(intent.DestOutputProfile.read_bytes()) > 100
        assert not pdf.is_encrypted
        assert pdf.trailer.ID


def test_qpdf_has_nothing_to_say(pdf_of: PdfOf, name: str) -> None:
    with opened(pdf_of(name)) as pdf:
        assert pdf.check_pdf_syntax() == [] if hasattr(pdf, "check_pdf_syntax") else pdf.check() == []


def test_it_says_its_language_title_and_date(pdf_of: PdfOf) -> None:
    with opened(pdf_of("non-conforme")) as pdf:
        assert str(pdf.Root.Lang) == "fr"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        title = "Non conforme, cibles non atteintes – rapport de contrôle au 15/09/2025 – duicheck"
        assert str(pdf.docinfo.Title) == title
        assert pdf.open_metadata()["dc:title"] == title
        assert str(pdf.docinfo.CreationDate).startswith("D:20250915")


@pytest.mark.skipif("en" not in available(), reason="no English catalogue")
def test_it_says_another_language_and_what_stays_french() -> None:
    report = load("non-conforme")
    report["constats"][0]["message"] = "Une phrase qu'aucun catalogue ne connaît, et que personne n'a traduite."
    with speaking("en"), opened(render(report)) as pdf:
        assert str(pdf.Root.Lang) == "en"
        assert "fr" in {str(node.Lang) for _kind, node in elements(pdf) if "/Lang" in node}


def test_the_report_is_attached_byte_for_byte(pdf_of: PdfOf, name: str) -> None:
    report = load(name)
    with opened(pdf_of(name)) as pdf:
        assert list(pdf.attachments) == ["rapport.json"]
        spec = pdf.attachments["rapport.json"]
        assert spec.get_file().read_bytes() == to_bytes(report)
        assert spec.get_file().mime_type == "application/json"
        assert spec.relationship == pikepdf.Name.Source
        assert spec.description
        assert [str(one.UF) for one in pdf.Root.AF] == ["rapport.json"]


def test_every_font_is_inside_and_is_ours(pdf_of: PdfOf, name: str) -> None:
    with opened(pdf_of(name)) as pdf:
        fonts = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"]
        descriptors = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/FontName" in one]
        assert descriptors
        assert all({"/FontFile2", "/FontFile3"} & set(one.keys()) for one in descriptors)
        names = {re.sub(r"^/[A-Z]{6}\+", "", str(one.FontName)) for one in descriptors}
        assert names <= {
            "IBMPlexSans",
            "IBMPlexSans-Regular",
            "IBMPlexSans-SemiBold",
            "IBMPlexMono",
            "IBMPlexMono-Regular",
        }
        assert all("/ToUnicode" in one for one in fonts if one.Subtype == "/Type0")


def test_nothing_in_it_acts(pdf_of: PdfOf, name: str) -> None:
    """No script, no form, no link out of the document."""
    with opened(pdf_of(name)) as pdf:
        assert not {"/OpenAction", "/AA", "/AcroForm"} & set(pdf.Root.keys())
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary):
                assert one.get("/S") not in {"/URI", "/JavaScript", "/Launch", "/GoToR", "/SubmitForm"}


def test_it_is_read_by_parts(pdf_of: PdfOf, name: str) -> None:
    with opened(pdf_of(name)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        kinds = [kind for kind, _node in elements(pdf)]
        assert kinds.count("/H1") == 3
        levels = [int(kind[2]) for kind in kinds if re.fullmatch(r"/H[1-6]", kind)]
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
        with pdf.open_outline() as outline:
            assert [part.title for part in outline.root] == [
                "Pour la direction",
                "Pour l'éditeur du logiciel",
                "Pour l'audit",
            ]
            assert all(part.children for part in outline.root)


def test_figures_have_a_text_tables_have_headings_links_have_words(pdf_of: PdfOf, name: str) -> None:
    with opened(pdf_of(name)) as pdf:
        found: dict[str, list[Any]] = {}
        for kind, node in elements(pdf):
            found.setdefault(kind, []).append(node)
        figures = found.get("/Figure", [])
        assert bool(figures) == bool(load(name)["etablissements"])  # no figure of an indicator, no drawing
        assert all(len(str(node.Alt)) > 20 for node in figures)
        for node in found["/Table"]:
            assert "/TH" in {kind for kind, _node in _below(node)}
        links = [one for page in pdf.pages for one in page.get("/Annots", ())]
        assert links
        assert all(one.Subtype == "/Link" and str(one.Contents) for one in links)


def _below(node: Any) -> list[tuple[str, Any]]:
    found = []
    pending = [node]
    while pending:
        one = pending.pop()
        if isinstance(one, pikepdf.Array):
            pending += list(one)
        elif isinstance(one, pikepdf.Dictionary):
            if "/S" in one:
                found.append((str(one.S), one))
            if "/K" in one:
                pending.append(one.K)
    return found


def test_all_that_is_written_is_tagged_or_set_aside(pdf_of: PdfOf) -> None:
    """PDF/UA: a text shown outside marked content would be read nowhere, or twice."""
    with opened(pdf_of("sous-derogations")) as pdf:
        for page in pdf.pages:
            assert page.Tabs == "/S"
            assert "/StructParents" in page
            depth = 0
            for operands, operator in pikepdf.parse_content_stream(page):
                name = str(operator)
                depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(name, 0)
                assert name not in {"Tj", "TJ", "'", '"'} or depth > 0, operands
            assert depth == 0


def test_the_digest_of_what_is_attached_is_printed(pdf_of: PdfOf) -> None:
    from pages_pdf import flat, shaped, words

    report = load("conforme")
    assert hashlib.sha256(to_bytes(report)).hexdigest() in flat("".join(words(shaped(report)))).replace("\u200b", "")
