"""Every command but check and init."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click
import pytest

from duicheck import __version__
from duicheck.cli.program import COMMANDS, program
from duicheck.docs import cli as page
from duicheck.errors import PluginError
from duicheck.exits import ExitCode


def test_help_is_french(duicheck: Callable[..., Any]) -> None:
    said = duicheck("--help")
    assert said.code == 0
    assert "Usage\u00a0:" in said.out or "Usage :" in said.out
    assert "Commandes" in said.out
    assert "Options" in said.out
    assert "Show this message" not in said.out
    assert all(name in said.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_french_help(name: str, duicheck: Callable[..., Any]) -> None:
    said = duicheck(name, "--help")
    assert said.code == 0
    assert "Affiche cette aide." in said.out
    assert "default" not in said.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_does(name: str) -> None:
    command = program.get_command(click.Context(program), name)
    assert command is not None
    assert [option.name for option in command.params if isinstance(option, click.Option) and not option.help] == []


def test_no_argument_shows_the_help_on_stderr(duicheck: Callable[..., Any]) -> None:
    said = duicheck()
    assert (said.code, said.out) == (ExitCode.USAGE, "")
    assert "Commandes" in said.err


def test_version_beside_other_options(duicheck: Callable[..., Any]) -> None:
    assert duicheck("--debug", "--version").out == f"duicheck {__version__}\n"


def test_an_unknown_command_has_a_near_one(duicheck: Callable[..., Any]) -> None:
    said = duicheck("chekc")
    assert said.code == ExitCode.USAGE
    assert said.err == "Erreur\u00a0: commande «\u00a0chekc\u00a0» inconnue\u00a0; peut-être «\u00a0check\u00a0».\n"


def test_rules(duicheck: Callable[..., Any]) -> None:
    text = duicheck("rules").out
    listed = json.loads(duicheck("rules", "--format", "json").out)
    assert [rule["id"] for rule in listed] == sorted(rule["id"] for rule in listed)
    assert all(rule["id"] in text for rule in listed)
    assert all(rule["documentation"] and rule["remede"] and rule["distribution"] for rule in listed)


def test_explain(duicheck: Callable[..., Any]) -> None:
    said = duicheck("explain", "journal/ecart-indicateur")
    assert said.code == 0
    assert "Que faire" in said.out
    assert "Source" in said.out
    assert duicheck("explain", "ecart-indicateur").out == said.out
    assert json.loads(duicheck("explain", "ecart-indicateur", "--format", "json").out)["extension"] == "journal"


def test_explain_suggests_near_rules(duicheck: Callable[..., Any]) -> None:
    said = duicheck("explain", "journal/ecart-indicateurs")
    assert said.code == ExitCode.USAGE
    assert "peut-être «\u00a0journal/ecart-indicateur\u00a0»" in said.err


def test_textes(duicheck: Callable[..., Any]) -> None:
    ids = [book["id"] for book in json.loads(duicheck("textes", "--format", "json").out)]
    assert ids == ["2021-amorcage", "2023-13", "2024-15", "2025-40"]
    text = duicheck("textes").out
    assert all(identifier in text for identifier in ids)
    assert "source secondaire" in text


@pytest.mark.parametrize("texte", ["2021-amorcage", "2023-13", "2024-15", "2025-40"])
def test_a_text_shows_all_it_holds(texte: str, duicheck: Callable[..., Any]) -> None:
    book = json.loads(duicheck("textes", texte, "--format", "json").out)
    text = duicheck("textes", texte).out
    assert all(parameter["nom"] in text for parameter in book["parametres"])
    assert all(choice["code"] in text for hypothesis in book["hypotheses"] for choice in hypothesis["valeurs"])
    assert all(parameter["unite"] and parameter["source"]["document"] for parameter in book["parametres"])


def test_plugins(duicheck: Callable[..., Any]) -> None:
    listed = json.loads(duicheck("plugins", "--format", "json").out)
    journal = next(plugin for plugin in listed if plugin["nom"] == "journal")
    assert journal["version"] == __version__
    assert journal["distribution"] == "duicheck"
    assert "journal/ecart-indicateur" in journal["regles"]
    text = duicheck("plugins").out
    assert all(plugin["nom"] in text for plugin in listed)
    assert "journal/ecart-indicateur" in text
    assert "journal " not in duicheck("plugins", "-p", "no:journal").out


def test_a_broken_plugin_does_not_take_the_help_away(
    duicheck: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        message = "extension « x » : elle ne se charge pas"
        raise PluginError(message)

    monkeypatch.setattr("duicheck.plugins.load_plugins", broken)
    said = duicheck("--help")
    assert said.code == 0
    assert "check" in said.out
    assert said.err.startswith("Avertissement\u00a0: ")
    assert duicheck("plugins").code == ExitCode.INUTILISABLE


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(shell: str, duicheck: Callable[..., Any]) -> None:
    said = duicheck("completion", shell)
    assert said.code == 0
    assert "_DUICHECK_COMPLETE" in said.out


def test_completion_answers(process: Callable[..., Any]) -> None:
    words = {"COMP_WORDS": "duicheck explain journal/ecart", "COMP_CWORD": "2", "_DUICHECK_COMPLETE": "bash_complete"}
    assert b"plain,journal/ecart-indicateur" in process(**words).stdout


def test_the_page_lists_exit_codes_and_commands() -> None:
    text = page.generate()
    assert all(f"| {int(code)} | `{code.name}` |" in text for code in ExitCode)
    assert all(f"## duicheck {name}" in text for name in COMMANDS)
    assert "default:" not in text
    assert text == page.generate()
