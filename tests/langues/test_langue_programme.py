"""The program in English: `--lang` anywhere, nothing of the report changed, no French left."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import click
import pytest
from filet import data_of, outside, plain, rendered, strays, words
from programme import Call, calling

from duicheck.cli.outputs import renderers
from duicheck.cli.program import COMMANDS, program
from duicheck.exits import ExitCode
from duicheck.langue import available, habits, phrase, speaking
from duicheck.langue.habits import HABITS
from duicheck.plugins import Plugins, load_plugins
from duicheck.render.french import counted, day, integer, percent, ratio, sentence, typography
from duicheck.render.labels import ROLES
from duicheck.render.pdf.document import document
from duicheck.render.terminal import render_terminal
from duicheck_indicateurs.causes import CAUSES

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "fixtures" / "golden"
REPORTS = ("conforme", "grande-grappe", "indetermine", "non-conforme", "sous-derogations")
PETITE = ROOT / "fixtures" / "livraisons" / "petite"


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    return calling(capsys, monkeypatch, columns=140)


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins()


def golden(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def everything(plugins: Plugins, report: Any, language: str = "en") -> list[str]:
    """All that is data in what is shown of a report."""
    codes = [*plugins.rules, *ROLES, *COMMANDS, "duicheck", "livraison", "json"]
    return [*data_of(report), *other_versions(report, language), *codes]


def other_versions(report: Any, language: str) -> list[str]:
    """Sentences of a frozen report that no rule says any more: they stay French, as those of other people's plugins."""
    rows = [row for one in report["etablissements"] for row in one["indicateurs"]]
    texts = [finding["message"] for finding in report["constats"]] + [rule["raison"] for rule in report["regles"]]
    texts += [why["texte"] for row in rows for why in row["explications"]]
    texts += [one["phrase"] for one in report["hypotheses"].values()]
    with speaking(language):
        return [text for text in texts if text and phrase(text) == text]


def facts_of(report: Any) -> list[str]:
    """The facts as tables have them: data, as rapport.json has it."""
    facts = [fact for finding in report["constats"] for fact in finding["faits"].items()]
    return [text for name, fact in facts for text in (f"{name} = {fact}", str(fact))]


def to_do() -> list[Any]:
    """A group of a report for each thing that may be left to do."""
    codes = ("dossiers_actifs", "projet_personnalise", "evenement_agenda", "mssante", "dmp")
    known = {"finess_et": "970300008", "identifiants": ["d-1"]}
    return [{**known, "indicateur": indicator, "cause": cause} for indicator, cause in product(codes, CAUSES)]


def said_to_be_french(node: Any) -> Iterator[str]:
    """What a document marks as French, for those who have it read aloud."""
    if isinstance(node, list):
        for one in node:
            yield from said_to_be_french(one)
    elif isinstance(node, dict):
        if node.get("s") == "langue":
            yield node["t"]
        for one in node.values():
            yield from said_to_be_french(one)


# The option.


@pytest.mark.parametrize(
    "arguments",
    [
        ("--lang", "en", "check", PETITE),
        ("--lang=en", "check", PETITE),
        ("check", "--lang", "en", PETITE),
        ("check", PETITE, "--lang=en"),
    ],
)
def test_the_language_is_said_anywhere(said: Call, arguments: tuple[object, ...]) -> None:
    code, out, err = said(*arguments)
    assert (code, err) == (ExitCode.CONFORME, "")
    assert out.splitlines()[1].startswith(" CONFORMANT — ")


def test_the_language_may_come_from_the_environment(said, monkeypatch) -> None:
    monkeypatch.setenv("DUICHECK_LANG", "en")
    assert "TARGETS REACHED" in said("check", PETITE)[1]
    assert "CIBLES ATTEINTES" in said("check", PETITE, "--lang", "fr")[1], "the command line wins"
    monkeypatch.setenv("DUICHECK_LANG", "")
    assert "CIBLES ATTEINTES" in said("check", PETITE)[1]


def test_the_language_does_not_outlive_the_run(said) -> None:
    said("--lang", "en", "rules")
    assert "Liste les règles" in said("rules", "--help")[1]


@pytest.mark.parametrize("arguments", [("--lang", "xx", "rules"), ("rules", "--lang=de"), ("rules", "--lang", "../en")])
def test_an_unknown_language_is_a_mistake_of_usage(said, arguments) -> None:
    code, out, err = said(*arguments)
    assert (code, out) == (ExitCode.USAGE, "")
    assert err.startswith("Erreur\u00a0: langue «\u00a0")
    assert "fr, en" in err


@pytest.mark.parametrize("arguments", [("rules", "--lang"), ("rules", "--lang=")])
def test_a_language_must_be_named(said, arguments) -> None:
    code, out, err = said(*arguments)
    assert (code, out) == (ExitCode.USAGE, "")
    assert "--lang" in err


def test_an_argument_after_two_dashes_is_no_option(said) -> None:
    code, _out, err = said("check", "--", "--lang")
    assert code == ExitCode.ILLISIBLE
    assert err.startswith("Erreur\u00a0: --lang")


def test_every_language_has_its_habits() -> None:
    assert set(available()) == {"fr", "en"} == set(HABITS)


def test_french_needs_no_catalogue() -> None:
    calls = "_('x'), n_('a', 'b', 2), phrase('le')"
    code = f"import sys; from duicheck.langue import _, n_, phrase; {calls}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8", timeout=60)
    assert {"gettext", "babel"}.isdisjoint(done.stdout.split())


# What never changes.


def test_the_report_has_the_same_bytes_in_every_language(said, tmp_path: Path) -> None:
    for language in available():
        said("check", PETITE, "--lang", language, "--output", f"json={tmp_path / language}.json", "-q")
    assert (tmp_path / "fr.json").read_bytes() == (tmp_path / "en.json").read_bytes()


@pytest.mark.parametrize("command", [("check", PETITE), ("rules",), ("textes", "2025-40"), ("plugins",)])
def test_json_on_stdout_is_the_same_in_every_language(command: tuple[object, ...]) -> None:
    outputs = set()
    for language in available():
        environment = {**os.environ, "DUICHECK_LANG": language}
        arguments = [sys.executable, "-m", "duicheck", *map(str, command), "--format", "json"]
        outputs.add(subprocess.run(arguments, capture_output=True, check=True, env=environment, timeout=60).stdout)
    assert len(outputs) == 1


# Numbers, days, marks.


def test_figures_are_written_as_english_does() -> None:
    assert (integer(1234567), percent(90)) == ("1\u00a0234\u00a0567", "90\u00a0%")
    assert (percent(12.5), ratio(1, 3)) == ("12,5\u00a0%", "33,33\u00a0%")
    assert typography("oui : non") == "oui\u00a0: non"
    with speaking("en"):
        assert (integer(1234567), percent(90), percent(12.5), ratio(1, 3)) == ("1,234,567", "90%", "12.5%", "33.33%")
        assert day("2025-09-05") == "5 Sep 2025"
        assert [counted(count, "règle") for count in (0, 1, 2)] == ["0\u00a0rules", "1\u00a0rule", "2\u00a0rules"]
        assert typography("yes: no") == sentence("yes: no").removesuffix(".").lower()
        assert habits().quotes == ("“", "”")


# No French left.


@pytest.mark.parametrize("name", REPORTS)
def test_a_terminal_report_in_english_holds_no_french(name: str, plugins: Plugins) -> None:
    report = golden(name)
    with speaking("en"):
        text = render_terminal(report, plugins.rules, width=140, colour=False, source="livraison")
    assert strays(text, everything(plugins, report)) == []


@pytest.mark.parametrize("name", REPORTS)
def test_all_that_a_terminal_report_says_comes_from_the_catalogue(name: str, plugins: Plugins, marked: str) -> None:
    report = golden(name)
    with speaking(marked):
        text = render_terminal(report, plugins.rules, width=140, colour=False, source="livraison")
    assert words(outside(plain(text)), everything(plugins, report, marked)) == []


@pytest.mark.parametrize("name", sorted(set(renderers(load_plugins())) - {"json"}))
@pytest.mark.parametrize("report", REPORTS)
def test_an_output_in_english_holds_no_french(name: str, report: str, plugins: Plugins) -> None:
    value = golden(report)
    if name == "a-faire":
        value["dossiers"] = to_do()
    with speaking("en"):
        content = renderers(plugins)[name].render(value)
        marked = said_to_be_french(document(value, plugins.rules)) if name == "pdf" else ()
    assert strays(rendered(name, content), [*everything(plugins, value), *facts_of(value), *marked]) == []


CONTEXT = click.Context(program, info_name="duicheck")


def commands() -> Iterator[str]:
    yield from program.list_commands(CONTEXT)


@pytest.mark.parametrize("name", [None, *sorted(commands())])
def test_a_help_page_in_english_holds_no_french(said, name: str | None) -> None:
    code, out, err = said("--lang", "en", *([name] if name else []), "--help")
    assert (code, err) == (ExitCode.CONFORME, "")
    assert out.startswith("Usage: duicheck")
    names = re.findall(r"--?[\w-]+", out)
    assert strays(out, [*names, *commands(), "no:NAME", "programme", "fr or en"]) == []


@pytest.mark.parametrize("name", [None, *commands()])
def test_all_that_a_help_page_says_comes_from_the_catalogue(said, name: str | None, marked: str) -> None:
    found = set(commands())
    _code, out, _err = said("--lang", marked, *([name] if name else []), "--help")
    text = re.sub(r"\[[a-z0-9|-]+\]|Options|Commands|Usage|Show this message and exit", " ", outside(plain(out)))
    below = {each for command in found for each in getattr(program.get_command(CONTEXT, command), "commands", ())}
    assert words(text, {*found, *below, "default", "controle", "indicateurs", "duicheck"}) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("chek",),
        ("check",),
        ("check", "nulle-part"),
        ("check", PETITE, "--nimporte"),
        ("check", PETITE, "--format", "pdf"),
        ("check", PETITE, "--date-mesure", "hier"),
        ("check", PETITE, "--hypothese", "x"),
        ("check", PETITE, "--hypothese", "fenetre=x"),
        ("check", PETITE, "--texte", "2025"),
        ("check", PETITE, "--output", "x=y"),
        ("check", PETITE, "--output", "json=/nulle/part.json"),
        ("check", PETITE, "--output", "a-faire=-"),
        ("check", PETITE, "--precedent", PETITE / "livraison.toml"),
        ("check", PETITE, "-p", "journal"),
        ("check", PETITE, "-p", "no:rien"),
        ("check", PETITE, "--exiger-extension", "rien"),
        ("check", PETITE / "indicateurs.csv"),
        ("check", PETITE / "LISEZMOI.md", "--texte", "2025-40", "--date-mesure", "2025-09-15"),
        ("explain", "rien"),
        ("textes", "rien"),
        ("report", "rien.json"),
        ("diff", "rien.json", PETITE / "livraison.toml"),
        ("init", "nulle-part"),
        ("init", PETITE),
    ],
    ids=lambda arguments: " ".join(Path(str(part)).name for part in arguments) or "rien",
)
def test_an_error_in_english_holds_no_french(said, arguments: tuple[object, ...]) -> None:
    code, _out, err = said("--lang", "en", *arguments)
    assert code not in {ExitCode.CONFORME, ExitCode.INTERNE}
    data = [str(part) for part in arguments] + re.findall(r"[\w-]+(?=,|;| or)", err)
    assert strays(re.sub(r"\S*/\S*|--[\w-]+", "x", err), data) == []


@pytest.mark.parametrize(
    "arguments", [("rules",), ("plugins",), ("textes",), ("check", PETITE)], ids=lambda arguments: arguments[0]
)
def test_a_listing_in_english_holds_no_french(said, arguments: tuple[object, ...], plugins: Plugins) -> None:
    _code, out, _err = said("--lang", "en", *arguments)
    assert strays(out, [*plugins.rules, *data_of(golden("conforme"))]) == []


def test_the_manifest_that_init_writes_explains_itself_in_english(said, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PETITE, tmp_path / "petite"))
    (folder / "livraison.toml").unlink()
    (folder / "note.pdf").write_bytes(b"%PDF-1.4 rien")
    code, out, _err = said("--lang", "en", "init", folder, "--texte", "2025-40", "--date-mesure", "2025-09-15")
    assert code == ExitCode.CONFORME
    assert strays(out.replace(str(folder), "x")) == []
    manifest = (folder / "livraison.toml").read_text(encoding="utf-8")
    comments = [line for line in manifest.splitlines() if line.startswith("# ") and "=" not in line]
    assert strays("\n".join(comments)) == []
    assert said("check", folder)[0] == ExitCode.CONFORME
