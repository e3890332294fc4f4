"""`*.duicheck.toml`: deliveries to check with the answers that are expected, and cases of rules."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]


def said(result: pytest.RunResult) -> str:
    return (result.stdout.str() + result.stderr.str()).replace("\u00a0", " ")


def write(pytester: pytest.Pytester, text: str, name: str = "export.duicheck.toml") -> None:
    (pytester.path / name).write_text(text, encoding="utf-8")


def test_without_expectations_everything_has_to_be_right(pytester, livraison, ecart):
    livraison("export", ecart)
    write(pytester, 'livraison = "export"\nexiger_cibles = true\n')
    result = pytester.runpytest("-W", "default")
    assert result.parseoutcomes()["failed"] == 3
    text = said(result)
    assert "FAILED export.duicheck.toml::journal/ecart-indicateur - " in text
    assert pytester.runpytest("export.duicheck.toml::cibles").parseoutcomes() == {"passed": 1}


def test_expected_answers_are_one_test_each(pytester, livraison, ecart):
    livraison("export", ecart)
    write(
        pytester,
        """
livraison = "export"
texte = "2025-40"
date_mesure = 2025-09-15
[attendu]
verdict = "non_conforme"
cibles = "non_atteintes"
regles = { "journal/ecart-indicateur" = "enfreinte", "indicateurs/taux-faux" = "enfreinte" }
""",
    )
    result = pytester.runpytest("-v")
    assert result.parseoutcomes() == {"passed": 2, "failed": 2}
    text = said(result)
    for line in (
        "export.duicheck.toml::verdict PASSED",
        "export.duicheck.toml::cibles FAILED",
        "export.duicheck.toml::journal/ecart-indicateur PASSED",
        "cibles : attendu non_atteintes, obtenu atteintes",
        "indicateurs/taux-faux : attendu enfreinte, obtenu respectee",
    ):
        assert line in text


def test_a_wrong_expectation_shows_what_was_found(pytester, livraison, ecart):
    livraison("export", ecart)
    write(pytester, 'livraison = "export"\nattendu.verdict = "conforme"\n')
    text = said(pytester.runpytest())
    assert "verdict : attendu conforme, obtenu non_conforme" in text
    assert "NON CONFORME : 1 indicateur exporté sur 10 ne correspond pas au journal" in text


def test_a_delivery_that_cannot_be_opened_fails_each_expectation(pytester):
    write(pytester, 'livraison = "absente"\nattendu = { verdict = "conforme", cibles = "atteintes" }\n')
    result = pytester.runpytest()
    assert result.parseoutcomes() == {"failed": 2}
    assert "n'existe pas" in said(result)


CASES = """
regle = "indicateurs/numerateur-superieur"
base = "export"

[[cas]]
nom = "juste"
attendu = "respectee"

[[cas]]
nom = "un de trop"
attendu = "{expected}"
[[cas.modifier]]
fichier = "indicateurs.csv"
ou = {{ finess_et = "970302287", indicateur = "dossiers_actifs" }}
champs = {{ numerateur = "11" }}
"""


def test_cases_of_a_rule_are_run(pytester, livraison):
    livraison()
    write(pytester, CASES.format(expected="enfreinte"))
    assert pytester.runpytest().parseoutcomes() == {"passed": 2}
    write(pytester, CASES.format(expected="respectee"))
    result = pytester.runpytest()
    assert result.parseoutcomes() == {"passed": 1, "failed": 1}
    assert "attendu : respectee, obtenu : enfreinte" in said(result)
    assert "FAILED export.duicheck.toml::un de trop" in said(result)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('livraison = "export"\n\ntextes = "2025-40"\n', "ligne 3 : textes : clé inconnue, peut-être « texte »"),
        ('livraison = "export"\n[attendu]\nverdict = "juste"\n', "ligne 3 : attendu.verdict : il faut une de ces"),
        (
            'livraison = "export"\n[attendu.regles]\n"journal/ecart" = "enfreinte"\n',
            "ligne 3 : attendu.regles : règle « journal/ecart » inconnue, peut-être « journal/ecart-indicateur »",
        ),
        (
            'livraison = "export"\nexiger_cibles = true\nattendu.verdict = "conforme"\n',
            "ligne 2 : exiger_cibles : avec « attendu », dites attendu.cibles",
        ),
        ('texte = "2025-40"\n', "ligne 1 : il faut soit « livraison »"),
        ("livraison = \n", "ligne 1, colonne 13 : ce n'est pas du TOML lisible"),
        (CASES.format(expected="verte"), "ligne 11 : cas.2.attendu : il faut une de ces valeurs"),
        (CASES.format(expected="enfreinte").replace("nom =", "non ="), "ligne 5 : cas.1.nom : cette clé est"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_its_line_and_nothing_else(pytester, livraison, text, sentence):
    livraison()
    write(pytester, text)
    result = pytester.runpytest()
    assert result.ret == pytest.ExitCode.INTERRUPTED, "a file that cannot be collected stops the run, as any other"
    shown = said(result)
    assert f"export.duicheck.toml, {sentence}" in shown or f"export.duicheck.toml {sentence}" in shown
    assert "Traceback" not in shown
    assert "INTERNALERROR" not in shown
