"""The line that a finding gives is the one that an editor shows, whatever quotes and line endings do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duicheck.formats import sieve
from duicheck.formats.places import Places

COMMENTS = st.text(alphabet='aé"\n\r;,| ', max_size=6)
QUOTED = re.compile(r'[",;|\r\n]')


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, list[int], list[int], str | None]:
    """(bytes, lines of valid rows, lines of bad rows, declared encoding)."""
    separator = draw(st.sampled_from(",;|"))
    newlines = draw(st.sampled_from([["\n"], ["\r\n"], ["\n", "\r\n"], ["\r"]]))
    everything = draw(st.booleans())

    def cell(text: str) -> str:
        if everything or QUOTED.search(text):
            return '"' + text.replace('"', '""') + '"'
        return text

    def end() -> str:
        return draw(st.sampled_from(newlines))

    text = separator.join(map(cell, ["id_personne", "commentaire", "finess_et", "date_entree"])) + end()
    good, bad = [], []
    for number in range(draw(st.integers(0, 12))):
        line = 1 + len(re.findall(r"\r\n|\n|\r", text))
        kind = draw(st.sampled_from(["good", "good", "good", "date", "ragged", "blank", "empty"]))
        if kind == "blank":
            text += end()
            continue
        if kind == "empty":
            text += separator * 3 + end()
            continue
        cells = [f"P{number}", draw(COMMENTS), "010000024", "2025-01-31" if kind != "date" else "2025-02-31"]
        if kind == "ragged":
            cells.pop()
        (good if kind == "good" else bad).append(line)
        text += separator.join(map(cell, cells)) + end()
    if draw(st.booleans()):
        text = text.removesuffix("\r\n").removesuffix("\n").removesuffix("\r")
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "iso8859-15"]))
    declared = encoding if draw(st.booleans()) else None
    return text.encode(encoding), good, bad, declared


@pytest.mark.parametrize(("step", "block"), [(7, 7), (7, 64), (64, 1024), (256 << 10, 4 << 20)])
def test_lines_are_those_of_an_editor(read: Any, monkeypatch: pytest.MonkeyPatch, step: int, block: int) -> None:
    monkeypatch.setattr(sieve, "_STEP", step)
    monkeypatch.setattr(sieve, "BLOCK", block)
    sizes: list[int] = []
    sort = sieve.Sieve._block

    def seen(self: sieve.Sieve, content: bytes, line: int, *, last: bool) -> tuple[int, int]:
        sizes.append(len(content))
        return sort(self, content, line, last=last)

    monkeypatch.setattr(sieve.Sieve, "_block", seen)

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(files())
    def check(drawn: tuple[bytes, list[int], list[int], str | None]) -> None:
        content, good, bad, declared = drawn
        found = read(content, "registre", encoding=declared)
        assert found.lines == good
        rows = [each.line for each in found.problems if each.regle == "livraison/format-non-conforme"]
        assert rows == bad
        assert found.reading.rejected == len(bad)
        assert found.reading.readable

    check()
    assert step in sizes or step > 1024, "blocks did end in the middle of records"


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3), st.integers(1, 3))))
def test_places_are_compact_and_exact(runs: list[tuple[int, int, int]]) -> None:
    places, expected, line, index = Places("/lignes"), [], 1, 0
    for count, gap, stride in runs:
        line += gap
        index += gap
        places.add(count, line, index, stride)
        expected += [(line + step * stride, f"/lignes/{index + step}") for step in range(count)]
        line += count * stride
        index += count
    assert [(places[rank].line, places[rank].pointer) for rank in range(places.count)] == expected
    with pytest.raises(IndexError):
        places[places.count]


def test_a_million_rows_in_one_run_take_one_entry() -> None:
    places = Places()
    for number in range(1000):
        places.add(1000, 2 + number * 1000, number * 1000)
    assert len(places._ranks) == 1
    assert places[999_999].line == 1_000_001
