"""The grappe as a part: counted once whatever the order, sized by territory, filed where the text says."""

from __future__ import annotations

import csv
import io
import json
import shutil
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn

from duicheck.harness import Options, check, run_rules
from duicheck.model.grappe import Heures
from duicheck.plugins import load_plugins
from duicheck.rulebook import Rulebook, load_rulebook, shipped_rulebooks
from duicheck_grappe.heures import _egale
from duicheck_grappe.lecture import _niveau
from duicheck_grappe.noms import meme, nomme

FIXTURES = Path(__file__).parents[2] / "fixtures" / "livraisons"
PLUGINS = load_plugins()
BOOKS: dict[str, Rulebook] = {book.id: book for book in map(load_rulebook, shipped_rulebooks())}
LATE = ("2023-13", "2025-40")


def finess(rank: int, place: str = "01") -> str:
    """An invented number with a right key."""
    body = f"{place}{rank:0{8 - len(place)}d}"
    return body + str(luhn.calc_check_digit(body.replace("A", "1")))


def delivery(folder: Path, rows: list[dict[str, str]], project: dict[str, Any] | None = None) -> Path:
    """A delivery of a list of establishments, and a project."""
    folder.mkdir(parents=True, exist_ok=True)
    heading = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, heading, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (folder / "structures.csv").write_text(text.getvalue(), encoding="utf-8", newline="")
    document = {"format": 1, "texte": "2025-40", "niveau": "regional", "porteur": {"nom": "Essai", "type": "og"}}
    (folder / "projet.json").write_text(json.dumps(document | (project or {})), encoding="utf-8")
    shutil.copyfile(FIXTURES / "petite-grappe" / "livraison.toml", folder / "livraison.toml")
    return folder


def said(folder: Path, rule: str, **options: Any) -> tuple[str, list[dict[str, Any]]]:
    """The outcome of a rule and the facts of its findings."""
    (result,) = run_rules(folder, PLUGINS, [PLUGINS.rules[rule]], Options(**options))
    return result.outcome.value, [dict(finding.facts) for finding in result.findings]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(1, 24), min_size=1, max_size=24),
    st.randoms(use_true_random=False),
)
def test_the_count_is_of_single_numbers_in_any_order(tmp_path_factory: Any, ranks: list[int], chance: Any) -> None:
    rows = [{"finess_et": finess(rank), "champ": "PA"} for rank in ranks]
    folder = tmp_path_factory.mktemp("grappe")
    before = said(delivery(folder / "a", rows), "grappe/taille")
    chance.shuffle(rows)
    after = said(delivery(folder / "b", rows), "grappe/taille")
    assert before == after
    assert (before[0] == "respectee") == (len(set(ranks)) >= 15)
    assert [each["essms"] for each in before[1]] == ([] if len(set(ranks)) >= 15 else [len(set(ranks))])


@pytest.mark.parametrize(
    ("place", "reduced"),
    [
        *((place, True) for place in ("9701", "9702", "9703", "9704", "971", "972", "973", "974", "976", "9805", "2A")),
        *((place, False) for place in ("01", "75", "20", "13")),
    ],
)
@pytest.mark.parametrize("texte", LATE)
def test_the_threshold_of_a_territory(tmp_path: Path, place: str, texte: str, *, reduced: bool) -> None:
    rows = [{"finess_et": finess(rank, place), "champ": "PA"} for rank in range(8)]
    outcome, facts = said(delivery(tmp_path / "a", rows), "grappe/taille", texte=texte, date_mesure=date(2025, 9, 30))
    assert outcome == ("respectee" if reduced else "enfreinte")
    assert [each["essms_attendus"] for each in facts] == ([] if reduced else [15])
    outcome, facts = said(
        delivery(tmp_path / "b", rows[:7]), "grappe/taille", texte=texte, date_mesure=date(2025, 9, 30)
    )
    assert [each["essms_attendus"] for each in facts] == [8 if reduced else 15]


@pytest.mark.parametrize(
    "numbers", [("970302287", "970210126"), ("970216057", "980501506"), ("2A0000170", "750803447")]
)
def test_real_overseas_numbers_are_of_two_regions(tmp_path: Path, numbers: tuple[str, str]) -> None:
    rows = [{"finess_et": each, "champ": "PA"} for each in numbers]
    outcome, facts = said(delivery(tmp_path / "a", rows), "grappe/guichet")
    assert outcome == "enfreinte"
    assert facts[0]["regions"] == 2


@pytest.mark.parametrize(
    ("many", "regions", "level"),
    [(False, False, "regional"), (True, False, "regional"), (False, True, "multiregional"), (True, True, "national")],
)
def test_the_table_of_the_text(*, many: bool, regions: bool, level: str) -> None:
    assert _niveau(many, regions) == level


def test_every_departement_is_of_one_region_and_the_overseas_prefixes_of_one() -> None:
    for book in BOOKS.values():
        regions = book["regions_departements"]
        every = [code for codes in regions.values() for code in codes]
        assert len(every) == len(set(every))
        assert len(regions) == 18
        metropolitan = {f"{number:02d}" for number in range(1, 96)} - {"20"} | {"2A", "2B"}
        assert {code for code in every if len(code) == 2} == metropolitan
        assert {code for code in every if len(code) == 3} == {"971", "972", "973", "974", "976", "977", "978"}
        places = book["collectivites_finess"]
        assert set(places.values()) <= {*every, "975", *BOOKS["2023-13"]["territoires_exclus"]}
        reduced = book["territoires_seuil_reduit"]
        assert all(prefix.startswith(tuple(reduced)) for prefix in places)


# -- hours ------------------------------------------------------------------------------------------------------------


def test_the_share_of_hours_is_exact() -> None:
    hours = Heures(totales=Decimal(12000), apa=Decimal(5000), pch=Decimal(2000), autres=Decimal(200))
    assert (hours.eligibles, hours.prorata) == (Decimal(7200), Fraction(3, 5))
    assert Heures(totales=Decimal(0), medicosociales=Decimal(0)).prorata is None
    assert Heures(totales=Decimal(10)).prorata is None
    assert Heures(totales=Decimal(3), medicosociales=Decimal(1), apa=Decimal(9)).prorata == Fraction(1, 3)


@given(st.integers(0, 10_000), st.integers(1, 10_000), st.integers(0, 3))
def test_a_rounded_share_is_right_and_one_further_is_not(part: int, whole: int, places: int) -> None:
    true = Fraction(min(part, whole), whole) * 100
    step = Decimal(1).scaleb(-places)
    down = Decimal(int(true / Fraction(step))) * step
    assert _egale(down.quantize(step), true)
    assert not _egale((down + 2 * step).quantize(step), true)
    assert not _egale((down - step).quantize(step), true) or true == Fraction(down)


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("DUI d'essai", "DUI D’ESSAI", True),
        ("Éditeur®", "editeur", True),
        ("DUI 2", "DUI 3", False),
        ("A", "A+", False),
    ],
)
def test_names(one: str, other: str, *, same: bool) -> None:
    assert meme(one, other) is same


@pytest.mark.parametrize(
    ("cell", "name"),
    [(None, None), ("Non", None), ("Néant", None), ("", None), ("Oui", ""), ("x", ""), ("DUI d'essai", "DUI d'essai")],
)
def test_what_a_cell_names(cell: str | None, name: str | None) -> None:
    assert nomme(cell) == name


# -- the data that the aid needs --------------------------------------------------------------------------------------

AID = {
    "2021-amorcage": {
        "aide_forfait_acquisition": 25_000,
        "aide_forfait_conformite": 10_000,
        "aide_forfait_materiel": 20_000,
        "essms_maximum_finances": 30,
        "part_criteres": 20,
        "part_criteres_nombre": 5,
        "essms_minimum": 15,
        "essms_minimum_outre_mer_corse": 8,
        "organismes_minimum": 3,
    },
    "2023-13": {
        "aide_usage_acquisition": 7000,
        "aide_usage_montee_de_version": 5000,
        "aide_usage_au_dela": 2000,
        "aide_equipement_acquisition": 14_000,
        "aide_equipement_au_dela": 3000,
        "aide_dernier_rang_plein_tarif": 49,
        "aide_materiel_maximum": 20_000,
        "aide_amoa": 100_000,
        "petit_organisme_moins_de": 15,
        "petit_organisme_moins_de_outre_mer_corse": 8,
        "aide_amoa_plafond": False,
        "aide_prorata_heures": True,
        "aide_materiel_selon_devis": True,
    },
    "2024-15": {
        "aide_usage_acquisition": 7000,
        "aide_usage_montee_de_version": 5000,
        "aide_equipement_maximum": 14_500,
    },
    "2025-40": {
        "aide_usage_acquisition": 7000,
        "aide_usage_montee_de_version": 5000,
        "aide_usage_au_dela": 2000,
        "aide_equipement_acquisition": 14_000,
        "aide_equipement_au_dela": 3000,
        "aide_dernier_rang_plein_tarif": 49,
        "aide_materiel_maximum": 10_000,
        "aide_amoa": 100_000,
        "petit_organisme_moins_de": 15,
        "petit_organisme_moins_de_outre_mer_corse": 8,
        "heures_annee": -1,
        "aide_amoa_plafond": True,
        "aide_prorata_heures": True,
        "aide_materiel_selon_devis": True,
    },
}
PAYMENTS = {"2021-amorcage": [40, 40, 20], "2023-13": [50, 50], "2024-15": [50, 50], "2025-40": [50, 50]}


@pytest.mark.parametrize("texte", AID)
def test_the_amounts_of_the_aid_are_data_with_a_unit_and_a_source(texte: str) -> None:
    book = BOOKS[texte]
    assert {name: book[name] for name in AID[texte]} == AID[texte]
    for name in AID[texte]:
        parameter = book.parameter(name)
        assert parameter.unit
        assert parameter.source.document != "convention duicheck", name
    assert [each["part"] for each in book["versements"]] == PAYMENTS[texte]


# -- the project ------------------------------------------------------------------------------------------------------


def test_the_base_deliveries_are_right_in_every_respect() -> None:
    for name in ("petite-grappe", "grappe-nationale"):
        report = check(FIXTURES / name, PLUGINS)
        assert (report["verdict"], report["constats"]) == ("conforme", []), name


def test_the_report_says_the_hypotheses_of_the_project_only_where_there_is_one() -> None:
    with_project = check(FIXTURES / "petite-grappe", PLUGINS)["hypotheses"]
    without = check(FIXTURES / "petite", PLUGINS)["hypotheses"]
    assert {"partage_des_49", "saad_prorata", "ht_ttc", "seuil_mixte"} <= set(with_project)
    assert not {"partage_des_49", "saad_prorata", "ht_ttc", "seuil_mixte"} & set(without)


@pytest.mark.parametrize("texte", sorted(BOOKS))
def test_no_rule_crashes_under_any_text(texte: str) -> None:
    phase = "projet" if texte == "2021-amorcage" else None
    report = check(
        FIXTURES / "petite-grappe", PLUGINS, Options(texte=texte, date_mesure=date(2025, 9, 30), phase=phase)
    )
    assert not [each for each in report["regles"] if each["resultat"] == "en_erreur"]


def test_a_piece_of_the_project_leaves_no_trace_of_its_path_outside(tmp_path: Path) -> None:
    rows = [{"finess_et": finess(1), "champ": "PA"}]
    pieces = [{"code": "gouvernance", "fichier": "../../ailleurs.pdf"}]
    outcome, facts = said(delivery(tmp_path / "a", rows, {"pieces": pieces}), "grappe/piece-manquante")
    assert outcome == "enfreinte"
    (cause,) = [each["cause"] for each in facts if each["piece"] == "gouvernance"]
    assert cause.startswith("nommée, mais")
