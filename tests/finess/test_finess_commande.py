"""`duicheck finess` as a person uses it, what a check makes of it, and what its report says of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest
from outils_finess import extrait, ligne

from duicheck.cli.program import run
from duicheck.formats import validator
from duicheck.harness import Options, check, examine
from duicheck.model import Territoires
from duicheck.plugins import load_plugins
from duicheck_identifiants.repertoire.emplacement import VARIABLE, dossier, installe, ouvrir

PETITE = Path(__file__).parents[2] / "fixtures" / "livraisons" / "petite"
PLUGINS = load_plugins()
ET, EJ = "970302287", "970302022"
REGLES = {
    "categorie-a-justifier",
    "categorie-hors-champ",
    "finess-extrait-ancien",
    "finess-extrait-incomplet",
    "finess-ferme",
    "finess-inconnu",
    "finess-juridique",
}


@pytest.fixture(autouse=True)
def machine(tmp_path, monkeypatch):
    """A machine without an extract."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "machine"))


@pytest.fixture
def fichier(tmp_path):
    return extrait(
        tmp_path / "donne.csv",
        [
            ligne(ET, EJ, nom="MAISON DES PALMIERS", departement="9C", commune="97300 CAYENNE"),
            ligne("010000024", "010780054", nom="MAISON DES BUIS"),
            ligne("10000032", "010780054"),
        ],
    )


def dit(capsys, *arguments):
    capsys.readouterr()
    code = run(["finess", *arguments])
    trouve = capsys.readouterr()
    assert "Traceback" not in trouve.err
    return int(code), trouve.out, trouve.err


def regles(rapport):
    return {each["id"].partition("/")[2]: each for each in rapport["regles"] if each["id"].startswith("identifiants/")}


def test_a_life_of_an_extract(capsys, fichier):
    code, out, _ = dit(capsys, "etat")
    assert (code, "Aucun extrait FINESS dans" in out) == (0, True)
    code, out, _ = dit(capsys, "charger", str(fichier))
    assert code == 0
    assert "3 lignes lues, 1 écartée" in out
    assert "donne.csv, ligne 4\N{NO-BREAK SPACE}: 10000032 a perdu son zéro de tête" in out
    assert "2 établissements, 2 entités juridiques" in out
    assert "Les établissements fermés n'y figurent pas" in out
    assert dit(capsys, "etat")[1] == out


def test_what_is_loaded_as_json(capsys, fichier):
    _, out, _ = dit(capsys, "charger", str(fichier), "--format", "json")
    valeur = json.loads(out)["extrait"]
    assert valeur["date"] == "2025-08-01"
    assert valeur["fichiers"][0]["forme"] == "etalab-cs1100502"
    assert [each["ecartee"] for each in valeur["remarques"]] == [True]
    assert json.loads(dit(capsys, "etat", "--format", "json")[1])["extrait"] == valeur


def test_looking_numbers_up(capsys, fichier):
    code, out, err = dit(capsys, "chercher", ET)
    assert (code, out) == (2, "")
    assert "« duicheck finess charger FICHIER »" in err.replace("\N{NO-BREAK SPACE}", " ")
    dit(capsys, "charger", str(fichier))
    code, out, _ = dit(capsys, "chercher", "970 302 287")
    assert code == 0
    assert "MAISON DES PALMIERS" in out
    code, out, _ = dit(capsys, "chercher", "970302278", EJ, "10000024", "999999999")
    assert code == 1
    assert "numéro proche : 970302287 MAISON DES PALMIERS, 97300 CAYENNE" in out
    assert "entité juridique (EJ), pas un établissement" in out
    assert "ses établissements : 970302287" in out
    assert "numéro proche : 010000024 MAISON DES BUIS" in out
    assert "aucun numéro proche" in out
    _, out, _ = dit(capsys, "chercher", "970302278", EJ, "--format", "json")
    premier, second = json.loads(out)
    assert [fiche["numero"] for fiche in premier["proches"]] == [ET]
    assert (second["entite"], second["etablissements"]) == (True, [ET])


def test_a_date_that_the_file_does_not_say(capsys, tmp_path):
    muet = tmp_path / "muet.csv"
    muet.write_text(ligne(ET, EJ) + "\n", encoding="utf-8")
    code, _, err = dit(capsys, "charger", str(muet))
    assert (code, "--date 2026-05-12" in err) == (2, True)
    code, _, err = dit(capsys, "charger", str(muet), "--date", "12-05-2026")
    assert (code, "n'est pas une date" in err) == (2, True)
    code, out, _ = dit(capsys, "charger", str(muet), "--date", "12/05/2026")
    assert (code, "12/05/2026" in out) == (0, True)


def test_a_bad_file_leaves_the_extract_that_was_there(capsys, fichier, tmp_path):
    dit(capsys, "charger", str(fichier))
    avant = sorted(dossier().iterdir())
    mauvais = tmp_path / "mauvais.csv"
    mauvais.write_text("a;b\n1;2\n", encoding="utf-8")
    assert dit(capsys, "charger", str(mauvais))[0] == 2
    assert sorted(dossier().iterdir()) == avant


def test_a_newer_extract_takes_the_place_of_the_former(capsys, fichier, tmp_path):
    dit(capsys, "charger", str(fichier))
    dit(capsys, "charger", str(extrait(tmp_path / "neuf.csv", [ligne("010000602")])))
    assert len(list(dossier().glob("*.duckdb"))) == 1
    assert dit(capsys, "chercher", ET)[0] == 1


def test_what_could_not_be_taken_away_goes_the_next_time(capsys, fichier, tmp_path, monkeypatch):
    """On Windows a base that somebody reads cannot be deleted."""
    dit(capsys, "charger", str(fichier))
    with monkeypatch.context() as tenu:
        tenu.setattr(Path, "unlink", lambda *_, **__: (_ for _ in ()).throw(PermissionError()))
        dit(capsys, "charger", str(extrait(tmp_path / "neuf.csv", [ligne("010000602")])))
    assert len(list(dossier().glob("*.duckdb"))) == 2
    assert dit(capsys, "chercher", "010000602")[0] == 0
    dit(capsys, "charger", str(fichier))
    assert len(list(dossier().glob("*.duckdb"))) == 1


def test_without_an_extract_nothing_is_checked_and_the_verdict_stands():
    rapport = check(PETITE, PLUGINS)
    assert rapport["verdict"] == "conforme"
    assert "paquets" not in rapport
    for nom in REGLES:
        assert regles(rapport)[nom]["resultat"] == "non_verifiee"
        assert "« duicheck finess charger FICHIER »" in regles(rapport)[nom]["raison"]


def test_the_report_pins_the_extract_of_the_machine(capsys, fichier, tmp_path):
    dit(capsys, "charger", str(fichier))
    rapport = check(PETITE, PLUGINS)
    validator("rapport").validate(rapport)
    (paquet,) = rapport["paquets"]
    assert (paquet["nom"], paquet["origine"]) == ("finess", "donne.csv, 2025-08-01")
    assert len(paquet["source"]) == len(paquet["contenus"][0]["sha256"]) == 64
    assert paquet["reparations"] == ["donne.csv : une ligne écartée (« duicheck finess etat » dit tout)"]
    assert regles(rapport)["finess-inconnu"]["resultat"] == "respectee"
    assert regles(rapport)["finess-ferme"]["resultat"] == "non_verifiee"
    # Loaded again, and elsewhere: the same digests, whatever DuckDB writes.
    shutil.rmtree(dossier())
    dit(capsys, "charger", str(fichier))
    assert check(PETITE, PLUGINS) == rapport


def test_an_extract_that_the_delivery_brings_wins(capsys, fichier, tmp_path):
    dit(capsys, "charger", str(fichier))
    livraison = tmp_path / "livraison"
    shutil.copytree(PETITE, livraison)
    extrait(livraison / "finess.csv", [ligne(ET, EJ)])
    with (livraison / "livraison.toml").open("a", encoding="utf-8") as flux:
        flux.write('\n[[fichiers]]\nrole = "finess"\nchemin = "finess.csv"\n')
    rapport = check(livraison, PLUGINS)
    assert "paquets" not in rapport
    assert regles(rapport)["finess-inconnu"]["constats"] == 1


@pytest.mark.parametrize("comment", ["base", "absente", "index", "format"])
def test_an_altered_extract_is_never_green(capsys, fichier, comment):
    dit(capsys, "charger", str(fichier))
    (base,), index = dossier().glob("*.duckdb"), dossier() / "finess.json"
    if comment == "base":
        base.write_bytes(base.read_bytes() + b"\0")
    elif comment == "absente":
        base.unlink()
    elif comment == "index":
        index.write_text("{", encoding="utf-8")
    else:
        index.write_text(index.read_text(encoding="utf-8").replace('"format": 1', '"format": 99'), encoding="utf-8")
    rapport = check(PETITE, PLUGINS)
    assert rapport["verdict"] == "indetermine"
    assert "ne peut pas servir" in regles(rapport)["finess-inconnu"]["raison"]
    code, _, err = dit(capsys, "etat")
    assert (code, "ne peut pas servir" in err) == (2, True)
    assert dit(capsys, "charger", str(fichier))[0] == 0
    assert check(PETITE, PLUGINS)["verdict"] != "indetermine"


def test_several_programs_read_it_at_once(capsys, fichier):
    dit(capsys, "charger", str(fichier))
    with duckdb.connect(str(installe().base), read_only=True) as lue:
        lue.execute("SELECT 1")
        programme = [sys.executable, "-m", "duicheck", "finess", "chercher", ET]
        lances = [subprocess.Popen(programme, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
        assert [lance.wait(timeout=60) for lance in lances] == [0, 0, 0]
        for lance in lances:
            lance.communicate()
    with ThreadPoolExecutor(4) as fils:
        trouves = list(fils.map(lambda _: ouvrir(installe()).etablissements([ET])[ET].nom, range(20)))
    assert set(trouves) == {"MAISON DES PALMIERS"}


def test_nothing_of_it_opens_a_socket(capsys, fichier, monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError

    monkeypatch.setattr("socket.socket", refuse)
    dit(capsys, "charger", str(fichier))
    assert regles(check(PETITE, PLUGINS))["finess-inconnu"]["resultat"] == "respectee"


@pytest.mark.parametrize("texte", ["2021-amorcage", "2023-13", "2024-15", "2025-40"])
def test_territories_by_number_and_by_extract(capsys, fichier, tmp_path, texte):
    options = Options(texte=texte)
    with examine(PETITE, PLUGINS, options) as dataset:
        par_numero = dataset.get(Territoires)
        guyane, ain = par_numero.de(ET), par_numero.de("010000024")
        assert (guyane.departement, guyane.region, guyane.ultramarin, guyane.corse) == ("973", "Guyane", True, False)
        assert (ain.departement, ain.region, ain.ultramarin) == ("01", "Auvergne-Rhône-Alpes", False)
        corse = par_numero.de("2A0000170")
        assert (corse.region, corse.corse, corse.ultramarin) == ("Corse", True, False)
        assert par_numero.de("980501506").region == "Mayotte"
        assert par_numero.de("979999999") is None
        assert par_numero.de("97030") is None
        assert not guyane.extrait
    dit(capsys, "charger", str(extrait(tmp_path / "x.csv", [ligne(ET, EJ, departement="9A"), ligne("010000024")])))
    with examine(PETITE, PLUGINS, options) as dataset:
        trouve = dataset.get(Territoires).de(ET)
        assert (trouve.region, trouve.extrait) == ("Guadeloupe", True)
