"""Names, versions and ranges: what is the same, what only resembles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duicheck.model import lire_version, normaliser
from duicheck_segur.noms import domaines_de, lire_versions, proches, statut_de


@pytest.mark.parametrize(
    ("un", "autre"),
    [
        ("Éditeur d'Essai", "EDITEUR D’ESSAI"),
        ("Éditeur d'essai SAS", "éditeur d'essai"),
        ("S.A.R.L. Éditeur", "editeur"),
        ("DUI d'essai®", "dui   d'essai"),
        ("Œuvre & Cie", "oeuvre et cie"),
        ("Dossier-Exemple", "dossier exemple"),
    ],
)
def test_spellings_of_one_name(un, autre):
    assert normaliser(un) == normaliser(autre)


@pytest.mark.parametrize(
    ("un", "autre"),
    [("DUI d'essai", "DUI d'essais"), ("DUI essai", "DUI essai 2"), ("Exemple", "Exemple junior"), ("SAS", "SARL")],
)
def test_near_names_are_other_names(un, autre):
    assert normaliser(un) != normaliser(autre)


@given(st.text(max_size=40))
def test_a_normalised_name_is_normal(nom):
    assert normaliser(normaliser(nom)) == normaliser(nom)


def test_the_nearest_names_come_first_and_far_ones_not_at_all():
    connus = ["DUI d'essai junior", "Dossier exemple", "DUI d'essais", "Carnet"]
    assert proches("DUI d'essai", connus) == ["DUI d'essais", "DUI d'essai junior"]
    assert proches("Zzz", connus) == []


@pytest.mark.parametrize(
    ("cellule", "dedans", "dehors"),
    [
        ("", ["0.1", "4.2", "2024 R2"], []),
        ("toutes les versions", ["4.2"], []),
        ("4.2", ["4.2", "v4.2", "4.2.0", "Version 4.2"], ["4.2.1", "4.20", "4"]),
        ("4.x", ["4", "4.0", "4.2.1"], ["40.1", "5.0", "3.9"]),
        ("4.2.*", ["4.2", "4.2.7"], ["4.3", "4.20"]),
        ("4.0 à 4.3", ["4.0", "4", "4.2.9", "4.3"], ["3.9", "4.3.1", "4.4"]),
        ("de 4.0 à 4.3", ["4.3.0"], ["4.3.1"]),
        ("4.0 - 4.3", ["4.1"], ["4.4"]),
        ("≥ 4.1", ["4.1", "4.10", "5"], ["4.0.9", "4"]),
        (">= 4.1, < 5", ["4.1", "4.99"], ["5", "5.0", "4.0"]),
        ("> 4.1", ["4.1.1"], ["4.1", "4.1.0"]),
        ("à partir de 4.1", ["4.1", "9"], ["4.0"]),
        ("à partir de la version 4.1", ["4.1", "9"], ["4.0"]),
        ("4.1 et suivantes", ["4.1", "9"], ["4.0"]),
        ("4.1+", ["4.1", "9"], ["4.0"]),
        ("jusqu'à 4.1", ["4.1", "1"], ["4.2"]),
        ("4.1 ; 4.3", ["4.1", "4.3"], ["4.2"]),
        ("4.1, 5.x et 7.0 à 7.2", ["4.1", "5.9", "7.1"], ["4.2", "7.3"]),
        ("2024 R2", ["2024 R2", "2024 r2"], ["2024", "2024 R3"]),
    ],
)
def test_what_a_cell_of_versions_holds(cellule, dedans, dehors):
    lues = lire_versions(cellule)
    assert [version for version in dedans if not lues.contiennent(lire_version(version))] == []
    assert [version for version in dehors if lues.contiennent(lire_version(version))] == []


@pytest.mark.parametrize(
    "prose", ["la dernière en date, voir notes", "4.1 ou bien la suivante", "non communiquée (NC) 4"]
)
def test_prose_is_no_version(prose):
    assert lire_versions(prose).plages is None


_VERSIONS = st.lists(st.integers(0, 30), min_size=1, max_size=4)


@given(_VERSIONS, _VERSIONS, _VERSIONS)
def test_a_range_holds_what_lies_between(a, b, c):
    bas, milieu, haut = sorted([a, b, c])
    texte = ["".join(f"{nombre}." for nombre in each).rstrip(".") for each in (bas, milieu, haut)]
    assert lire_versions(f"{texte[0]} à {texte[2]}").contiennent(lire_version(texte[1]))
    assert lire_versions(f">= {texte[0]}").contiennent(lire_version(texte[2]))


@given(st.text(max_size=30))
def test_no_cell_breaks_the_reading(texte):
    lire_versions(texte).contiennent(lire_version("4.2"))
    domaines_de(texte)
    statut_de(texte)


@pytest.mark.parametrize(
    ("cellule", "codes", "entier"),
    [
        ("PA", {"PA"}, True),
        ("PA, PH ; DOM", {"PA", "PH", "DOM"}, True),
        ("Personnes âgées / Personnes en situation de handicap", {"PA", "PH"}, True),
        ("Accueil, hébergement et insertion", {"AHI"}, True),
        ("Protection de l'enfance et PJM", {"PDE", "PJM"}, True),
        ("tous publics", set(), False),
        ("PA et autres", {"PA"}, False),
        ("papa", set(), False),
    ],
)
def test_the_domains_of_a_cell(cellule, codes, entier):
    assert domaines_de(cellule) == (codes, entier)


@pytest.mark.parametrize(
    ("cellule", "code"),
    [
        (None, "referencee"),
        ("Référencée", "referencee"),
        ("EN COURS", "en_cours"),
        ("candidat", "candidate"),
        ("suspendue", None),
    ],
)
def test_the_status_of_a_cell(cellule, code):
    assert statut_de(cellule) == code
