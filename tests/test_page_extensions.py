"""docs/extensions.md: its examples run, one after the other, and its tables are what the code has."""

from __future__ import annotations

import re
import shutil
import sys
import tomllib
import types
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from blocs import BLOCK
from msgspec import structs
from test_architecture import PUBLIC_ROOMS

from duicheck import PluginError, hookspecs, load_plugins
from duicheck.harness import run_rules
from duicheck.rules import Reader, Rule

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "extensions.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return [block["text"] for block in BLOCK.finditer(PAGE) if block["language"] == language]


def column(heading: str) -> list[str]:
    """The first cells of the first table of a section, without their marks."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([\w.]+)` \|", section, re.MULTILINE)


@pytest.fixture(scope="module")
def page():
    """What the examples leave, all of them run in one module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        names: dict[str, object] = {"__name__": "page"}
        patch.setitem(sys.modules, "page", types.ModuleType("page"))
        for number, text in enumerate(blocks("python"), 1):
            exec(compile(text, f"docs/extensions.md, exemple {number}", "exec", dont_inherit=True), names)  # noqa: S102
        yield names


def test_the_examples_run(page):
    assert len(blocks("python")) >= 5
    assert isinstance(page["dmp_jamais_alimente"], Rule)
    assert isinstance(page["sans_dmp"], Reader)


def test_the_rule_shown_passes_and_fails(page, tmp_path):
    plugins = load_plugins()
    with_reader = structs.replace(
        plugins, loaded=[*plugins.loaded, structs.replace(plugins.loaded[0], readers=(page["sans_dmp"],))]
    )
    delivery = Path(shutil.copytree(ROOT / "fixtures" / "livraisons" / "petite", tmp_path / "petite"))
    (right,) = run_rules(delivery, with_reader, [page["dmp_jamais_alimente"]])
    export = delivery / "indicateurs.csv"
    text = export.read_text(encoding="utf-8")
    export.write_text(text.replace(",7,10,70.00", ",0,10,0.00"), encoding="utf-8", newline="\n")
    (wrong,) = run_rules(delivery, with_reader, [page["dmp_jamais_alimente"]])
    assert (right.outcome.value, wrong.outcome.value) == ("respectee", "enfreinte")
    assert (wrong.findings[0].at.file, wrong.findings[0].at.line) == ("indicateurs.csv", 6)


def test_its_tables_name_every_hook_and_every_public_room():
    assert column("Les points d'extension") == [name for name in vars(hookspecs.Hooks) if name.startswith("duicheck_")]
    assert {name.removeprefix("duicheck.") for name in column("Les modules publics")} == PUBLIC_ROOMS


def test_what_it_says_of_versions_is_what_the_program_says(monkeypatch):
    """The two advices of its table are those of the messages."""
    for name, value in (("plus récente", hookspecs.API + 1), ("plus ancienne", hookspecs.OLDEST_API - 1)):
        advice = re.search(rf"une version {name}.*?« (.*?) »", PAGE)[1]
        module = types.ModuleType("essai_version")
        module.DUICHECK_API = value
        monkeypatch.setitem(sys.modules, "essai_version", module)
        with pytest.raises(PluginError, match=advice):
            load_plugins(extra=[EntryPoint("essai", "essai_version", "duicheck")])


def test_its_configuration_is_toml_that_the_example_plugin_has():
    (text,) = blocks("toml")
    shown = tomllib.loads(text)["tool"]["pytest"]["ini_options"]
    example = (ROOT / "plugins" / "duicheck-exemple" / "pyproject.toml").read_text(encoding="utf-8")
    assert shown.items() <= tomllib.loads(example)["tool"]["pytest"]["ini_options"].items()
