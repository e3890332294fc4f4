"""The list of what is not counted: only on request, as a file that a spreadsheet opens without running it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from duicheck.errors import UsageError
from duicheck.harness import Options, check
from duicheck.plugins import load_plugins
from duicheck.report import to_bytes
from duicheck_indicateurs.a_faire import render

FIXTURES = Path(__file__).parents[2] / "fixtures" / "livraisons"
PSEUDONYMES = ("d-10", "p-03", "p-05", "p-10")


def test_sans_le_demander_aucun_pseudonyme_n_est_ecrit() -> None:
    rapport = check(FIXTURES / "petite-decompte", load_plugins())
    assert "dossiers" not in rapport
    assert not any(pseudonyme.encode() in to_bytes(rapport) for pseudonyme in PSEUDONYMES)
    with pytest.raises(UsageError, match="--avec-identifiants"):
        render(rapport)


def test_la_liste_demandee_est_celle_de_ce_qui_manque() -> None:
    rapport = check(FIXTURES / "petite", load_plugins(), Options(avec_identifiants=True))
    texte = render(rapport)
    assert texte.startswith(b"\xef\xbb\xbffiness_et;indicateur;nature;identifiant;cause;explication;geste\r\n")
    lignes = list(csv.DictReader(io.StringIO(texte.decode("utf-8-sig")), delimiter=";"))
    assert [(ligne["indicateur"], ligne["nature"], ligne["identifiant"], ligne["cause"]) for ligne in lignes] == [
        ("dmp", "personne", "p-03", "aucun_evenement"),
        ("dmp", "personne", "p-05", "aucun_evenement"),
        ("dmp", "personne", "p-10", "aucun_evenement"),
        ("dossiers_actifs", "dossier", "d-10", "hors_fenetre"),
    ]
    assert all(ligne["geste"] for ligne in lignes)


@pytest.mark.parametrize("debut", ["=", "+", "-", "@", "\t", "\r"])
def test_un_identifiant_n_est_jamais_une_formule(debut: str) -> None:
    groupe = {"finess_et": "010000024", "indicateur": "dmp", "cause": "echec", "identifiants": [f"{debut}1+1"]}
    (ligne,) = csv.DictReader(
        io.StringIO(render({"dossiers": [groupe]}).decode("utf-8-sig"), newline=""), delimiter=";"
    )
    assert ligne["identifiant"] == f"'{debut}1+1"


def test_les_deux_petites_livraisons_sont_la_meme() -> None:
    for nom in ("indicateurs.csv", "journal.csv", "registre.csv"):
        assert (FIXTURES / "petite" / nom).read_bytes() == (FIXTURES / "petite-decompte" / nom).read_bytes()
