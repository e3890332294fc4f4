"""A claim as a file: every fault has its place, the files that it names are found, nothing leaves the delivery."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duicheck.formats.jsondocument import lines_of, read_json_document
from duicheck.harness import check
from duicheck.plugins import load_plugins

BASE = Path(__file__).parents[2] / "fixtures" / "livraisons" / "petite-segur"
PLUGINS = load_plugins()


@pytest.fixture
def livraison(tmp_path):
    """A copy of the base delivery."""
    return shutil.copytree(BASE, tmp_path / "livraison")


def constats(report, regle):
    return [each for each in report["constats"] if each["regle"] == regle]


def resultat(report, regle):
    return next(each for each in report["regles"] if each["id"] == regle)


def seulement(folder: Path, *roles: str) -> Path:
    """Keep these roles only in the manifest."""
    texte = (folder / "livraison.toml").read_text(encoding="utf-8")
    tete, *fichiers = texte.split("[[fichiers]]\n")
    gardes = [each for each in fichiers if any(f'role = "{role}"' in each for role in roles)]
    (folder / "livraison.toml").write_text("[[fichiers]]\n".join([tete, *gardes]), encoding="utf-8")
    return folder


def test_the_base_delivery_is_right_but_for_what_it_does_not_declare():
    report = check(BASE, PLUGINS)
    assert report["verdict"] == "conforme"
    assert [each["regle"] for each in report["constats"]] == ["segur/exigence-oubliee"]


def test_a_claim_alone_has_a_verdict(livraison):
    report = check(seulement(livraison, "referencement"), PLUGINS)
    assert report["verdict"] == "conforme"
    assert resultat(report, "segur/non-referencee")["resultat"] == "non_verifiee"


def test_a_dashboard_alone_has_a_verdict(livraison):
    assert check(seulement(livraison, "tableau_de_bord"), PLUGINS)["verdict"] == "conforme"


def test_the_proofs_are_files_of_the_report(livraison):
    fichiers = {each["chemin"]: each["role"] for each in check(livraison, PLUGINS)["livraison"]["fichiers"]}
    assert fichiers["preuves/dmp-01.txt"] == "preuve"
    before = check(livraison, PLUGINS)["livraison"]["sha256"]
    (livraison / "preuves/dmp-01.txt").write_text("autre chose\n", encoding="utf-8")
    assert check(livraison, PLUGINS)["livraison"]["sha256"] != before


def test_a_proof_is_searched_for_personal_data(livraison):
    (livraison / "preuves/dmp-01.txt").write_text("écrire à jeanne.exemple@exemple.fr\n", encoding="utf-8")
    (found,) = constats(check(livraison, PLUGINS), "confidentialite/courriel")
    assert found["lieu"]["fichier"] == "preuves/dmp-01.txt"
    assert "jeanne" not in json.dumps(found)


def test_a_proof_beside_its_claim_is_found(livraison):
    (livraison / "segur").mkdir()
    shutil.move(livraison / "preuves", livraison / "segur" / "preuves")
    shutil.move(livraison / "referencement.json", livraison / "segur" / "referencement.json")
    manifest = livraison / "livraison.toml"
    texte = manifest.read_text(encoding="utf-8").replace('"referencement.json"', '"segur/referencement.json"')
    manifest.write_text(texte, encoding="utf-8")
    report = check(livraison, PLUGINS)
    assert resultat(report, "segur/preuve-introuvable")["resultat"] == "respectee"
    assert resultat(report, "segur/preuve-alteree")["resultat"] == "respectee"


def test_a_link_that_leaves_the_delivery_is_not_followed(livraison, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("dehors", encoding="utf-8")
    (livraison / "preuves/dmp-01.txt").unlink()
    try:
        (livraison / "preuves/dmp-01.txt").symlink_to(secret)
    except OSError:
        pytest.skip("ce système ne crée pas de lien")
    (found,) = constats(check(livraison, PLUGINS), "segur/preuve-introuvable")
    assert "sort du dossier" in found["message"]


@pytest.mark.parametrize(
    ("avant", "apres", "ligne", "pointeur"),
    [
        ('"vague": 1', '"vague": 3', 16, "/vague"),
        ('"etat": "non_applicable"', '"etat": "écartée"', 85, "/exigences/3/etat"),
        ('  "statut": "referencee",\n', "", 1, None),
        ('"nature": "document"', '"nature": "photo"', 75, "/exigences/2/scenarios/0/preuves/0/nature"),
        ('"date_candidature": "2022-06-01"', '"date_candidature": "2022-02-30"', 18, "/date_candidature"),
    ],
)
def test_a_fault_has_its_line_and_its_pointer(livraison, avant, apres, ligne, pointeur):
    claim = livraison / "referencement.json"
    texte = claim.read_text(encoding="utf-8")
    assert texte.count(avant) == 1
    claim.write_text(texte.replace(avant, apres), encoding="utf-8")
    report = check(livraison, PLUGINS)
    (found,) = constats(report, "livraison/format-non-conforme")
    assert (found["lieu"]["ligne"], found["lieu"]["pointeur"] or None) == (ligne, pointeur)
    assert "Le document n'est pas lu" in found["message"]
    assert resultat(report, "segur/exclusives")["resultat"] == "non_verifiee"
    assert report["verdict"] == "non_conforme"


def test_a_repeated_key_is_refused_at_its_line(livraison):
    claim = livraison / "referencement.json"
    texte = claim.read_text(encoding="utf-8").replace('  "vague": 1,', '  "vague": 1,\n  "vague": 2,')
    claim.write_text(texte, encoding="utf-8")
    (found,) = constats(check(livraison, PLUGINS), "livraison/fichier-illisible")
    assert found["lieu"]["ligne"] == 17
    assert "vague" in found["message"]


def test_an_unknown_property_is_named_without_naming_anybody(livraison):
    claim = livraison / "referencement.json"
    texte = claim.read_text(encoding="utf-8").replace('"numero": null', '"numero": null, "Nom de Jeanne Exemple": 1')
    claim.write_text(texte, encoding="utf-8")
    (found,) = constats(check(livraison, PLUGINS), "livraison/format-non-conforme")
    assert "Jeanne" not in json.dumps(found, ensure_ascii=False)


def test_two_claims_are_one_too_many(livraison):
    shutil.copy(livraison / "referencement.json", livraison / "second.json")
    with (livraison / "livraison.toml").open("a", encoding="utf-8") as manifest:
        manifest.write('\n[[fichiers]]\nrole = "referencement"\nchemin = "second.json"\n')
    report = check(livraison, PLUGINS)
    (found,) = constats(report, "livraison/fichier-illisible")
    assert found["lieu"]["fichier"] == "second.json"
    assert resultat(report, "segur/exclusives")["resultat"] == "non_verifiee"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


def _pointers(value, pointer=""):
    yield pointer
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _pointers(item, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")


@given(_JSON, st.sampled_from([None, 0, 2]), st.booleans())
def test_every_value_has_a_line(value, indent, ascii_only):
    texte = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    lines = lines_of(texte)
    assert list(lines) == list(_pointers(value))
    assert list(lines.values()) == sorted(lines.values())
    if indent == 0 and isinstance(value, list) and not any(isinstance(each, list | dict) for each in value):
        assert [lines[f"/{rank}"] for rank in range(len(value))] == list(range(2, len(value) + 2))


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reading(tmp_path_factory, raw):
    path = tmp_path_factory.mktemp("octets") / "d.json"
    path.write_bytes(raw)
    reading = read_json_document(path, "referencement")
    assert reading.problems
    assert reading.value is None
