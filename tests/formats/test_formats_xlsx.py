"""Workbooks and Parquet: native values, the right sheet, the row that a person sees."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from workbook import Percent, workbook

TITLES = ["N° FINESS", "Indicateur", "Date de début", "Date de fin", "Numérateur", "Dénominateur", "Taux"]
FIRST, LAST = date(2025, 6, 15), date(2025, 9, 14)


def test_native_values_and_title_rows(read: Any) -> None:
    rows = [
        ["Export du 16/09/2025"],
        [],
        TITLES,
        ["010000024", "dmp", FIRST, LAST, 28, 38.0, Percent(0.7368421052631579)],
        [],
        ["2A0000154", "mssante", "15/06/2025", datetime(2025, 9, 14), "1 234", None, "73,68 %"],
        [750803447, "dossiers_actifs", FIRST, LAST, 1, 2, 50.5],
    ]
    found = read(workbook({"Notice": [["Lisez-moi"]], "Données": rows}), "indicateurs", name="export.xlsx")
    assert found.problems == []
    assert found.reading.sheet == "Données"
    assert found.lines == [4, 6, 7]
    assert [row["taux"] for row in found.rows] == ["73.6842105263158", "73.68", "50.5"]
    assert [row["numerateur"] for row in found.rows] == [28, 1234, 1]
    assert [row["finess_et"] for row in found.rows] == ["010000024", "2A0000154", "750803447"]
    assert {row["periode_debut"] for row in found.rows} == {FIRST}
    assert found.rows[1]["denominateur"] is None


def test_a_number_that_lost_its_zero(read: Any) -> None:
    found = read(workbook({"F": [TITLES, [10000024, "dmp", FIRST, LAST, 1, 2, 50]]}), "indicateurs")
    assert [(each.regle, each.line, each.column) for each in found.problems] == [
        ("livraison/valeur-ambigue", 2, "finess_et")
    ]


def test_a_native_instant_has_no_offset(read: Any, event: Any) -> None:
    cells: list[Any] = list(event().values())
    cells[1] = datetime(2025, 9, 18, 18, 25)
    found = read(workbook({"F": [list(event()), cells]}))
    assert found.rules == ["journal/horodatage-sans-fuseau"]


def test_native_booleans_and_cells_with_newlines(read: Any) -> None:
    titles = ["id_personne", "finess_et", "date_entree", "projet_possible", "remarque"]
    rows: list[list[Any]] = [
        titles,
        ["P1", "010000024", FIRST, False, 'deux\nlignes, "citées"'],
        ["P2", "010000024", FIRST, True, None],
        ["P3", "010000024", "hier", True, None],
        ["P4", "010000024", FIRST, None, None],
    ]
    found = read(workbook({"F": rows}), "registre")
    assert found.rules == ["livraison/colonne-inconnue", "livraison/format-non-conforme"]
    assert found.problems[1].line == 4
    assert found.lines == [2, 3, 5]
    assert [row["projet_possible"] for row in found.rows] == [False, True, True]


@pytest.fixture
def parquet(tmp_path: Path, connection: Any) -> Any:
    def write(select: str) -> Path:
        path = tmp_path / "essai.parquet"
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
        return path

    return write


EVENT = (
    "SELECT 'E' || i AS id_evenement, {stamp} AS horodatage, '010000024' AS finess_et, "
    "CASE WHEN i = 3 THEN NULL ELSE 'D' || i END AS id_dossier, 'mise_a_jour_dossier' AS type, "
    "NULL::DATE AS date_evenement, E'a\\nb' AS note FROM range(6) t(i)"
)


def test_parquet_rows_are_numbered_and_instants_converted(read: Any, parquet: Any) -> None:
    found = read(parquet(EVENT.format(stamp="TIMESTAMPTZ '2025-07-01 00:30:00+02:00'")))
    assert found.rules == ["livraison/colonne-inconnue", "livraison/format-non-conforme"]
    assert (found.problems[1].line, found.problems[1].column) == (4, "id_dossier")
    assert found.lines == [1, 2, 3, 5, 6]
    assert {row["horodatage"] for row in found.rows} == {datetime(2025, 6, 30, 22, 30)}


def test_parquet_instants_without_zone_are_named(read: Any, parquet: Any) -> None:
    found = read(parquet(EVENT.format(stamp="TIMESTAMP '2025-07-01 00:30:00'")))
    assert found.rules.count("journal/horodatage-sans-fuseau") == 6
    assert found.reading.rejected == 6


def test_parquet_numbers_and_lost_zeros(read: Any, parquet: Any) -> None:
    found = read(
        parquet(
            "SELECT unnest([10000024, 750803447]) AS finess_et, 'dmp' AS indicateur, "
            "DATE '2025-06-15' AS periode_debut, "
            "DATE '2025-09-14' AS periode_fin, 3::DOUBLE AS numerateur, 4 AS denominateur, 75.50::DECIMAL(9,2) AS taux"
        ),
        "indicateurs",
    )
    assert [(each.regle, each.line) for each in found.problems] == [("livraison/valeur-ambigue", 1)]
    assert (found.rows[0]["numerateur"], found.rows[0]["taux"]) == (3, "75.50")
