"""The dated texts against the documents that they cite: right file, section that exists, value that is there."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from hashlib import sha256

import pytest
from partage import SHARED, needs

from duicheck.rulebook import Parameter, Rulebook, Source, load_rulebook, shipped_rulebooks

DOCUMENTS = SHARED / "sources"
CONVENTION = "convention duicheck"
BOOKS = [load_rulebook(source) for source in shipped_rulebooks()]

pytestmark = needs(DOCUMENTS)


def _flat(text: str) -> str:
    """Words alone, in lower case: no mark-up, accents, punctuation or line breaks."""
    text = re.sub(r"\[bookmark:[^]]*\]|\[footnoteRef:\d+\]|</?[a-z][^>]*>", "", text)
    text = unicodedata.normalize("NFKD", text.replace("’", "'").replace("œ", "oe"))
    text = "".join(character for character in text if not unicodedata.combining(character)).lower()
    return " ".join(re.findall(r"\w+|%|€", text))


def _text(document: str) -> str:
    return _flat((DOCUMENTS / document).read_text(encoding="utf-8-sig"))


def _cited() -> list[tuple[str, str, Source]]:
    cited = []
    for book in BOOKS:
        for kind in (book.parameters, book.hypotheses):
            cited += [(book.id, name, each.source) for name, each in kind.items()]
    return [each for each in cited if each[2].document != CONVENTION]


def _passage(source: Source) -> str:
    """What follows the headings of a section, in their order, where they stand last: summaries come first."""
    text = f" {_text(source.document)} "
    headings = [f" {_flat(heading)} " for heading in source.section.split(" > ")]
    found = -1
    for first in re.finditer(f"(?={re.escape(headings[0])})", text):
        place = first.start()
        for heading in headings[1:]:
            place = text.find(heading, place + 1) if place >= 0 else -1
        found = place if place >= 0 else found
    assert found >= 0, f"{source.section} is not in {source.document}"
    return text[found:]


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.id)
def test_the_documents_are_those_that_were_read(book: Rulebook) -> None:
    for name, each in book.sources.items():
        if each["nature"] != "convention":
            assert sha256((DOCUMENTS / name).read_bytes()).hexdigest() == each["sha256"]


@pytest.mark.parametrize("section", sorted({(source.document, source.section) for _, _, source in _cited()}))
def test_every_section_is_in_its_document(section: tuple[str, str]) -> None:
    assert _passage(Source(*section))


def _spellings(parameter: Parameter) -> list[str]:
    """How a text may write a value; nothing for what is not a figure."""
    value = parameter.value
    if isinstance(value, date):
        short, long = f"{value:%d/%m/%y}", f"{value:%d/%m/%Y}"
        months = [
            *("janvier", "février", "mars", "avril", "mai", "juin"),
            *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
        ]
        return [long, short, f"{value.day} {months[value.month - 1]} {value.year}"]
    if isinstance(value, bool) or not isinstance(value, int):
        return []
    words = {2: "deux", 3: "trois", 8: "huit", 15: "quinze", 5: "cinq", 30: "trente"}
    if parameter.unit == "€":
        thousands = f"{value / 1000:g}".replace(".", ",")
        return [f"{thousands} k€", f"{thousands}k€"]
    if parameter.unit == "%":
        return [f"{value} %", f"{value}%"]
    return [str(value), f"{value}ème", *([words[value]] if value in words else [])]


def _figures() -> list[tuple[str, Parameter]]:
    said = [(book.id, parameter) for book in BOOKS for parameter in book.parameters.values()]
    return [
        (texte, parameter)
        for texte, parameter in said
        if parameter.source.document != CONVENTION
        and _spellings(parameter)
        and not (parameter.note or "").startswith("Implicite")
        and parameter.name not in {"fenetre_mois", "fenetre_mois_maintenance", "heures_annee", "part_criteres_nombre"}
    ]


def test_figures_are_many() -> None:
    assert len(_figures()) > 70


@pytest.mark.parametrize(("texte", "parameter"), _figures(), ids=lambda each: getattr(each, "name", each))
def test_every_figure_is_in_the_passage_that_it_cites(texte: str, parameter: Parameter) -> None:
    passage = _passage(parameter.source)[:4000]
    assert any(
        re.search(rf"(?<!\w){re.escape(_flat(spelling))}(?!\d)", passage) for spelling in _spellings(parameter)
    ), f"{texte}: {parameter.name} = {parameter.value} {parameter.unit} is not read in {parameter.source.section}"
