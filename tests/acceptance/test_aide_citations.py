"""What is quoted of the texts is in them, word for word: what they leave to the ARS, the clauses of worked examples."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path

import pytest
from partage import SHARED, needs

from duicheck.rulebook import Rulebook, load_rulebook, shipped_rulebooks

DOCUMENTS = SHARED / "sources"
EXEMPLES = Path(__file__).parents[2] / "fixtures" / "aide"
BOOKS = [load_rulebook(source) for source in shipped_rulebooks()]

pytestmark = needs(DOCUMENTS)


def _flat(text: str) -> str:
    """Words alone, in lower case: no mark-up, accents, punctuation or line breaks."""
    text = unicodedata.normalize("NFKD", re.sub(r"</?[a-z][^>]*>", "", text).replace("’", "'"))
    text = "".join(character for character in text if not unicodedata.combining(character)).lower()
    return " ".join(re.findall(r"\w+|%|€", text))


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.id)
def test_quotations_are_in_the_section_that_they_name(book: Rulebook) -> None:
    parameter = book.parameter("aide_citations")
    text = _flat((DOCUMENTS / parameter.source.document).read_text(encoding="utf-8-sig"))
    for each in parameter.value:
        place = 0
        for heading in each["section"].split(" > "):
            assert (place := text.find(_flat(heading), place)) >= 0, heading
        assert _flat(each["citation"]) in text[place:], each["citation"]


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.id)
def test_the_clauses_beside_worked_figures_are_in_the_text(book: Rulebook) -> None:
    documents = [name for name, each in book.sources.items() if each["nature"] != "convention"]
    text = _flat(" ".join((DOCUMENTS / name).read_text(encoding="utf-8-sig") for name in documents)).replace(" ", "")
    examples = tomllib.loads((EXEMPLES / f"{book.id}.toml").read_text(encoding="utf-8"))
    clauses = {expected["clause"] for case in examples["cas"] for expected in case["attendu"]}
    assert [clause for clause in clauses if _flat(clause).replace(" ", "") not in text] == []
