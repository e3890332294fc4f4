"""Extracts: recognised by their content, read as they are, every row that is left out said with its place."""

from __future__ import annotations

import gzip
import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outils_finess import EN_TETE, extrait, grand_extrait, ligne, numero

from duicheck.errors import UsageError
from duicheck_identifiants.repertoire.emplacement import installer, ouvrir

ET, EJ = "970302287", "970302022"


def charge(tmp_path, *chemins, jour=None):
    trouve, puits = installer(chemins, tmp_path / "base", jour)
    return ouvrir(trouve), puits


def ecrit(tmp_path, nom, texte, encodage="utf-8"):
    chemin = tmp_path / nom
    chemin.write_text(texte, encoding=encodage, newline="")
    return chemin


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252", "latin-1"])
@pytest.mark.parametrize("fin", ["\n", "\r\n"])
def test_the_frozen_csv_in_its_encodings(tmp_path, encodage, fin):
    texte = fin.join(
        [EN_TETE, ligne(ET, EJ, nom="MAISON DES CÈDRES", departement="9C"), "geolocalisation;970302287;1;2"]
    )
    repertoire, puits = charge(tmp_path, ecrit(tmp_path, "x.csv", texte + fin, encodage))
    fiche = repertoire.etablissements([ET])[ET]
    assert (fiche.nom, fiche.departement, fiche.numero_ej) == ("MAISON DES CÈDRES", "973", EJ)
    assert repertoire.date_extrait == date(2025, 8, 1)
    assert (puits.sources[0].lus, puits.sources[0].ecartes) == (1, 0)
    assert repertoire.comptes() == (1, 1)


def test_gzip_is_seen_by_its_bytes(tmp_path):
    chemin = tmp_path / "sans-suffixe"
    chemin.write_bytes(gzip.compress(f"{EN_TETE}\n{ligne(ET, EJ)}\n".encode()))
    assert charge(tmp_path, chemin)[0].comptes() == (1, 1)


def test_a_damaged_gzip_is_one_sentence(tmp_path):
    chemin = tmp_path / "x.csv.gz"
    chemin.write_bytes(gzip.compress(f"{EN_TETE}\n{ligne(ET, EJ)}\n".encode() * 50)[:-20])
    with pytest.raises(UsageError, match=r"x\.csv\.gz : cette archive gzip est coupée"):
        charge(tmp_path, chemin)


def test_a_gzip_that_unpacks_without_end_is_stopped(tmp_path, monkeypatch):
    from duicheck_identifiants.repertoire import chargement

    monkeypatch.setattr(chargement, "_DEPLIE", 1 << 20)
    chemin = tmp_path / "x.csv.gz"
    chemin.write_bytes(gzip.compress(EN_TETE.encode() + b"\n" * (3 << 20)))
    with pytest.raises(UsageError, match="se déplie au-delà"):
        charge(tmp_path, chemin)


def test_a_line_without_end_and_a_wrong_file_stay_bounded(tmp_path):
    lignes = [ligne(ET, EJ), "structureet;" + "x" * (3 << 20), *["structureet;x"] * 12_000]
    repertoire, puits = charge(tmp_path, extrait(tmp_path / "x.csv", lignes))
    assert puits.sources[0].ecartes == repertoire.sources[0].ecartes > 12_000
    assert len(repertoire.remarques()) == 10_000


def test_quotes_and_separators_within_them(tmp_path):
    cite = ligne(ET, EJ, nom='"MAISON ; DES ""CEDRES"""')
    libre = ligne("010000024", EJ, nom='LE "BON ACCUEIL"')
    repertoire, puits = charge(tmp_path, extrait(tmp_path / "x.csv", [cite, libre]))
    noms = {fiche.numero: fiche.nom for fiche in repertoire.etablissements([ET, "010000024"]).values()}
    assert noms == {ET: 'MAISON ; DES "CEDRES"', "010000024": 'LE "BON ACCUEIL"'}
    assert puits.remarques == []


def test_every_row_left_out_is_said_with_its_line(tmp_path):
    lignes = [
        ligne(ET, EJ),
        ligne("10000024", EJ),
        ligne(ET, EJ),
        "structureet;trop;court",
        ligne("abc", EJ),
        ligne("", EJ),
        "",
        "autrechose;1;2",
    ]
    _, puits = charge(tmp_path, extrait(tmp_path / "x.csv", lignes))
    dites = {remarque.place: remarque.cause for remarque in puits.remarques}
    assert dites["3"] == "10000024 a perdu son zéro de tête, sans doute dans un tableur : c'est 010000024"
    assert dites["4"] == f"{ET} est déjà donné ligne 2 de x.csv"
    assert dites["5"].startswith("3 champs au lieu de 32")
    assert "forme attendue" in dites["6"]
    assert dites["7"] == "le numéro FINESS manque"
    assert dites["9"].startswith("ligne d'une autre nature")
    assert puits.sources[0].lus == 7
    assert puits.sources[0].ecartes == len(dites) == 6


def test_a_doubtful_cell_is_said_and_its_row_kept(tmp_path):
    lignes = [ligne("010000025", EJ, siret="123"), ligne(ET, "97030202", ouverture="hier")]
    repertoire, puits = charge(tmp_path, extrait(tmp_path / "x.csv", lignes))
    causes = [remarque.cause for remarque in puits.remarques]
    assert any("la clé du numéro ne va pas" in cause for cause in causes)
    assert any("SIRET de 3 chiffres au lieu de 14" in cause for cause in causes)
    assert any("numéro juridique laissé de côté" in cause for cause in causes)
    assert any("AAAA-MM-JJ" in cause for cause in causes)
    assert not any(remarque.ecartee for remarque in puits.remarques)
    fiche = repertoire.etablissements([ET])[ET]
    assert (fiche.numero_ej, fiche.ouverture) == (None, None)


XML = """<?xml version="1.0" encoding="UTF-8"?>
<fluxfiness xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<horodatage><datemaj>2025-07-01</datemaj></horodatage>
<structureej><nofiness>970302022</nofiness><rs>OG</rs><siren>732829320</siren></structureej>
<structureet><nofinesset>970302287</nofinesset><nofinessej>970302022</nofinessej><rs>MAISON</rs>
<departement>9C</departement><categetab>500</categetab><siret xsi:nil="true"/>
<datefermeture>2020-02-29</datefermeture></structureet>
<structureet><nofinesset>97030</nofinesset></structureet>
</fluxfiness>"""


def test_the_xml_flows(tmp_path):
    repertoire, puits = charge(tmp_path, ecrit(tmp_path, "flux.xml", XML))
    fiche = repertoire.etablissements([ET])[ET]
    assert (fiche.fermeture, fiche.categorie, fiche.departement) == (date(2020, 2, 29), "500", "973")
    assert repertoire.entites([EJ])[EJ].siren == "732829320"
    assert repertoire.date_extrait == date(2025, 7, 1)
    assert [remarque.place for remarque in puits.remarques] == ["8"]


@pytest.mark.parametrize(
    ("texte", "dit"),
    [
        ('<!DOCTYPE fluxfiness [<!ENTITY x "y">]>\n' + XML.partition("\n")[2], "DOCTYPE"),
        ("<autre><structureet><nofinesset>970302287</nofinesset></structureet></autre>", "sa racine n'est pas"),
        ("<fluxfiness><structureet>", "ligne 1 : ce XML n'est pas bien formé"),
        ("<fluxfiness><nomenclature/></fluxfiness>", "ni « structureet » ni « structureej »"),
        ("{", "aucune structure"),
        ('{"pmej": [{"informationsGeneralesPMEJ": {"numFinessPm": "970302022"}}', "coupé ou mal formé"),
        ('{"pmej": [{"numFiness": "970302022", "activitesAutorisees": []}]}', "aucune structure"),
        ("a;b\n1;2\n", "pas un extrait FINESS reconnu"),
        ("", "pas un extrait FINESS reconnu"),
        (f"{EN_TETE}\n{ligne('97030')}\n", "aucune ligne ne peut être retenue"),
        (f"{ligne(ET)}\n", "ne dit pas sa date"),
    ],
)
def test_a_file_that_is_none_is_one_sentence_and_nothing_is_written(tmp_path, texte, dit):
    with pytest.raises(UsageError, match=dit):
        charge(tmp_path, ecrit(tmp_path, "donne", texte))
    assert list((tmp_path / "base").iterdir()) == []


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(UsageError, match=r"absent\.csv : lecture impossible"):
        charge(tmp_path, tmp_path / "absent.csv")


def structures(*eges, siren="732829320"):
    pmej = {"informationsGeneralesPMEJ": {"numFinessPm": EJ, "siren": siren, "denominationPm": "OG"}, "ege": list(eges)}
    return {"schemaVersion": "v1.0.0", "generatedAt": "2026-09-11T01:30:00Z", "gco": [], "pmej": [pmej]}


def ege(et, **infos):
    return {
        "informationsGeneralesEGE": {"numFinessEge": et, "nomEgeCourt": "MAISON", **infos},
        "categorieentiteGeographiqueExercice": "500",
        "adresse": [{"usageAdresse": "04", "cogCommune": "75056"}, {"usageAdresse": "03", "cogCommune": "97302"}],
    }


@pytest.mark.parametrize("retrait", [None, 1])
def test_the_json_of_finess_plus(tmp_path, retrait):
    valeur = structures(ege(ET, siret="73282932000074", dateFermeture="2025-01-31"), ege("97030"))
    chemin = ecrit(tmp_path, "structures.json", json.dumps(valeur, indent=retrait))
    repertoire, puits = charge(tmp_path, chemin)
    fiche = repertoire.etablissements([ET])[ET]
    assert (fiche.departement, fiche.fermeture, fiche.categorie) == ("973", date(2025, 1, 31), "500")
    assert repertoire.date_extrait == date(2026, 9, 11)
    assert (repertoire.complet, repertoire.fermes) == (True, True)
    assert [remarque.place for remarque in puits.remarques] == ["/pmej/0/ege/1"]


@settings(max_examples=25)
@given(st.integers(1, 400))
def test_the_json_is_read_alike_wherever_its_blocks_are_cut(taille):
    import io

    from duicheck_identifiants.repertoire import flux_json
    from duicheck_identifiants.repertoire.puits import Puits, SourceExtrait

    valeur = structures(ege(ET, nomEgeLong="Les Cèdres é€"), ege("010000024"))
    ancien, flux_json._BLOC = flux_json._BLOC, taille
    try:
        puits = Puits(io.StringIO(), io.StringIO(), [SourceExtrait("x", "", "")])
        flux_json.lire_json_finess(io.BytesIO(json.dumps(valeur, ensure_ascii=False).encode()), puits)
    finally:
        flux_json._BLOC = ancien
    assert (puits.retenus, puits.retenues) == (2, 1)
    assert puits.sources[0].date_extrait == date(2026, 9, 11)


def test_the_siren_of_an_entity_comes_from_its_establishments_where_they_agree(tmp_path):
    autre = numero("97040000")
    lignes = [
        ligne(ET, EJ, siret="73282932000074"),
        ligne("010000024", EJ, siret="73282932099999"),
        ligne("010000602", autre, siret="73282932000074"),
        ligne("010000628", autre, siret="35600000000048"),
    ]
    repertoire, _ = charge(tmp_path, extrait(tmp_path / "x.csv", lignes))
    entites = repertoire.entites([EJ, autre])
    assert (entites[EJ].siren, entites[autre].siren) == ("732829320", None)


def test_several_files_make_one_extract_of_the_oldest_date(tmp_path):
    ancien = extrait(tmp_path / "a.csv", [ligne(ET, EJ, nom="PREMIER")], en_tete="finess;etalab;110;2024-01-01")
    neuf = extrait(tmp_path / "b.csv", [ligne(ET, EJ, nom="SECOND"), ligne("010000024")])
    repertoire, puits = charge(tmp_path, ancien, neuf)
    assert repertoire.etablissements([ET])[ET].nom == "PREMIER"
    assert repertoire.date_extrait == date(2024, 1, 1)
    assert [remarque.cause for remarque in puits.remarques] == [f"{ET} est déjà donné ligne 2 de a.csv"]


def test_a_hundred_thousand_establishments(tmp_path):
    """Ten times over the target of the benchmark, for a machine that does something else meanwhile."""
    import time

    numeros = grand_extrait(tmp_path / "grand.csv", 100_000)
    debut = time.perf_counter()
    repertoire, puits = charge(tmp_path, tmp_path / "grand.csv")
    charge_en = time.perf_counter() - debut
    faux = [essai[:8] + str((int(essai[8]) + 1) % 10) for essai in numeros[::100]]
    debut = time.perf_counter()
    assert len(repertoire.etablissements(numeros[::100])) == 1000
    assert all(
        juste in [fiche.numero for fiche in repertoire.proches([rate])[rate]] for juste, rate in [(numeros[0], faux[0])]
    )
    assert len(repertoire.proches(faux)) == 1000
    cherche_en = time.perf_counter() - debut
    assert puits.retenus == 100_000
    assert charge_en < 50
    assert cherche_en < 10
