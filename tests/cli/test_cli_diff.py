"""`duicheck diff`: two reports, as a person reads what changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from duicheck.exits import ExitCode
from duicheck.render.paper import cells


@pytest.fixture
def reports(duicheck, petite: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The report of the right delivery, and of the same with one figure changed."""
    before, after = tmp_path / "avant.json", tmp_path / "après.json"
    duicheck("check", petite, "-q", "--output", f"json={before}")
    export = petite / "indicateurs.csv"
    text = export.read_text(encoding="utf-8").replace(",7,10,70.00", ",8,10,80.00", 1)
    export.write_text(text, encoding="utf-8", newline="\n")
    duicheck("check", petite, "-q", "--output", f"json={after}")
    return before, after


def test_the_same_report_twice(duicheck, reports):
    said = duicheck("diff", reports[0], reports[0])
    assert said.code == ExitCode.CONFORME
    assert "disent la même chose" in said.out
    assert said.err == ""


def test_what_changed_is_said_in_french(duicheck, reports):
    said = duicheck("diff", *reports)
    assert said.code == ExitCode.DIFFERENT
    assert "CONFORME → NON CONFORME" in said.out
    assert "exporté 7\u00a0/\u00a010 → 8\u00a0/\u00a010" in said.out
    assert "journal/ecart-indicateur\u00a0: résultat respectée → enfreinte\u00a0; constats 0 → 1" in said.out
    assert "journal/ecart-indicateur\u00a0: 1\u00a0apparu" in said.out
    assert "False" not in said.out
    assert max(map(cells, said.out.splitlines())) <= 100


def test_another_text_says_its_conditions_once(duicheck, reports, petite, tmp_path):
    other = tmp_path / "2023.json"
    duicheck("check", petite, "-q", "--texte", "2023-13", "--date-mesure", "2025-08-31", "--output", f"json={other}")
    said = duicheck("diff", reports[1], other)
    assert "texte\u00a0: id 2025-40 → 2023-13" in said.out
    assert "date de mesure\u00a0: 15/09/2025 → 31/08/2025" in said.out
    assert "phrase" not in said.out


def test_json_form(duicheck, reports):
    said = duicheck("diff", *reports, "--format", "json")
    found = json.loads(said.out)
    assert said.code == ExitCode.DIFFERENT
    assert found["identiques"] is False
    assert found["verdict"] == {"avant": "conforme", "apres": "non_conforme"}
    assert {"projet", "etablissements", "regles"} <= {change["section"] for change in found["changements"]}


def test_what_is_no_report_is_a_mistake_of_use(duicheck, reports, petite):
    said = duicheck("diff", reports[0], petite / "journal.csv")
    assert (said.code, said.out) == (ExitCode.USAGE, "")
    assert said.err.count("\n") == 1


def test_no_code_of_diff_is_a_verdict():
    assert ExitCode.DIFFERENT not in {ExitCode.NON_CONFORME, ExitCode.INDETERMINE, ExitCode.USAGE}
