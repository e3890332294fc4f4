"""The slow path's judge says what the validator says, and asks it once for all that is alike."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duicheck.formats import explain, load_schema, validator
from duicheck.formats.cells import Cell
from duicheck.formats.judge import Judge

TEXTS = st.one_of(
    st.sampled_from(
        ["", "E1", "2025-09-18", "18/09/2025", "2025-02-30", "2025-09-18T18:25:18+02:00", "x" * 65, "é", "a b"]
    ),
    st.sampled_from(["2025-09-18T18:25:60Z", "2025-09-18t18:25:18z", "clos", "envoye", "message_mssante", "recu"]),
    st.text(max_size=70),
)


@pytest.mark.parametrize("schema", ["journal", "registre", "indicateurs", "decompte"])
def test_the_judge_says_what_the_validator_says(schema: str) -> None:
    judge = Judge(schema)
    whole = validator(schema)

    @given(st.dictionaries(st.sampled_from(sorted(load_schema(schema)["properties"])), TEXTS))
    def alike(row: dict[str, str]) -> None:
        found = judge.problems({name: Cell(value, value) for name, value in row.items()}, 1)
        wanted = explain(whole.iter_errors(row), load_schema(schema))
        said = {(problem.column, problem.facts["mot_cle"], problem.facts["attendu"]) for problem in found}
        assert said == {(each.column, each.mot_cle, each.attendu) for each in wanted}

    alike()


def test_texts_that_fail_alike_ask_the_validator_once(monkeypatch: pytest.MonkeyPatch) -> None:
    judge = Judge("journal")
    asked: list[Any] = []
    judged = judge._judge_value
    monkeypatch.setattr(judge, "_judge_value", lambda *given: (asked.append(given), judged(*given))[1])
    example = {name: each["examples"][0] for name, each in load_schema("journal")["properties"].items()}
    for second in range(60):
        row = json.loads(json.dumps(example)) | {"horodatage": f"2025-09-18 18:25:{second:02}"}
        problems = judge.problems({name: Cell(value, value) for name, value in row.items()}, second)
        assert ("horodatage", second) in {(problem.column, problem.line) for problem in problems}
    assert len([given for given in asked if given[0] == "horodatage"]) == 1
