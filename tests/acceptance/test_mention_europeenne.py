"""The mention of European funding against the documents that it is taken from."""

from __future__ import annotations

import re

import pytest
from partage import SHARED, needs

from duicheck.render.pdf.mention import MentionSource, mention
from duicheck.rulebook import load_rulebook, shipped_rulebooks

DOCUMENTS = SHARED / "sources"

pytestmark = needs(DOCUMENTS)

FOUND = mention("2023-13")
assert FOUND is not None


def _flat(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.replace("’", "'").lower()))


@pytest.mark.parametrize("source", FOUND.sources, ids=lambda source: source.section)
def test_the_passage_is_in_the_document(source: MentionSource) -> None:
    assert _flat(source.passage) in _flat((DOCUMENTS / source.document).read_text(encoding="utf-8-sig"))


def test_the_words_of_the_mention_are_those_of_a_source() -> None:
    assert any(_flat(FOUND.phrase).endswith(_flat(source.passage)) for source in FOUND.sources)


def test_the_texts_exist() -> None:
    assert set(FOUND.textes) <= {load_rulebook(source).id for source in shipped_rulebooks()}
