"""The fixture `duicheck`: what a test may say of a delivery that it has just produced."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]


def said(result: pytest.RunResult) -> str:
    return (result.stdout.str() + result.stderr.str()).replace("\u00a0", " ")


def run(pytester: pytest.Pytester, code: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(test_export="import pytest\n" + code)
    return pytester.runpytest("-W", "default", *arguments)


def test_a_delivery_answers_what_a_test_asks(pytester, livraison, ecart):
    livraison()
    livraison("mauvaise", ecart)
    code = """
def test_export(duicheck):
    juste = duicheck("export")
    assert juste.verdict == "conforme"
    assert juste.cibles == "atteintes"
    assert juste.constats() == []
    assert juste.report["texte"]["id"] == "2025-40"
    assert juste.indicateur("970302287", "dmp")["exporte"]["numerateur"] == 7
    juste.exiger_conforme(cibles=True)
    fausse = duicheck("mauvaise")
    assert fausse.verdict == "non_conforme"
    (constat,) = fausse.constats("journal/ecart-indicateur")
    assert constat["lieu"]["ligne"] == 6
    assert fausse.regle("indicateurs/taux-faux")["resultat"] == "respectee"
    assert repr(fausse) == "<contrôle de mauvaise : non_conforme, cibles atteintes>"
"""
    assert run(pytester, code).parseoutcomes() == {"passed": 1}


def test_a_failed_comparison_says_why(pytester, livraison, ecart):
    livraison("export", ecart)
    code = """
def test_verdict(duicheck):
    assert duicheck("export").verdict == "conforme"

def test_one_of(duicheck):
    assert duicheck("export").verdict in ("conforme", "indetermine")

def test_exiger(duicheck):
    duicheck("export").exiger_conforme()

def test_cibles(duicheck):
    assert duicheck("export").cibles == "non_atteintes"
"""
    result = run(pytester, code, "-vv")
    assert result.parseoutcomes() == {"failed": 4}
    text = said(result)
    assert "AssertionError: assert 'non_conforme' == 'conforme'" in text
    assert "'non_conforme' in ('conforme', 'indetermine')" in text
    assert text.count("NON CONFORME : 1 indicateur exporté sur 10 ne correspond pas au journal") >= 3
    assert text.count("indicateurs.csv, ligne 6 : 970302287, dmp : l'export annonce 8 / 10") >= 3
    assert "CIBLES ATTEINTES" in text
    assert "pytest_plugin" not in text, "our own frames are of no use to them"


def test_a_comparison_of_anything_else_is_pytest_s(pytester, livraison):
    livraison()
    code = """
def test_other(duicheck):
    duicheck("export")
    assert [1] == [2]
"""
    assert "At index 0 diff: 1 != 2" in said(run(pytester, code))


def test_the_call_wins_over_the_marker_which_wins_over_the_options(pytester, livraison):
    livraison()
    pytester.makepyprojecttoml('[tool.duicheck]\ntexte = "2021-amorcage"\nphase = "maintenance"\n')
    code = """
from datetime import date
pytestmark = pytest.mark.duicheck(date_mesure="30/09/2025", hypotheses={"dmp": "tentatives", "agenda": "existe"})

@pytest.mark.duicheck(texte="2024-15", hypotheses={"dmp": "documents"})
def test_marker(duicheck):
    report = duicheck("export").report
    assert (report["texte"]["id"], report["date_mesure"]) == ("2024-15", "2025-09-30")
    assert report["hypotheses"]["dmp"]["valeur"] == "documents"

@pytest.mark.duicheck(texte="2024-15")
def test_call(duicheck):
    report = duicheck("export", texte="2025-40", date_mesure=date(2025, 9, 15), hypotheses={"dmp": "succes"}).report
    assert (report["texte"]["id"], report["date_mesure"]) == ("2025-40", "2025-09-15")
    assert report["hypotheses"]["dmp"]["valeur"] == "succes"
    assert report["hypotheses"]["agenda"]["valeur"] == "existe"

def test_option(duicheck):
    assert duicheck("export").report["texte"]["id"] == "2023-13"
"""
    assert run(pytester, code, "--strict-markers", "--duicheck-texte=2023-13").parseoutcomes() == {"passed": 3}
    code = """
def test_file(duicheck):
    assert duicheck("export").report["texte"]["id"] == "2021-amorcage"
"""
    assert run(pytester, code).parseoutcomes() == {"passed": 1}


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("    duicheck('export').constats('journal/ecart-indicateurs')", "peut-être « journal/ecart-indicateur »"),
        ("    duicheck('export').indicateur('970302288', 'dmp')", "peut-être « 970302287 »"),
        ("    duicheck('export').indicateur('970302287', 'dpm')", "indicateur « dpm » : inconnu du contrôle"),
        ("    duicheck('export', date_mesure='hier')", "date_mesure : il faut une date"),
        ("    duicheck('export', texte='2025-4')", "peut-être « 2025-40 »"),
        ("    duicheck('export', hypotheses={'agendas': 'existe'})", "agendas"),
        ("    duicheck('absente')", "n'existe pas"),
    ],
)
def test_what_cannot_be_answered_is_said_in_one_sentence(pytester, livraison, code, sentence):
    livraison()
    result = run(pytester, f"def test_export(duicheck):\n{code}\n")
    assert result.parseoutcomes() == {"failed": 1}
    assert sentence in said(result)


@pytest.mark.parametrize(
    ("marker", "sentence"),
    [("'2025-40'", "nommez chaque valeur"), ("text='2025-40'", "peut-être « texte »")],
)
def test_a_marker_that_says_nothing_we_know_fails_the_test(pytester, livraison, marker, sentence):
    livraison()
    code = f"@pytest.mark.duicheck({marker})\ndef test_export(duicheck):\n    duicheck('export')\n"
    result = run(pytester, code)
    assert result.parseoutcomes() == {"failed": 1}
    assert sentence in said(result)


def test_a_verdict_that_waivers_give_is_not_enough(pytester, livraison):
    folder = livraison(
        manifest='\n[[fichiers]]\nrole = "structures"\nchemin = "structures.csv"\n\n[[derogations]]\n'
        'regle = "indicateurs/etablissement-manquant"\nmotif = "Il rejoint la grappe en octobre."\n'
        'auteur = "ARS d\'essai"\necheance = "2025-12-31"\n'
    )
    rows = "".join(f"{finess},PH\n" for finess in ("970302287", "010000024", "130614043"))
    (folder / "structures.csv").write_text(f"finess_et,champ\n{rows}", encoding="utf-8", newline="\n")
    code = """
def test_export(duicheck):
    found = duicheck("export")
    assert found.verdict == "conforme"
    with pytest.raises(AssertionError, match="SOUS DÉROGATIONS"):
        found.exiger_conforme()
"""
    assert run(pytester, code).parseoutcomes() == {"passed": 1}
