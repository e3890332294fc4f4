"""The lists of establishments that people really have: headings, sheets, totals, ticks, dates, lost zeros."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workbook import workbook

from duicheck.formats import load_schema
from duicheck.formats.columns import columns_of
from duicheck.formats.headings import find_headings, normalise
from duicheck.formats.plan import plan_of

SIMPLE = ["N° FINESS\nET", "N° FINESS\nEJ", "Nom de la structure", "SIRET", "Champ", "Nature de l'opération"]


def one(read: Any, titles: list[Any], values: list[Any], **options: Any) -> Any:
    return read(workbook({"F": [titles, values]}, **options), "structures", name="structures.xlsx")


def test_a_sheet_among_others_under_merged_titles_above_a_total(read: Any) -> None:
    rows = [
        ["Annexe 4 : liste des structures engagées"],
        ["Grappe d'essai, campagne 2025", None, None, None, None, None],
        [],
        SIMPLE,
        ["970302287", "970302022", "Maison d'essai", "732 829 320 00074", "Personnes âgées", "Acquisition"],
        [750803447, None, "Foyer d'essai", 73282932000074, "Handicap", "Montée de version"],
        [None] * 6,
        [None, None, "TOTAL", None, None, "2 établissements"],
        ["* Liste arrêtée par le comité de pilotage", None, None, None, None, None],
    ]
    found = read(
        workbook({"Notice": [["Lisez-moi"]], "Modèle": [SIMPLE], "Liste": rows}), "structures", name="structures.xlsx"
    )
    assert found.reading.sheet == "Liste"
    assert [(each.regle, each.line, each.facts["cause"]) for each in found.problems] == [
        ("livraison/ligne-hors-tableau", 8, "une ligne de total"),
        ("livraison/ligne-hors-tableau", 9, "une note"),
    ]
    assert found.reading.rejected == 0
    assert found.lines == [5, 6]
    assert [row["finess_et"] for row in found.rows] == ["970302287", "750803447"]
    assert [row["siret"] for row in found.rows] == ["73282932000074"] * 2
    assert [(row["champ"], row["situation"]) for row in found.rows] == [
        ("PA", "acquisition"),
        ("PH", "montee_de_version"),
    ]


def test_headings_on_two_rows(read: Any) -> None:
    rows = [
        ["N° FINESS", None, "Champ", "Solution", None, "Logiciel actuel"],
        ["ET", "EJ", None, "Nom", "Version", None],
        ["970302287", "970302022", "PA", "DUI d'essai", "4.2", "Ancien DUI"],
    ]
    found = read(workbook({"F": rows}), "structures", name="structures.xlsx")
    assert found.problems == []
    row = found.rows[0]
    assert (row["finess_et"], row["finess_ej"], row["champ"]) == ("970302287", "970302022", "PA")
    assert (row["solution"], row["version"], row["solution_actuelle"]) == ("DUI d'essai", "4.2", "Ancien DUI")


def test_the_form_of_the_hours_of_home_services(read: Any) -> None:
    titles = [
        *("Nom de la structure", "FINESS EJ", "FINESS ET", "Nombres d'heures réalisées par la structure"),
        *("Heures APA", "Heure PCH", "Heures dépendance hors APA/PCH", "Précisez type de financement col.G"),
        *("% total activités MS", "% total activités de confort", "Champ"),
    ]
    values = ["Service d'essai", None, "970302287", "12 000 h", 5000, 2000, "200,5", "CARSAT", "60 %", 40, "SAAD"]
    found = one(read, titles, values)
    assert found.problems == []
    row = found.rows[0]
    assert (row["heures_totales"], row["heures_apa"], row["heures_autres_dependance"]) == ("12000", "5000", "200.5")
    assert (row["part_medicosociale"], row["part_confort"], row["champ"]) == ("60", "40", "DOM")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *((word, True) for word in ("oui", "OUI", "Oui.", "o", "VRAI", "x", "X", "✔", "Yes", 1, True)),
        *((word, False) for word in ("non", "NON", "Néant", "aucun", "-", "☐", "faux", 0, False)),
        (None, None),
        ("", None),
    ],
)
def test_yes_and_no(read: Any, written: Any, meant: Any) -> None:
    found = one(read, ["finess_et", "champ", "Déjà financé"], ["970302287", "PA", written])
    assert found.problems == []
    assert found.rows[0]["deja_finance"] is meant


def test_a_doubtful_yes_is_a_finding(read: Any) -> None:
    found = one(read, ["finess_et", "champ", "Déjà financé"], ["970302287", "PA", "oui (FEDER ?)"])
    assert [(each.regle, each.column) for each in found.problems] == [("livraison/format-non-conforme", "deja_finance")]


@pytest.mark.parametrize(
    ("value", "since_1904", "day"),
    [
        (date(2025, 5, 12), False, date(2025, 5, 12)),
        (45789, False, date(2025, 5, 12)),
        (44327, True, date(2025, 5, 12)),
        ("12/05/2025", False, date(2025, 5, 12)),
        (None, False, None),
    ],
)
def test_dates_and_day_numbers(read: Any, value: Any, *, since_1904: bool, day: date | None) -> None:
    titles, values = ["finess_et", "champ", "Date de mise en ordre de marche"], ["970302287", "PA", value]
    found = read(workbook({"F": [titles, values]}, since_1904=since_1904), "structures", name="s.xlsx")
    assert found.problems == []
    assert found.rows[0]["mise_en_ordre_de_marche"] == day


@pytest.mark.parametrize("value", [45789.5, 3, -2, 4_000_000])
def test_a_number_that_is_no_day_is_a_finding(read: Any, value: float) -> None:
    found = one(read, ["finess_et", "champ", "MOM"], ["970302287", "PA", value])
    assert [(each.regle, each.column) for each in found.problems] == [
        ("livraison/format-non-conforme", "mise_en_ordre_de_marche")
    ]


def test_a_day_number_in_a_text_file_is_not_guessed(read: Any) -> None:
    found = read(b"finess_et,champ,parametrage\n970302287,PA,45789\n", "structures")
    assert found.rules == ["livraison/format-non-conforme"]


@pytest.mark.parametrize(("number", "hint"), [(10000024, "010000024"), (10000025, None)])
def test_a_lost_zero_is_named(read: Any, number: int, hint: str | None) -> None:
    found = one(read, ["finess_et", "champ"], [number, "PA"])
    (problem,) = found.problems
    assert (problem.regle, problem.line, problem.column) == ("livraison/valeur-ambigue", 2, "finess_et")
    assert ("010000024" in str(problem.facts["cause"])) == (hint is not None)


def test_in_a_register_of_persons_a_lost_zero_is_not_quoted(read: Any) -> None:
    text = "id_personne,finess_et,date_entree\np-1,10000024,2025-06-15\n"
    (problem,) = read(text.encode(), "registre").problems
    assert problem.column == "finess_et"
    assert "10000024" not in str(problem.facts)


def test_two_filled_sheets_are_not_chosen_between(read: Any) -> None:
    row = ["970302287", None, "Maison d'essai", None, "PA", "Acquisition"]
    found = read(workbook({"A": [SIMPLE, row], "B": [SIMPLE, row]}), "structures", name="s.xlsx")
    assert found.rules == ["livraison/fichier-illisible"]


@pytest.mark.parametrize("amount", ["8 500 €", "8500 euros", "8500", 8500])
def test_amounts(read: Any, amount: Any) -> None:
    found = one(read, ["finess_et", "champ", "Montant des devis"], ["970302287", "PA", amount])
    assert found.problems == []
    assert found.rows[0]["devis_materiel"] == "8500"


@pytest.mark.parametrize("second", [",Foyer d'essai,PH", ",Total accueil,PH", ",Total accueil,Hébergement"])
def test_a_row_whose_name_begins_like_a_total_is_a_row(read: Any, second: str) -> None:
    text = f"finess_et,raison_sociale,champ\n970302287,Total accueil,PA\n{second}\n"
    found = read(text.encode(), "structures")
    assert set(found.rules) == {"livraison/format-non-conforme"}
    assert len(found.rows) == 1


def test_no_heading_means_two_columns() -> None:
    seen: dict[str, str] = {}
    for column in columns_of(load_schema("structures")):
        for heading in {column.name, column.schema["title"], *column.schema["x-titres"]}:
            assert seen.setdefault(normalise(heading), column.name) == column.name, heading


def test_the_schema_is_understood_entirely() -> None:
    """Else every row of a list would be judged one by one."""
    assert plan_of("structures").cases


@given(st.integers(0, 4), st.integers(0, 3))
def test_titles_above_the_headings_change_nothing(above: int, blank: int) -> None:
    rows = [["Grappe d'essai", "", ""]] * above + [["", "", ""]] * blank + [["FINESS", "Champ", "Logiciel"]]
    rows += [["970302287", "PA", "DUI d'essai"]]
    found = find_headings(rows, "structures", {})
    assert (found.first, found.last, found.score) == (above + blank, above + blank, 3)
    assert found.cells == ("FINESS", "Champ", "Logiciel")
