"""The manifest: what a whole one says, and how each defect of one is named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from outils_bundle import MANIFEST, folder

from duicheck.bundle import read_manifest
from duicheck.errors import DeliveryError


def manifest(tmp_path: Path, content: str | bytes) -> str:
    """The sentence of a refused manifest."""
    path = folder(tmp_path, {"livraison.toml": content}) / "livraison.toml"
    with pytest.raises(DeliveryError) as caught:
        read_manifest(path)
    message = str(caught.value)
    assert message.startswith("livraison.toml : ")
    assert "\n" not in message
    return message


def test_a_whole_manifest(tmp_path):
    content = """format = 1
texte = "2021-amorcage"
date_mesure = "2021-12-31"
premiere_mesure = true
phase = "maintenance"
[editeur]
nom = "Éditeur d'essai"
siren = "732829320"
[solution]
nom = "DUI d'essai"
version = "4.2"
[hypotheses]
denominateur = "presence_fin"
[[fichiers]]
role = "journal"
chemin = "journal*.csv"
sha256 = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"
encodage = "cp1252"
separateur = ";"
[fichiers.colonnes]
"N° FINESS" = "finess_et"
"""
    found = read_manifest(folder(tmp_path, {"livraison.toml": content}) / "livraison.toml")
    assert (found.texte, found.date_mesure, found.premiere_mesure, found.phase) == (
        "2021-amorcage",
        date(2021, 12, 31),
        True,
        "maintenance",
    )
    assert found.hypotheses == {"denominateur": "presence_fin"}
    assert found.editeur["siren"] == "732829320"
    (file,) = found.fichiers
    assert (file.role, file.encodage, file.separateur) == ("journal", "cp1252", ";")
    assert file.colonnes == {"N° FINESS": "finess_et"}


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf" + MANIFEST.encode(), MANIFEST.replace("\n", "\r\n").encode()])
def test_a_manifest_of_the_notepad(tmp_path, content):
    """With a byte order mark, or with Windows line ends."""
    assert read_manifest(folder(tmp_path, {"livraison.toml": content}) / "livraison.toml").texte == "2025-40"


@pytest.mark.parametrize("content", [MANIFEST.replace("2025-40", "été").encode("cp1252"), MANIFEST.encode("utf-16")])
def test_a_manifest_that_is_not_utf8(tmp_path, content):
    assert "UTF-8" in manifest(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("format = ", "fin du fichier"),
        ('format = 1\ntexte = "2025-40\n', "ligne 2"),
        ("format = 1\nformat = 1\n", "ligne 2"),
        ("[[fichiers]\n", "ligne 1"),
        ("a = [", "ligne 1|fin du fichier"),
        ("\0", "ligne 1"),
        ("a = " + "[" * 100_000, ""),
    ],
)
def test_a_manifest_that_is_not_toml(tmp_path, content, place):
    message = manifest(tmp_path, content)
    assert "ce n'est pas du TOML lisible" in message
    assert any(words in message for words in place.split("|"))
    assert "Expected" not in message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("format = 1\n", ""), ["format"]),
        (("format = 1", "format = 2"), ["format"]),
        (("format = 1", 'format = "1"'), ["format"]),
        (('texte = "2025-40"\n', ""), ["texte"]),
        (('texte = "2025-40"', "texte = 2025"), ["texte"]),
        (("date_mesure = 2025-09-15\n", ""), ["date_mesure"]),
        (("2025-09-15", '"15/09/2025"'), ["date_mesure"]),
        (("2025-09-15", "2025-09-15T10:00:00"), ["date_mesure"]),
        (("2025-09-15", "10:00:00"), ["date_mesure"]),
        (("2025-09-15", '"20250915"'), ["date_mesure"]),
        (("2025-09-15", '"2025-09-31"'), ["date_mesure"]),
        (("texte =", 'phase = "pilote"\ntexte ='), ["phase"]),
        (("texte =", 'premiere_mesure = "non"\ntexte ='), ["premiere_mesure"]),
        (("date_mesure", "date_mesures"), ["date_mesure", "date_mesures"]),
        (('role = "indicateurs"', 'role = "indicateur"'), ["fichiers.1.role"]),
        (('role = "indicateurs"\n', ""), ["fichiers.1", "role"]),
        (('chemin = "indicateurs.csv"', 'chemin = ""'), ["fichiers.1.chemin"]),
        (('chemin = "', 'sha256 = "abc"\nchemin = "'), ["fichiers.1.sha256"]),
        (('chemin = "', 'encodage = "utf-16"\nchemin = "'), ["fichiers.1.encodage"]),
        (('chemin = "', 'separateur = "/"\nchemin = "'), ["fichiers.1.separateur"]),
        (('chemin = "', 'separateurs = ";"\nchemin = "'), ["fichiers.1", "separateurs", "« separateur »"]),
        (("[[fichiers]]", "[fichiers]"), ["fichiers"]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_manifest_that_breaks_its_schema_names_the_key(tmp_path, change, words):
    assert change[0] in MANIFEST
    message = manifest(tmp_path, MANIFEST.replace(*change, 1))
    for word in words:
        assert word in message


def test_a_manifest_without_any_file(tmp_path):
    assert "fichiers" in manifest(tmp_path, MANIFEST.partition("[[")[0] + "fichiers = []\n")


def test_every_defect_of_a_manifest_is_said_at_once(tmp_path):
    message = manifest(tmp_path, MANIFEST.replace("format = 1", "format = 2").replace("indicateurs", "autre"))
    assert "format" in message
    assert "fichiers.1.role" in message
