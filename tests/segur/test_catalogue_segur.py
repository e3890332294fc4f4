"""The catalogue that ships: what it holds, what it says of itself, and that the coverage keeps its promises."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from duicheck.docs import exigences as page
from duicheck.formats import validator
from duicheck.plugins import load_plugins
from duicheck_segur.catalogue import FONDEMENTS, catalogue_livre
from duicheck_segur.couverture import MODES, en_json, en_texte, mode
from duicheck_segur.references import bien_formee, prolonge, racines

ROOT = Path(__file__).parents[2]
CATALOGUE = catalogue_livre()
EXIGENCES = list(CATALOGUE.exigences.values())


def test_the_file_is_of_its_schema():
    valeur = tomllib.loads(files("duicheck_segur").joinpath("exigences.toml").read_text(encoding="utf-8"))
    assert list(validator("exigences").iter_errors(valeur)) == []
    assert len(valeur["exigences"]) == len(EXIGENCES), "aucune exigence deux fois"


def test_it_holds_the_grounded_requirements_and_the_unproven_ones_apart():
    comptes = Counter(each.fondement for each in EXIGENCES)
    grounded = {"drapeau_dui": 6, "suffixe_ms1": 26, "profil_dui": 7, "note_retex": 12}
    assert comptes == {**grounded, "non_prouve": 17}
    assert len(CATALOGUE.fondees) == sum(grounded.values()) == 51
    assert comptes.keys() <= FONDEMENTS.keys()


def test_it_never_claims_to_be_whole():
    assert not CATALOGUE.complet
    assert "n'est pas" in CATALOGUE.avertissement
    assert "partiel" in CATALOGUE.titre
    assert "partiel" in CATALOGUE.etendue()
    assert "n'est pas le REM" in CATALOGUE.etendue()


@pytest.mark.parametrize("exigence", EXIGENCES, ids=lambda each: each.id)
def test_a_requirement_says_how_it_is_controlled_or_why_not(exigence):
    assert bien_formee(exigence.id, "exigence")
    assert exigence.source in CATALOGUE.sources
    assert exigence.resume.endswith(".")
    assert bool(exigence.regles) == bool(exigence.portee)
    assert (mode(exigence) == "aucun") == bool(exigence.raison)
    assert exigence.publiee is None or bien_formee(exigence.publiee, "exigence")
    for other in exigence.exclusive_de:
        assert exigence.id in CATALOGUE.exigences[other].exclusive_de


def test_the_rules_of_the_coverage_exist():
    known = load_plugins().rules
    assert {regle for each in EXIGENCES for regle in each.regles} <= known.keys()


def test_a_page_that_names_an_unknown_rule_is_refused(monkeypatch):
    monkeypatch.setattr(page, "_printed", lambda _: "[`segur/inexistante`](regles.md)")
    with pytest.raises(RuntimeError, match="segur/inexistante"):
        page.generate()


def test_a_requirement_is_found_under_each_of_its_names():
    for nom in ("SC.DMP.01.MS1", "DMP.01.MS1", "DUI.DMP.01"):
        assert CATALOGUE.trouver(nom).id == "SC.DMP.01.MS1"
    # Published for both a wave 1 record and its later form: the first of the catalogue has it.
    assert CATALOGUE.trouver("DUI.MSS.20").id == "SC.MSS.20.MS1"
    assert CATALOGUE.trouver("SC.DMP.99") is None


def test_the_text_warns_before_it_lists():
    texte = en_texte(CATALOGUE, 80)
    assert texte.index("partiel") < texte.index("SC.PSC.01")
    assert all(len(ligne) <= 80 for ligne in texte.splitlines() if "SC." not in ligne)
    assert all(each.id in texte for each in EXIGENCES)


def test_the_json_counts_every_requirement_once():
    valeur = en_json(CATALOGUE)
    assert sum(valeur["comptes"].values()) == len(valeur["exigences"]) == len(EXIGENCES)
    assert {each["controle"] for each in valeur["exigences"]} <= MODES.keys()
    assert json.loads(json.dumps(valeur)) == valeur


def test_the_page_is_what_the_command_prints():
    assert (ROOT / page.PAGE).read_text(encoding="utf-8") == page.generate()


@pytest.mark.parametrize(
    ("exigence", "scenario", "juste"),
    [
        ("SC.DMP.01.MS1", "SC.DMP.01.MS1.01", True),
        ("SC.DMP.01.MS1", "DMP.01.MS1.01", True),
        ("SC.DMP/UX.14.TER", "SC.DMP/UX.14.TER.02", True),
        ("SC.DMP.01.MS1", "SC.DMP.01.01", False),
        ("SC.INS.28A", "SC.INS.28.01", False),
        ("DMP/AIRS.06", "DMP/AIRS.06.1", False),
        ("DMP/AIRS.06", "DMP/AIRS.06.01.01", False),
    ],
)
def test_how_a_scenario_extends_its_requirement(exigence, scenario, juste):
    assert prolonge(scenario, racines(exigence)) is juste
