"""`duicheck aide` as it is read: JSON of its schema, text of eighty columns, one sentence for what is wrong."""

from __future__ import annotations

import re
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from outils_aide import GRAND, PETIT, TEXTES, aide_json, aide_texte, deposer, lignes

from duicheck import check, load_plugins
from duicheck.cli.program import run
from duicheck.formats import load_schema, validator
from duicheck.langue import speaking

LIVRAISONS = Path(__file__).parents[2] / "fixtures" / "livraisons"
GRAPPE = LIVRAISONS / "petite-grappe"
PETITS = [
    {"nom": "Maison d'essai", "siren": PETIT, "nombre_essms": 2},
    {"nom": "A", "siren": GRAND, "nombre_essms": 90},
]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return aide_json(GRAPPE)


@pytest.mark.parametrize("texte", sorted(TEXTES))
def test_the_document_is_of_its_schema_under_every_text(texte: str) -> None:
    trouve = aide_json(GRAPPE, "--texte", texte)
    assert [erreur.message for erreur in validator("aide").iter_errors(trouve)] == []
    assert trouve["texte"] == texte
    assert [sous["texte"] for sous in trouve["comparaison"]] == sorted(TEXTES)


def test_the_contract(document: dict[str, Any]) -> None:
    """§1.5: what programs may count on, whatever is added."""
    promis = {"texte", "total", "lignes", "amoa", "versements", "hypotheses"}
    assert promis <= set(document)
    ligne = next(un for un in document["lignes"] if un["finess_et"] == "019900083")
    assert {"finess_et", "usage", "equipement", "materiel", "prorata", "source"} <= set(ligne)
    assert ligne["prorata"] == {"heures": 7200, "sur": 12000}
    assert (ligne["usage"], ligne["equipement"]) == (420_000, 840_000)
    assert document["total"] == 24_510_000
    assert sum(un["usage"] + un["equipement"] + un["materiel"] for un in document["lignes"]) == document["total"]
    assert [un["montant"] for un in document["versements"]] == [12_255_000, 12_255_000]
    assert document["hypotheses"]["partage_des_49"] == "acquisitions_dabord"


def test_every_example_of_the_schema_is_valid_and_every_property_described() -> None:
    schema = load_schema("aide")
    whole = validator("aide")

    def visiter(noeud: Any) -> None:
        if isinstance(noeud, list):
            for un in noeud:
                visiter(un)
        if not isinstance(noeud, dict):
            return
        if "examples" in noeud:
            assert noeud["title"]
            assert noeud["description"]
            for exemple in noeud["examples"]:
                assert list(whole.evolve(schema={**noeud, "$defs": schema["$defs"]}).iter_errors(exemple)) == []
        if noeud.get("type") == "object":
            assert "additionalProperties" in noeud
        for cle, un in noeud.items():
            if cle != "examples":
                visiter(un)

    visiter(schema)


def test_the_document_is_french_whatever_the_language(document: dict[str, Any]) -> None:
    with speaking("en"):
        assert aide_json(GRAPPE) == document


def test_the_same_bytes_twice_and_from_shuffled_rows(tmp_path: Path, document: dict[str, Any]) -> None:
    copie = tmp_path / "livraison"
    shutil.copytree(GRAPPE, copie)
    tete, *corps = (copie / "structures.csv").read_text(encoding="utf-8").splitlines()
    (copie / "structures.csv").write_text("\n".join([tete, *reversed(corps)]) + "\n", encoding="utf-8")
    assert aide_json(copie) == document


def test_the_text_fits_and_has_french_spaces(tmp_path: Path) -> None:
    groupes = [
        {"nombre": 2, "situation": "acquisition", "organisme_siren": PETIT, "devis_materiel": "8500"},
        {"nombre": 1, "situation": "acquisition", "organisme_siren": PETIT},
        {"nombre": 1, "situation": "montee_de_version", "champ": "DOM", "saad": "oui"},
        {"nombre": 1, "situation": "acquisition", "deja_finance": "oui"},
        {"nombre": 60, "situation": "montee_de_version"},
    ]
    texte = aide_texte(deposer(tmp_path, "2025-40", groupes, {"organismes": PETITS, "amoa": True}))
    assert max(map(len, texte.splitlines())) <= 80
    assert re.search(r" [:;!?%»€]|« ", texte) is None
    plat = " ".join(texte.replace("\u00a0", " ").split())
    for dit in (
        "AIDE ESTIMÉE — CE N'EST PAS UNE DÉCISION",
        "64 établissements financés sur 65",
        "le total est encadré",
        "le devis manque : 010000032",
        "les heures totales et éligibles manquent : 010000040",
        "un financement ESMS numérique déjà reçu (grappe/double-financement ;",
        "n. c.",
        "Ils ne peuvent jamais excéder la dépense réelle et effective du porteur.",
        "AMOA, une fois par projet : le projet n'est pas un regroupement de petits organismes",
        "partage_des_49 = montees_dabord",
    ):
        assert dit in plat, dit


def test_every_amount_of_the_text_has_its_clause(document: dict[str, Any]) -> None:
    texte = " ".join(aide_texte(GRAPPE).replace("\u00a0", " ").split())
    for ligne in document["lignes"]:
        for part in ligne["detail"].values():
            if part["montant"]:
                assert part["formule"].replace("\u00a0", " ") in texte
                for source in part["sources"]:
                    assert f"{source['texte']}, {source['section']}".replace(" > ", " › ") in texte


def test_the_secondary_source_is_said() -> None:
    assert "source secondaire" in " ".join(aide_texte(GRAPPE, "--texte", "2024-15").split())


def test_a_number_twice_is_counted_once(tmp_path: Path) -> None:
    deposer(tmp_path, "2025-40", [{"nombre": 15, "situation": "acquisition"}])
    lignes_lues = (tmp_path / "structures.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "structures.csv").write_text("\n".join([*lignes_lues, lignes_lues[1]]) + "\n", encoding="utf-8")
    assert aide_json(tmp_path)["total"] == 31_500_000
    assert "compté une fois" in " ".join(aide_texte(tmp_path).replace("\u00a0", " ").split())


def test_a_row_that_cannot_be_read_leaves_the_aid_open(tmp_path: Path) -> None:
    deposer(tmp_path, "2025-40", [{"nombre": 15, "situation": "acquisition"}])
    chemin = tmp_path / "structures.csv"
    chemin.write_text(chemin.read_text(encoding="utf-8").replace(",PA,", ",XX,", 1), encoding="utf-8")
    document = aide_json(tmp_path)
    assert (document["total"], document["maximum"], document["complet"]) == (29_400_000, None, False)
    assert "une ligne n'a pas pu être lue" in document["reserves"][-1]["phrase"]


def test_columns_that_do_not_answer_are_a_reservation(tmp_path: Path) -> None:
    deposer(tmp_path, "2025-40", [{"nombre": 15, "situation": "acquisition", "deja_finance": ""}])
    assert [une["source"] for une in aide_json(tmp_path)["reserves"]] == ["grappe/double-financement"]


def test_hours_that_do_not_add_up_are_a_reservation(tmp_path: Path) -> None:
    heures = {"heures_totales": "1000", "heures_medicosociales": "600", "heures_apa": "500", "heures_pch": "50"}
    groupe = {"situation": "acquisition", "champ": "DOM", "heures_autres_dependance": "10", **heures}
    document = aide_json(deposer(tmp_path, "2025-40", [groupe]))
    assert document["total"] == 1_260_000
    (reserve,) = [une for une in document["reserves"] if une["source"] == "grappe/repartition-saad"]
    assert "560" in reserve["phrase"]
    muet = aide_json(tmp_path, "--texte", "2024-15")
    assert (muet["total"], muet["reserves"][-1]["source"]) == (2_150_000, "2024-15")


def test_an_establishment_outside_the_programme_is_not_funded(tmp_path: Path) -> None:
    deposer(tmp_path, "2025-40", [{"nombre": 15, "situation": "acquisition"}])
    sanitaire = lignes([{"nombre": 15}])[0]["finess_et"]
    champs = [""] * 32
    champs[0], champs[1], champs[3], champs[13] = "structureet", sanitaire, "SOINS DE LONGUE DUREE", "01"
    champs[18], champs[19], champs[20], champs[28] = "362", "U.S.L.D.", "1100", "1990-01-01"
    (tmp_path / "finess.csv").write_text(f"finess;etalab;110;2025-08-01\n{';'.join(champs)}\n", encoding="utf-8")
    with (tmp_path / "livraison.toml").open("a", encoding="utf-8") as flux:
        flux.write('[[fichiers]]\nrole = "finess"\nchemin = "finess.csv"\n')
    document = aide_json(tmp_path)
    assert document["total"] == 29_400_000
    exclue = next(un for un in document["lignes"] if un["finess_et"] == sanitaire)
    assert exclue["exclusion"]["regle"] == "identifiants/categorie-hors-champ"
    assert [exclue[quoi] for quoi in ("usage", "equipement", "materiel", "rang")] == [0, 0, 0, None]


@pytest.mark.parametrize("livraison", ["petite", "exemple"])
def test_a_delivery_without_a_project_is_one_sentence(livraison: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["aide", str(LIVRAISONS / livraison)]) == 2
    sortie = capsys.readouterr()
    assert sortie.out == ""
    assert "il manque" in sortie.err
    assert "Traceback" not in sortie.err


def test_an_unknown_text_and_a_lone_file_are_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["aide", str(GRAPPE), "--texte", "2099-1"]) != 0
    assert "2099-1" in capsys.readouterr().err
    assert run(["aide", str(GRAPPE / "structures.csv")]) == 2
    assert "dossier ou le zip" in capsys.readouterr().err.replace("\n", " ")


def test_the_recomputed_indicators_feed_the_last_fifth_of_2021(tmp_path: Path) -> None:
    """The criteria are what a check recomputes from the log of the same delivery."""
    shutil.copytree(LIVRAISONS / "petite", tmp_path, dirs_exist_ok=True)
    chiffres = (tmp_path / "livraison.toml").read_text(encoding="utf-8")
    fichiers = chiffres[chiffres.index("[[fichiers]]") :]
    prevus = {"evaluations": {"mssante": 1000, "dmp": 1}}
    deposer(tmp_path, "2021-amorcage", [{"nombre": 3, "situation": "montee_de_version"}], prevus)
    manifeste = (tmp_path / "livraison.toml").read_text(encoding="utf-8").replace("2021-12-31", "2025-09-15")
    (tmp_path / "livraison.toml").write_text(manifeste + fichiers, encoding="utf-8")
    rapport = check(tmp_path, load_plugins())
    attendus = {un["code"]: un["recalcule"] for un in rapport["projet"]["indicateurs"]}
    document = aide_json(tmp_path)
    selon = document["versements"][-1]["criteres"]
    codes = ["dossiers_actifs", "projet_personnalise", "evenement_agenda", "mssante", "dmp"]
    assert [un["code"] for un in selon["criteres"]] == codes
    for un in selon["criteres"]:
        lu = attendus[un["code"]]
        assert un["recalcule"]
        assert (un["numerateur"], un["denominateur"]) == (lu["numerateur"], lu["denominateur"])
        rapport_du_critere = Fraction(un["numerateur"] * 100, un["denominateur"] or 100) / Fraction(un["evaluation"])
        assert un["montant"] == int(min(Fraction(1), rapport_du_critere) * un["maximum"])
    # 3 × 10 000 €, of which the last fifth follows the criteria: 1 200 € each.
    assert {un["maximum"] for un in selon["criteres"]} == {120_000}
    paye = sum(un["montant"] for un in selon["criteres"])
    assert document["a_verser"] == {"minimum": 2_400_000 + paye, "maximum": 2_400_000 + paye}
    assert document["total"] == 3_000_000
    assert "recalculé" in aide_texte(tmp_path)
