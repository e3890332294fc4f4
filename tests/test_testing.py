"""The public case runner: what it accepts, what it refuses, and how it speaks when a rule is wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from duicheck.errors import UsageError
from duicheck.findings import Outcome
from duicheck.testing import assert_case, load_cases, patch_delivery, run_case

PETITE = Path(__file__).parents[1] / "fixtures" / "livraisons" / "petite"


def write(folder: Path, text: str) -> Path:
    """A case file of one rule, its base given as an absolute path."""
    path = folder / "cas.toml"
    head = f'regle = "indicateurs/numerateur-superieur"\nbase = "{PETITE.as_posix()}"\n'
    path.write_text(head + text, encoding="utf-8")
    return path


def patched(folder: Path, text: str) -> Path:
    (case,) = load_cases(write(folder, '[[cas]]\nnom = "essai"\nattendu = "respectee"\n' + text))
    patch_delivery(case, folder / "livraison")
    return folder / "livraison"


WRONG = """
[[cas]]
nom = "un de plus"
attendu = "enfreinte"
lieux = [{ fichier = "indicateurs.csv", ligne = 2, colonne = "numerateur" }]
faits = [{ numerateur = 11 }]
[[cas.modifier]]
fichier = "indicateurs.csv"
ou = { finess_et = "970302287", indicateur = "dossiers_actifs" }
champs = { numerateur = "11" }
"""


def test_a_case_runs_the_rule_on_the_patched_copy(tmp_path: Path) -> None:
    before = (PETITE / "indicateurs.csv").read_bytes()
    (case,) = load_cases(write(tmp_path, WRONG))
    result = run_case(case)
    assert (result.outcome, result.count) == (Outcome.FAILED, 1)
    assert_case(case)
    assert (PETITE / "indicateurs.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"enfreinte"', '"respectee"', "attendu : respectee, obtenu : enfreinte"),
        ("ligne = 2", "ligne = 3", "constat 1, ligne : attendu 3, obtenu 2"),
        ('colonne = "numerateur"', 'colonne = "taux"', "constat 1, colonne : attendu 'taux', obtenu 'numerateur'"),
        ("numerateur = 11 }", "numerateur = 12 }", "constat 1, fait numerateur : attendu 12, obtenu 11"),
        ("numerateur = 11 }", "age = 12 }", "constat 1, fait age : attendu 12, obtenu '(absent)'"),
        ("faits = [{ numerateur = 11 }]", "constats = 2", "constats attendus : 2, obtenus : 1"),
        ("faits = [{ numerateur = 11 }]", "faits = [{}, {}]", "faits attendus pour 2 constats, obtenus : 1"),
        ("faits = [{ numerateur = 11 }]", 'message = "douze"', "aucun message ne contient « douze »"),
        ("faits = [{ numerateur = 11 }]", 'raison = "douze"', "la raison ne contient pas « douze »"),
    ],
)
def test_a_failure_says_what_differs_and_what_was_found(tmp_path: Path, old: str, new: str, said: str) -> None:
    (case,) = load_cases(write(tmp_path, WRONG.replace(old, new, 1)))
    with pytest.raises(AssertionError) as failure:
        assert_case(case)
    text = str(failure.value)
    assert said in text
    assert "indicateurs.csv:2:numerateur 970302287, dossiers_actifs : 11 pour un dénominateur de 10." in text
    assert "cas.toml" in text


def test_patches_of_the_root_come_before_those_of_the_case(tmp_path: Path) -> None:
    text = """
texte = "2023-13"
[[modifier]]
fichier = "registre.csv"
champs = { projet_possible = "false" }
[[cas]]
nom = "essai"
attendu = "respectee"
date_mesure = 2025-09-30
[[cas.modifier]]
fichier = "registre.csv"
ou = { id_personne = "p-01" }
champs = { projet_possible = "true" }
"""
    (case,) = load_cases(write(tmp_path, text))
    patch_delivery(case, tmp_path / "livraison")
    rows = (tmp_path / "livraison" / "registre.csv").read_text(encoding="utf-8").splitlines()
    assert [row.rpartition(",")[2] for row in rows[1:]] == ["true", *["false"] * 11]
    assert (case.options.texte, str(case.options.date_mesure)) == ("2023-13", "2025-09-30")


def test_rows_are_dropped_and_appended(tmp_path: Path) -> None:
    folder = patched(
        tmp_path,
        '[[cas.retirer]]\nfichier = "registre.csv"\nou = { finess_et = "970302287" }\n'
        '[[cas.ajouter]]\nfichier = "registre.csv"\ncomme = { id_personne = "p-12" }\n'
        'champs = { id_personne = "p-13" }\n'
        '[[cas.ajouter]]\nfichier = "registre.csv"\nchamps = { id_personne = "p-14" }\n',
    )
    rows = (folder / "registre.csv").read_text(encoding="utf-8").splitlines()
    assert [row.split(",")[0] for row in rows] == ["id_personne", "p-11", "p-12", "p-13", "p-14"]
    assert rows[3:] == ["p-13,d-12,010000024,2023-09-04,,true", "p-14,,,,,"]


def test_contents_are_written_as_text_bytes_or_one_passage(tmp_path: Path) -> None:
    folder = patched(
        tmp_path,
        '[[cas.ecrire]]\nfichier = "cda/un.xml"\nhexa = "ff 00"\n'
        '[[cas.ecrire]]\nfichier = "journal.csv"\ntexte = "été"\nencodage = "cp1252"\n'
        '[[cas.ecrire]]\nfichier = "registre.csv"\npassage = "p-01,"\ntexte = "p-91,"\n',
    )
    assert (folder / "cda" / "un.xml").read_bytes() == b"\xff\x00"
    assert (folder / "journal.csv").read_bytes() == b"\xe9t\xe9"
    assert (folder / "registre.csv").read_text(encoding="utf-8").count("p-91,d-01") == 1


def test_the_manifest_is_merged_and_cut(tmp_path: Path) -> None:
    folder = patched(
        tmp_path,
        'supprimer = ["journal.csv"]\nmanifeste_sans = ["solution", "editeur.siren", "fichiers.registre"]\n'
        "[cas.manifeste]\npremiere_mesure = true\nediteur.nom = 'Un \"autre\"'\n"
        'fichiers.journal.colonnes = { "N°\\tFINESS" = "finess_et" }\nfichiers.cda.chemin = "cda/*.xml"\n',
    )
    manifest = tomllib.loads((folder / "livraison.toml").read_text(encoding="utf-8"))
    assert not (folder / "journal.csv").exists()
    assert manifest["premiere_mesure"] is True
    assert manifest["editeur"] == {"nom": 'Un "autre"'}
    assert "solution" not in manifest
    assert manifest["fichiers"] == [
        {"role": "indicateurs", "chemin": "indicateurs.csv"},
        {"role": "journal", "chemin": "journal.csv", "colonnes": {"N°\tFINESS": "finess_et"}},
        {"role": "cda", "chemin": "cda/*.xml"},
    ]


@pytest.mark.parametrize(
    "patch",
    [
        '[[cas.modifier]]\nfichier = "indicateurs.csv"\nou = { indicateur = "dmpp" }\nchamps = { taux = "1" }\n',
        '[[cas.modifier]]\nfichier = "indicateurs.csv"\nchamps = { tau = "1" }\n',
        '[[cas.modifier]]\nfichier = "absent.csv"\nchamps = { taux = "1" }\n',
        '[[cas.retirer]]\nfichier = "indicateurs.csv"\nou = { colonne = "dmp" }\n',
        '[[cas.ajouter]]\nfichier = "indicateurs.csv"\nchamps = { tau = "1" }\n',
        '[[cas.renommer]]\nfichier = "indicateurs.csv"\nintitule = "tau"\nen = "taux"\n',
        '[[cas.ecrire]]\nfichier = "registre.csv"\npassage = "970302287"\ntexte = ""\n',
        'supprimer = ["absent.csv"]\n',
        'manifeste_sans = ["fichiers.cda"]\n',
        'manifeste_sans = ["editeur.siret"]\n',
    ],
)
def test_a_patch_that_changes_nothing_is_refused(tmp_path: Path, patch: str) -> None:
    with pytest.raises(UsageError, match="ne s'applique pas"):
        patched(tmp_path, patch)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "/cas : il faut"),
        ('[[cas]]\nnom = "sans attente"\n', "/cas/0/attendu : il faut"),
        ('[[cas]]\nnom = "mauvaise attente"\nattendu = "verte"\n', "/cas/0/attendu : il faut une de ces valeurs"),
        ('[[cas]]\nnom = "clef inconnue"\nattendu = "respectee"\nligne = 3\n', "ligne"),
        ("cas = [", "n'est pas un fichier de cas lisible"),
    ],
)
def test_a_malformed_case_file_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError) as refusal:
        load_cases(write(tmp_path, text))
    assert str(tmp_path / "cas.toml") in str(refusal.value)
    assert said in str(refusal.value)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="aucun fichier de cas"):
        load_cases(tmp_path)


def test_a_rule_that_nobody_brings_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, '[[cas]]\nnom = "essai"\nattendu = "respectee"\n')
    path.write_text(path.read_text(encoding="utf-8").replace("indicateurs/num", "indicateurs/nom"), encoding="utf-8")
    (case,) = load_cases(path)
    with pytest.raises(UsageError, match="indicateurs/nomerateur-superieur"):
        run_case(case)
