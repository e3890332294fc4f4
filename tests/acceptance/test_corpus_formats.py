"""Real files, given as if they were what they are not: clear findings, no exception, nothing read by mistake."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from partage import SHARED, needs

from duicheck.formats import Problem, read_document, read_table
from duicheck.formats.headings import ROW_SCHEMAS

pytestmark = needs(SHARED)


def files(folder: str, *patterns: str) -> list[Path]:
    return sorted(path for pattern in patterns for path in (SHARED / folder).glob(pattern))


def read(path: Path, schema: str, tmp_path: Path) -> tuple[int, int, bool, list[Problem]]:
    problems: list[Problem] = []
    with duckdb.connect() as connection:
        reading = read_table(
            path,
            file=path.name,
            schema=schema,
            connection=lambda: connection,
            table=schema,
            on_problem=problems.append,
            workdir=tmp_path,
        )
    return reading.rows, reading.rejected, reading.readable, problems


@pytest.mark.parametrize("schema", ROW_SCHEMAS)
@pytest.mark.parametrize(
    "path",
    files("corpus/indicateurs", "*") + files("corpus/finess", "*") + files("corpus/mutants", "*.csv", "*.json"),
    ids=lambda path: path.name,
)
def test_a_file_of_another_kind_is_refused_in_words(path: Path, schema: str, tmp_path: Path) -> None:
    rows, rejected, readable, problems = read(path, schema, tmp_path)
    assert (rows, rejected, readable) == (0, 0, False)
    assert {problem.regle for problem in problems} <= {"livraison/fichier-illisible", "livraison/colonne-manquante"}
    assert 1 <= len(problems) <= 5


@pytest.mark.parametrize("schema", ["indicateurs", "journal", "registre"])
@pytest.mark.parametrize("folder", sorted(SHARED.glob("livraisons/*/")), ids=lambda path: path.name)
def test_every_row_of_a_right_delivery_is_accepted(folder: Path, schema: str, tmp_path: Path) -> None:
    path = folder / f"{schema}.csv"
    rows, rejected, readable, problems = read(path, schema, tmp_path)
    assert (rejected, readable, problems) == (0, True, [])
    assert rows == len(path.read_bytes().splitlines()) - 1


def test_a_repeated_key_in_a_document(tmp_path: Path) -> None:
    del tmp_path
    value, problems = read_document(SHARED / "corpus/mutants/M22_fhir_cle_dupliquee.json")
    assert value is None
    assert "répétée" in str(problems[0].facts["cause"])
