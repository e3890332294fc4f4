"""The example, installed as anybody's plugin is, against its cases and in the program."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from duicheck import Options, Outcome, check, hookspecs, load_plugins, load_rulebooks
from duicheck.langue import paragraphs, phrase, speaking
from duicheck.testing import assert_case, load_cases

PETITE = Path(__file__).parents[3] / "fixtures" / "livraisons" / "petite"
CASES = load_cases(Path(__file__).parent / "cas")
RULES = {"exemple/aucun-message", "exemple/aucun-message-citoyen"}


@pytest.fixture(scope="module")
def plugins():
    return load_plugins(required=["exemple"])


def program(*arguments: object) -> str:
    command = [sys.executable, "-m", "duicheck", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case, plugins):
    assert_case(case, plugins)


def test_every_rule_is_shown_passing_and_failing():
    for rule in RULES:
        assert {Outcome.PASSED, Outcome.FAILED} <= {case.attendu for case in CASES if case.regle == rule}


def test_it_is_found_by_its_entry_point(plugins):
    (found,) = (plugin for plugin in plugins.loaded if plugin.name == "exemple")
    assert (found.distribution, found.version) == ("duicheck-exemple", "0.1.0")
    assert {rule.id for rule in found.rules} == RULES


def test_it_says_which_contract_it_was_written_for():
    import duicheck_exemple

    assert hookspecs.OLDEST_API <= duicheck_exemple.DUICHECK_API <= hookspecs.API


def test_it_imports_nothing_but_what_is_public():
    """import-linter holds the plugins of the wheel to it; an outsider's code is read here."""
    import duicheck_exemple

    folder = Path(duicheck_exemple.__file__).parent
    lines = [line for path in folder.glob("*.py") for line in path.read_text(encoding="utf-8").splitlines()]
    imported = {line.split()[1] for line in lines if line.startswith(("from duicheck", "import duicheck"))}
    assert {name for name in imported if not name.startswith("duicheck_exemple")} == {"duicheck"}


def test_its_rules_are_in_the_report(plugins):
    report = check(PETITE, plugins)
    assert {each["id"]: each["resultat"] for each in report["regles"] if each["id"] in RULES} == dict.fromkeys(
        RULES, "respectee"
    )
    assert {"nom": "exemple", "version": "0.1.0"}.items() <= next(
        each for each in report["plugins"] if each["nom"] == "exemple"
    ).items()


def test_its_text_governs_a_delivery_that_asks_for_it(plugins):
    book = load_rulebooks(plugins)["2025-exemple"]
    assert book.parameters["cible_mssante"].source.document == "texte-invente"
    report = check(PETITE, plugins, Options(texte="2025-exemple"))
    assert (report["texte"]["id"], report["verdict"]) == ("2025-exemple", "conforme")
    targets = {each["code"]: each["cible"] for each in report["projet"]["indicateurs"]}
    assert targets["mssante"] == book["cible_mssante"]
    assert targets["dmp"] is None


def test_the_program_lists_and_explains_what_it_brings():
    for arguments in (["plugins"], ["rules"], ["explain", "exemple/aucun-message"]):
        assert "exemple/aucun-message" in program(*arguments)
    assert "2025-exemple" in program("textes")


def test_all_that_it_says_is_in_its_english_catalogue(plugins):
    (found,) = (plugin for plugin in plugins.loaded if plugin.name == "exemple")
    texts = [text for rule in found.rules for text in (rule.title, *paragraphs(rule.doc), rule.message, rule.remedy)]
    texts += [plugins.renderers()["exemple-lignes"].doc]
    texts += ["le texte 2021-amorcage n'a pas de cible MSSanté"]  # what a rule gives as its reason
    book = load_rulebooks(plugins)["2025-exemple"]
    texts += [book.title, book.note]
    texts += [hypothesis.question for hypothesis in book.hypotheses.values()]
    texts += [
        text for each in book.hypotheses.values() for one in each.choices.values() for text in (one.libelle, one.phrase)
    ]
    with speaking("en"):
        assert [text for text in texts if phrase(text) == text] == []


def test_the_program_says_it_in_english():
    assert "An establishment sent no MSSanté message" in program("--lang", "en", "rules")


def test_its_format_is_written_like_ours(tmp_path):
    place = tmp_path / "verdicts.txt"
    program("check", PETITE, "-q", "--output", f"exemple-lignes={place}")
    assert place.read_bytes() == (
        b"ensemble;conforme;atteintes\n010000024;conforme;atteintes\n970302287;conforme;atteintes\n"
    )


def test_the_program_does_without_it_when_asked():
    listed = {each["id"] for each in json.loads(program("rules", "-p", "no:exemple", "--format", "json"))}
    assert "livraison/fichier-absent" in listed
    assert not listed & RULES
