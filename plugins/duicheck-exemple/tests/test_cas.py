"""The example, installed as anybody's plugin is, against its cases and in the program."""

import subprocess
import sys
from pathlib import Path

import pytest

from duicheck import load_plugins
from duicheck.langue import paragraphs, phrase, speaking
from duicheck.testing import assert_case, load_cases


@pytest.mark.parametrize("case", load_cases(Path(__file__).parent / "cas"), ids=str)
def test_case(case):
    assert_case(case)


def test_it_is_found_by_its_entry_point():
    (found,) = (plugin for plugin in load_plugins().loaded if plugin.name == "exemple")
    assert (found.distribution, found.version) == ("duicheck-exemple", "0.1.0")


def test_the_program_lists_and_explains_its_rule():
    for arguments in (["plugins"], ["rules"], ["explain", "exemple/aucun-message"]):
        command = [sys.executable, "-m", "duicheck", *arguments]
        run = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
        assert "exemple/aucun-message" in run.stdout


def test_all_that_its_rules_say_is_in_its_english_catalogue():
    (found,) = (plugin for plugin in load_plugins().loaded if plugin.name == "exemple")
    texts = [text for rule in found.rules for text in (rule.title, *paragraphs(rule.doc), rule.message, rule.remedy)]
    with speaking("en"):
        assert [text for text in texts if phrase(text) == text] == []


def test_the_program_says_it_in_english():
    command = [sys.executable, "-m", "duicheck", "--lang", "en", "rules"]
    run = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
    assert "An establishment sent no MSSanté message" in run.stdout


def test_the_program_does_without_it_when_asked():
    command = [sys.executable, "-m", "duicheck", "rules", "-p", "no:exemple"]
    run = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
    assert "livraison/fichier-absent" in run.stdout
    assert "exemple/aucun-message" not in run.stdout
