"""docs/coherence.md: every pair of documents that say a fact is compared, or it is said why not."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from duicheck.docs.coherence import PAGE, faults, generate, matrix


def test_the_matrix_promises_what_is_done() -> None:
    assert list(faults(matrix())) == []


def _unknown(data: Any) -> None:
    data["faits"][0]["paires"][0]["regles"] = ["coherence/nulle-part"]


def _forgotten(data: Any) -> None:
    del data["faits"][0]["paires"][1]


def _twice(data: Any) -> None:
    data["faits"][0]["paires"].append(data["faits"][0]["paires"][1])


def _silent(data: Any) -> None:
    data["faits"][0]["paires"][1] = {"entre": data["faits"][0]["paires"][1]["entre"]}


def _strange(data: Any) -> None:
    data["faits"][0]["dit"]["grimoire"] = "rien"


@pytest.mark.parametrize(
    ("doctor", "said"),
    [
        (_unknown, "règle inconnue : coherence/nulle-part"),
        (_forgotten, "paire oubliée : manifeste, structures"),
        (_twice, "paire en trop : manifeste, structures"),
        (_silent, "il faut des règles, ou une raison"),
        (_strange, "document inconnu : grimoire"),
    ],
)
def test_whatever_is_wrong_with_it_is_named(doctor: Any, said: str) -> None:
    data = copy.deepcopy(matrix())
    doctor(data)
    assert any(said in fault for fault in faults(data))


def test_the_page_names_every_rule_of_the_group() -> None:
    assert PAGE.name == "coherence.md"
    assert "coherence/solution-livree" in generate()
