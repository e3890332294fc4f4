"""Real extracts and real identities: all of them load; each damaged one is caught, and told what is right."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest
from partage import SHARED, needs

from duicheck.errors import UsageError
from duicheck.harness import Options, check
from duicheck.plugins import load_plugins
from duicheck_identifiants.repertoire.emplacement import installer, ouvrir
from duicheck_identifiants.repertoire.numeros import cle_juste

FINESS = SHARED / "corpus" / "finess"
MUTANTS = SHARED / "corpus" / "mutants"
pytestmark = needs(FINESS)

ETALAB = "etalab-cs1100502-stock-20260512-0339__extrait_open.csv"
SAE = "SAE_ID_2022r.csv"
PETITE = Path(__file__).parents[2] / "fixtures" / "livraisons" / "petite"


def charge(chemin: Path, tmp_path: Path):
    trouve, puits = installer([chemin], tmp_path / "base")
    return ouvrir(trouve), puits


def test_the_lines_of_the_national_extract(tmp_path):
    repertoire, puits = charge(FINESS / ETALAB, tmp_path)
    assert (puits.retenus, puits.remarques) == (7, [])
    assert repertoire.date_extrait == date(2026, 5, 12)
    ehpad = repertoire.etablissements(["970302287"])["970302287"]
    assert (ehpad.numero_ej, ehpad.categorie, ehpad.departement, ehpad.siret) == ("970302022", "500", "973", None)
    assert ehpad.ouverture == date(1988, 5, 2)
    assert repertoire.entites(["970210118"])["970210118"].siren == "502547565"


def test_the_identities_of_the_sae(tmp_path):
    with (FINESS / SAE).open(encoding="latin-1", newline="") as flux:
        lignes = list(csv.DictReader(flux, delimiter=";"))
    repertoire, puits = charge(FINESS / SAE, tmp_path)
    assert (puits.sources[0].lus, puits.sources[0].ecartes, puits.retenus) == (len(lignes), 0, len(lignes))
    assert not repertoire.complet
    connus = repertoire.etablissements(ligne["fi"] for ligne in lignes)
    assert {ligne["fi"]: ligne["fi_ej"] for ligne in lignes} == {
        each.numero: each.numero_ej for each in connus.values()
    }
    assert repertoire.entites({ligne["fi_ej"] for ligne in lignes}).keys() == {ligne["fi_ej"] for ligne in lignes}
    assert all(cle_juste(numero) for ligne in lignes for numero in (ligne["fi"], ligne["fi_ej"]))


def test_a_slip_on_a_real_number_finds_it_back(tmp_path):
    repertoire, _ = charge(FINESS / SAE, tmp_path)
    with (FINESS / SAE).open(encoding="latin-1", newline="") as flux:
        numeros = [ligne["fi"] for ligne in csv.DictReader(flux, delimiter=";")]
    fautes = {}
    for rang, numero in enumerate(numeros[::7]):
        place = 2 + rang % 7
        fautes[numero[:place] + str((int(numero[place]) + 1 + rang % 8) % 10) + numero[place + 1 :]] = numero
    fautes |= {numero.lstrip("0"): numero for numero in numeros if numero.startswith("0")}
    proches = repertoire.proches(fautes)
    retrouves = [juste in [fiche.numero for fiche in proches[faute]] for faute, juste in fautes.items()]
    assert len(retrouves) > 800
    assert all(retrouves)


@pytest.mark.parametrize(
    ("nom", "etablissements", "entites"),
    [("finess_cs1400102_stock_20211214-0336.xml", 14, 3), ("finess_cs1400103_stock_20211214-0343.xml", 0, 4)],
)
def test_the_xml_flows_of_structures(tmp_path, nom, etablissements, entites):
    repertoire, puits = charge(FINESS / nom, tmp_path)
    assert repertoire.comptes() == (etablissements, entites)
    assert puits.sources[0].ecartes == 0


@pytest.mark.parametrize(
    "nom", ["finess_cs1500106_stock_20250526-0337.xml", "finess_cs1600101_stock_20211214-0332.xml"]
)
def test_the_xml_flows_of_something_else_are_told_apart(tmp_path, nom):
    with pytest.raises(UsageError, match="ni « structureet » ni « structureej »"):
        charge(FINESS / nom, tmp_path)


def test_the_mutant_with_a_wrong_key(tmp_path):
    _, puits = charge(MUTANTS / "M30_finess_cle_fausse.csv", tmp_path)
    ((place, cause),) = [(remarque.place, remarque.cause) for remarque in puits.remarques]
    assert (place, cause) == ("2", "010000025 : la clé du numéro ne va pas ; il est gardé tel quel")


def test_the_mutant_that_lost_its_zero_is_named_with_the_right_number(tmp_path):
    _, puits = charge(MUTANTS / "M31_finess_zero_perdu.csv", tmp_path)
    (remarque,) = puits.remarques
    assert remarque.ecartee
    assert (remarque.place, remarque.cause.rpartition(" ")[2]) == ("2", "010000024")


def test_a_check_against_each_extract(tmp_path):
    """The delivery names a hospital, by its real number: outside the programme, and unknown of the mutants."""
    trouves = {}
    for nom in (FINESS / ETALAB, MUTANTS / "M30_finess_cle_fausse.csv", MUTANTS / "M31_finess_zero_perdu.csv"):
        livraison = tmp_path / nom.stem
        shutil.copytree(PETITE, livraison)
        shutil.copyfile(nom, livraison / "extrait.csv")
        with (livraison / "livraison.toml").open("a", encoding="utf-8") as flux:
            flux.write('\n[[fichiers]]\nrole = "finess"\nchemin = "extrait.csv"\n')
        rapport = check(livraison, load_plugins(), Options())
        trouves[nom.name[:3]] = {
            (constat["regle"].partition("/")[2], constat["lieu"]["ligne"]) for constat in rapport["constats"]
        }
        assert rapport["verdict"] == "non_conforme"
        assert not any("confidentialite" in constat["regle"] for constat in rapport["constats"])
    assert trouves == {
        "eta": {("categorie-hors-champ", 7)},
        "M30": {("finess-inconnu", 7)},
        "M31": {("finess-inconnu", 7), ("finess-extrait-incomplet", None)},
    }
