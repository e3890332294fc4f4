"""The fast path of the envelopes: its yes is the validator's yes, and it does say yes."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duicheck.formats import load_schema, surely_valid, validator

GOOD: dict[str, Any] = {
    "format": 1,
    "texte": "2025-40",
    "date_mesure": "2025-09-15",
    "premiere_mesure": False,
    "editeur": {"nom": "Éditeur d'essai", "siren": "732829320"},
    "hypotheses": {"denominateur": "presence_fin"},
    "fichiers": [{"role": "journal", "chemin": "journal.csv", "sha256": "0" * 64, "colonnes": {"N°": "finess_et"}}],
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False, width=16) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["role", "nom", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inside for place in _places(item, (*path, key)))]


def test_a_right_manifest_needs_no_validator() -> None:
    assert surely_valid(load_schema("manifest"), GOOD)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(_places(GOOD)[1:]), JSON, st.sampled_from(["replace", "drop", "add"]))
def test_a_yes_is_never_wrong(place: tuple[Any, ...], value: Any, how: str) -> None:
    mutant = copy.deepcopy(GOOD)
    parent = mutant
    for step in place[:-1]:
        parent = parent[step]
    if how == "drop":
        del parent[place[-1]]
    elif how == "add" and isinstance(parent, dict):
        parent["inattendu"] = value
    else:
        parent[place[-1]] = value

    if surely_valid(load_schema("manifest"), mutant):
        assert validator("manifest").is_valid(mutant)


@pytest.mark.parametrize(
    "schema",
    [{}, {"minLength": 1}, {"type": "string", "maxLength": 3}, {"type": ["string", "null"]}, {"type": "number"}],
)
def test_what_is_not_understood_is_left_to_the_validator(schema: dict[str, Any]) -> None:
    assert not surely_valid(schema, "abc")
