"""`pytest --duicheck=…`: which tests there are, which are red, and what they say."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest

from duicheck import Options, check, load_plugins

pytest_plugins = ["pytester"]


def said(result: pytest.RunResult) -> str:
    return (result.stdout.str() + result.stderr.str()).replace("\u00a0", " ")


def ids(pytester: pytest.Pytester, *arguments: str) -> list[str]:
    shown = pytester.runpytest("--collect-only", "-q", *arguments).stdout.str()
    return [line for line in shown.splitlines() if "::" in line]


def test_one_test_per_rule_per_indicator_of_an_establishment_and_for_the_verdict(pytester, livraison):
    folder = livraison()
    found = ids(pytester, "--duicheck=export")
    plugins = load_plugins()
    report = check(folder, plugins, Options())
    figures = [f"{one['finess_et']}/{row['code']}" for one in report["etablissements"] for row in one["indicateurs"]]
    assert len(figures) == len((folder / "indicateurs.csv").read_text(encoding="utf-8").splitlines()) - 1
    assert found == [f"export/livraison.toml::{name}" for name in ("verdict", *plugins.rules, *figures)]
    result = pytester.runpytest("--duicheck=export")
    counts = result.parseoutcomes()
    assert set(counts) == {"passed", "skipped"}
    assert sum(counts.values()) == len(found)
    assert result.ret == 0


def test_each_defect_is_one_red_test_that_says_where_what_and_what_to_do(pytester, livraison, ecart):
    livraison("export", ecart)
    result = pytester.runpytest("--duicheck=export")
    assert result.parseoutcomes()["failed"] == 3
    text = said(result)
    for line in (
        "FAILED export/livraison.toml::verdict - NON CONFORME : 1 indicateur exporté sur 10 ne correspond pas",
        "FAILED export/livraison.toml::journal/ecart-indicateur - Les entiers exportés diffèrent",
        "FAILED export/livraison.toml::970302287/dmp - Alimentation du DMP : 8/10 exporté, 7/10 recalculé",
        "indicateurs.csv, ligne 6 : 970302287, dmp : l'export annonce 8 / 10, le journal donne 7 / 10.",
        "Que faire : ",
        "duicheck explain journal/ecart-indicateur",
    ):
        assert line in text
    assert "Traceback" not in text
    assert ".py:" not in text


def test_a_rule_that_found_much_shows_the_first_and_counts_the_others(pytester, livraison):
    folder = livraison()
    log = folder / "journal.csv"
    rows = log.read_text(encoding="utf-8").splitlines()
    log.write_text("\n".join([rows[0], *(row.replace("T1", "T9", 1) for row in rows[1:])]) + "\n", encoding="utf-8")
    report = check(folder, load_plugins(), Options())
    (bad,) = (one["constats"] for one in report["regles"] if one["id"] == "livraison/format-non-conforme")
    assert bad > 10
    text = said(pytester.runpytest("--duicheck=export", "-k", "format-non-conforme"))
    assert text.count("journal.csv, ligne ") == 10
    assert f"… et {bad - 10} autres." in text
    assert "T9" not in text, "the content of a cell"


def test_what_leaves_the_verdict_open_is_red_and_never_skipped(pytester, livraison):
    folder = livraison(without=("journal",))
    result = pytester.runpytest("--duicheck=export")
    text = said(result)
    assert result.ret == 1
    report = json.loads(json.dumps(check(folder, load_plugins(), Options())))
    opening = [one["id"] for one in report["regles"] if one.get("laisse_ouvert")]
    others = [one["id"] for one in report["regles"] if one.get("laisse_ouvert") is False]
    assert "journal/ecart-indicateur" in opening
    assert "segur/exclusives" in others, "a role that nothing calls for"
    red = {line.split("::")[1].partition(" - ")[0] for line in text.splitlines() if line.startswith("FAILED ")}
    figures = {f"{one['finess_et']}/{row['code']}" for one in report["etablissements"] for row in one["indicateurs"]}
    assert red == {"verdict", *opening, *figures}
    assert "FAILED export/livraison.toml::verdict - INDÉTERMINÉ" in text


def test_what_the_delivery_does_not_hold_and_the_text_does_not_ask_is_skipped_with_its_reason(pytester, livraison):
    folder = livraison()
    report = check(folder, load_plugins(), Options())
    reasons = {one["raison"] for one in report["regles"] if one["resultat"] in {"non_verifiee", "sans_objet"}}
    assert len(reasons) > 3
    text = said(pytester.runpytest("--duicheck=export", "-rs")).lower()
    for reason in reasons:
        assert reason.replace("\u00a0", " ").lower().rstrip(".")[:60] in text


def test_a_rule_that_crashes_is_red(pytester, livraison):
    livraison()
    pytester.makeconftest(
        """
        import duicheck.engine
        from duicheck.plugins import load_plugins
        from msgspec.structs import force_setattr
        plugins = load_plugins()
        for plugin in plugins.loaded:
            for rule in plugin.rules:
                if rule.id == "indicateurs/taux-faux":
                    def broken(*args, **kwargs):
                        raise ValueError("secret")
                    force_setattr(rule, "check", broken)
        """
    )
    result = pytester.runpytest_subprocess("--duicheck=export")
    text = said(result)
    assert "FAILED export/livraison.toml::indicateurs/taux-faux" in text
    assert "FAILED export/livraison.toml::verdict - INDÉTERMINÉ" in text
    assert "secret" not in text


def test_a_warning_passes_and_is_told_unless_strict(pytester, livraison):
    folder = livraison("export", ("finess_et,", "remarque,finess_et,"), ("\n9", "\n,9"), ("\n0", "\n,0"))
    report = check(folder, load_plugins(), Options())
    alerts = {found["regle"] for found in report["constats"] if found["gravite"] == "avertissement"}
    assert alerts, "the fixture alerts"
    assert report["verdict"] == "conforme"
    result = pytester.runpytest("--duicheck=export", "-W", "default")
    text = said(result)
    assert result.ret == 0
    assert result.parseoutcomes()["warnings"] == len(alerts)
    for rule in alerts:
        assert f"DuicheckWarning: {rule} : " in text
    strict = pytester.runpytest("--duicheck=export", "--duicheck-strict")
    assert strict.parseoutcomes()["failed"] == len(alerts)


WAIVED = """
[[fichiers]]
role = "structures"
chemin = "structures.csv"

[[derogations]]
regle = "indicateurs/etablissement-manquant"
motif = "L'établissement rejoint la grappe en octobre."
auteur = "ARS Guyane, référent numérique"
echeance = "2025-12-31"
"""


def test_what_a_waiver_covers_is_expected_to_fail_and_says_so(pytester, livraison):
    folder = livraison(manifest=WAIVED)
    rows = "".join(f"{finess},PH\n" for finess in ("970302287", "010000024", "130614043"))
    (folder / "structures.csv").write_text(f"finess_et,champ\n{rows}", encoding="utf-8", newline="\n")
    result = pytester.runpytest("--duicheck=export", "-rx", "-W", "default")
    assert result.parseoutcomes()["xfailed"] == 2, "the rule, and the verdict that owes it"
    assert "failed" not in result.parseoutcomes()
    text = said(result)
    rule = "indicateurs/etablissement-manquant"
    assert re.search(rf"XFAIL export/livraison.toml::{rule} - .*couvert par dérogation", text)
    assert re.search(r"XFAIL export/livraison.toml::verdict - .*SOUS DÉROGATIONS", text)
    strict = pytester.runpytest("--duicheck=export", "--runxfail", "-W", "default")
    assert strict.parseoutcomes()["failed"] == 2
    assert "[dérogation 1]" in said(strict)


def test_targets_are_asked_for_only_on_demand(pytester, livraison):
    folder = livraison()
    log = folder / "journal.csv"
    text = log.read_text(encoding="utf-8")
    log.write_text(text.replace("alimentation_dmp,succes", "alimentation_dmp,echec"), encoding="utf-8", newline="\n")
    assert "export/livraison.toml::cibles" not in ids(pytester, "--duicheck=export")
    result = pytester.runpytest("--duicheck=export", "--duicheck-exiger-cibles", "-k", "cibles")
    assert result.parseoutcomes()["failed"] == 1
    assert "CIBLES NON ATTEINTES" in said(result)
    livraison("juste")
    result = pytester.runpytest("--duicheck=juste", "--duicheck-exiger-cibles", "-k", "cibles")
    assert result.parseoutcomes()["passed"] == 1


# Selection


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["export/livraison.toml::journal/ecart-indicateur"], ["journal/ecart-indicateur"]),
        (["export/livraison.toml::970302287/dmp", "export/livraison.toml::verdict"], ["970302287/dmp", "verdict"]),
        (["-k", "970302287 and dmp"], ["970302287/dmp"]),
        (["-k", "journal/ecart-indicateur"], ["journal/ecart-indicateur"]),
        (["-m", "not duicheck"], []),
        (["--deselect", "export/livraison.toml::verdict", "-k", "verdict"], []),
    ],
)
def test_tests_are_selected_as_any_other(pytester, livraison, ecart, arguments, expected):
    livraison("export", ecart)
    found = ids(pytester, "--duicheck=export", *arguments)
    assert found == [f"export/livraison.toml::{name}" for name in expected]


def test_deliveries_stand_beside_the_project_s_own_tests(pytester, livraison):
    livraison()
    pytester.makepyfile(test_a="def test_a(): pass")
    found = ids(pytester, "--duicheck=export")
    assert found[0].startswith("export/livraison.toml::verdict")
    assert found.count("export/livraison.toml::verdict") == 1, "collected by its folder and by its name: once"
    assert "test_a.py::test_a" in found
    assert ids(pytester, "test_a.py") == ["test_a.py::test_a"]
    assert ids(pytester) == ["test_a.py::test_a"], "a manifest that nobody asked for is no test"


def test_without_the_plugin_there_is_nothing(pytester, livraison):
    livraison()
    pytester.makepyfile(test_a="def test_a(): pass")
    (pytester.path / "un.duicheck.toml").write_text("livraison = 'export'\n", encoding="utf-8")
    result = pytester.runpytest("-p", "no:duicheck")
    assert result.parseoutcomes() == {"passed": 1}
    assert pytester.runpytest("-p", "no:duicheck", "--duicheck=export").ret == 4


def test_a_zip_and_a_file_alone_are_checked_too(pytester, livraison, tmp_path_factory):
    import shutil

    folder = livraison()
    elsewhere = tmp_path_factory.mktemp("ailleurs")
    shutil.make_archive(str(elsewhere / "remise"), "zip", folder)
    result = pytester.runpytest(f"--duicheck={elsewhere / 'remise.zip'}")
    assert result.ret == 0
    found = ids(pytester, f"--duicheck={elsewhere / 'remise.zip'}")
    assert found[0].endswith("remise.zip::verdict")
    lone = ["--duicheck=export/indicateurs.csv", "--duicheck-texte=2025-40", "--duicheck-date-mesure=15/09/2025"]
    assert "FAILED export/indicateurs.csv::verdict - INDÉTERMINÉ" in said(pytester.runpytest(*lone))


# What cannot be opened, and what cannot be asked


@pytest.mark.parametrize(
    ("name", "prepare", "sentence"),
    [
        ("absente", lambda path: None, "n'existe pas"),
        ("vide", lambda path: path.mkdir(), "livraison.toml"),
        ("cassee.zip", lambda path: path.write_bytes(b"PK"), "zip"),
    ],
)
def test_a_delivery_that_cannot_be_opened_is_one_red_test(pytester, name, prepare, sentence):
    prepare(pytester.path / name)
    result = pytester.runpytest(f"--duicheck={name}")
    assert result.parseoutcomes() == {"failed": 1}
    assert result.ret == 1
    text = said(result)
    assert f"FAILED {name}::ouverture - " in text
    assert sentence in text
    assert "INTERNALERROR" not in text
    assert "Traceback" not in text


def test_a_manifest_that_names_no_text_is_one_red_test(pytester, livraison):
    folder = livraison()
    manifest = folder / "livraison.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("2025-40", "2025-04"), encoding="utf-8")
    result = pytester.runpytest("--duicheck=export")
    assert result.parseoutcomes() == {"failed": 1}
    assert "peut-être « 2025-40 »" in said(result)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--duicheck=export", "--duicheck-date-mesure=hier"], "--duicheck-date-mesure : il faut une date"),
        (["--duicheck=export", "--duicheck-texte=2025-4"], "texte « 2025-4 » inconnu"),
        (["--duicheck=export", "--duicheck-phase=autre"], "--duicheck-phase : il faut une de ces valeurs"),
        (["--duicheck=export", "--duicheck-hypothese=agenda"], "--duicheck-hypothese : il faut la forme NOM=VALEUR"),
        (["--duicheck=export/indicateurs.csv"], "précisez --duicheck-texte et --duicheck-date-mesure"),
    ],
)
def test_a_mistake_of_the_call_is_a_usage_error(pytester, livraison, arguments, sentence):
    livraison()
    result = pytester.runpytest(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert sentence in said(result)
    assert "Traceback" not in said(result)


def test_settings_of_the_repository_are_honoured(pytester, livraison):
    livraison()
    pytester.makepyprojecttoml('[tool.duicheck]\nexiger_cibles = true\nsans_extensions = ["plausibilite"]\n')
    found = ids(pytester, "--duicheck=export")
    assert "export/livraison.toml::cibles" in found
    assert not any("::plausibilite/" in name for name in found)
    pytester.makepyprojecttoml("[tool.duicheck]\n\nexiger_cible = true\n")
    result = pytester.runpytest("--duicheck=export")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "ligne 3 : tool.duicheck.exiger_cible : clé inconnue, peut-être « exiger_cibles »" in said(result)


# xdist, JUnit, the console


def test_a_mistake_is_a_usage_error_with_xdist_too(pytester, livraison):
    livraison()
    result = pytester.runpytest_subprocess("-n", "2", "--duicheck=export/indicateurs.csv")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "précisez --duicheck-texte et --duicheck-date-mesure" in said(result)
    assert "Traceback" not in said(result)


def test_workers_of_xdist_are_handed_the_report(pytester, livraison, ecart, monkeypatch):
    """The check runs once, in the controller: the others are given what it found."""
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)  # this very test may run in a worker
    livraison("export", ecart)
    pytester.makeconftest(
        """
        import os, pathlib
        import duicheck.pytest_plugin.state as state
        real = state.check
        def counted(*args, **kwargs):
            who = os.environ.get("PYTEST_XDIST_WORKER", "controleur")
            with pathlib.Path("controles.txt").open("a", encoding="utf-8") as file:
                file.write(who + "\\n")
            return real(*args, **kwargs)
        state.check = counted
        """
    )
    (pytester.path / "a.duicheck.toml").write_text('livraison = "export"\nattendu.verdict = "conforme"\n', "utf-8")
    result = pytester.runpytest_subprocess("-n", "2", "--duicheck=export", "--duicheck=absente")
    assert result.parseoutcomes()["failed"] == 5
    text = said(result)
    assert "indicateurs.csv, ligne 6 : 970302287, dmp : l'export annonce 8 / 10" in text
    assert "FAILED absente::ouverture" in text
    assert "Different tests were collected" not in text
    called = (pytester.path / "controles.txt").read_text(encoding="utf-8").split()
    assert called == ["controleur", "controleur"], "one per delivery; the file asks for one that the worker was given"


def test_junit_properties_say_the_rule_the_text_and_the_delivery(pytester, livraison, ecart):
    folder = livraison("export", ecart)
    pytester.runpytest("--duicheck=export", "--junitxml=resultat.xml")
    root = ET.parse(pytester.path / "resultat.xml").getroot()  # noqa: S314 -- ours
    report = check(folder, load_plugins(), Options())
    cases = {case.get("name"): case for case in root.iter("testcase")}
    properties = {each.get("name"): each.get("value") for each in cases["journal/ecart-indicateur"].iter("property")}
    assert properties == {
        "regle": "journal/ecart-indicateur",
        "gravite": "erreur",
        "constats": "1",
        "resultat": "enfreinte",
        "texte": "2025-40",
        "empreinte": report["livraison"]["sha256"],
    }
    assert cases["journal/ecart-indicateur"].find("failure").get("message").startswith("Les entiers exportés")
    assert {each.get("value") for each in cases["970302287/dmp"].iter("property")} >= {"970302287", "dmp", "2025-40"}
    assert all(case.find("properties") is not None for case in cases.values())


def test_a_console_that_is_not_utf_8_gets_the_nearest_characters(pytester, livraison, ecart, monkeypatch):
    livraison("export", ecart)
    monkeypatch.setenv("PYTHONUTF8", "0")
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    shown = pytester.runpytest_subprocess("--duicheck=export", "-k", "ecart-indicateur").stdout.str()
    assert "Les entiers exportes different de ceux que donne le journal" in shown
    assert "\\x" not in shown


def test_nothing_personal_is_ever_shown(pytester, livraison, ecart):
    """Pseudonyms and cells of the log and of the register stay in their files."""
    folder = livraison("export", ecart)
    register = folder / "registre.csv"
    lines = register.read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3].replace("p-03", "DUPONT Marguerite").replace("2024-01-08", "pas une date")
    register.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = pytester.runpytest("--duicheck=export", "-vv", "-ra", "--junitxml=resultat.xml")
    assert result.parseoutcomes()["failed"] >= 3
    everything = said(result) + (pytester.path / "resultat.xml").read_text(encoding="utf-8")
    assert "registre.csv, ligne 4" in everything
    for secret in ("DUPONT", "Marguerite", "pas une date", "p-03", "d-03"):
        assert secret not in everything


def test_reports_travel_whole():
    """What xdist's workers are handed is JSON: a report is nothing else."""
    from pathlib import Path

    petite = Path(__file__).parents[2] / "fixtures" / "livraisons" / "petite"
    report = check(petite, load_plugins(), Options())
    assert json.loads(json.dumps(report)) == report


def test_the_variable_of_the_program_says_the_language(pytester, livraison, ecart, monkeypatch):
    livraison("export", ecart)
    monkeypatch.setenv("DUICHECK_LANG", "en")
    english = said(pytester.runpytest("--duicheck=export"))
    assert "To know more: duicheck explain" in english
    absent = said(pytester.runpytest("--duicheck=absent"))
    assert "n'existe pas" not in absent
    assert "no such folder or file" in absent
    monkeypatch.setenv("DUICHECK_LANG", "klingon")
    wrong = pytester.runpytest("--duicheck=export")
    assert wrong.ret == pytest.ExitCode.USAGE_ERROR
    assert "DUICHECK_LANG" in wrong.stderr.str()
    monkeypatch.delenv("DUICHECK_LANG")
    assert "Pour en savoir plus" in said(pytester.runpytest("--duicheck=export"))
