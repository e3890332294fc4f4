"""Loading plugins: each alone, each mistake named with the distribution that made it."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, EntryPoint

import pytest

from duicheck.errors import PluginError
from duicheck.findings import Location, Severity, Violation
from duicheck.hookspecs import API, Hooks, hookimpl
from duicheck.langue import catalogue
from duicheck.model import Dataset, Renderer
from duicheck.plugins import DISABLED, GROUP, load_plugins
from duicheck.rules import reader, readers_in, rule, rules_in


class FakeDistribution(Distribution):
    """An installed distribution that has a name, a version and nothing else."""

    def __init__(self, name: str, version: str = "1.2") -> None:
        self._metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"

    def read_text(self, filename: str) -> str | None:
        return self._metadata if filename == "METADATA" else None

    def locate_file(self, path):
        raise NotImplementedError


@dataclass(frozen=True)
class Part:
    """A part that plugins of these tests provide."""


def a_rule(name: str = "essai/defaut"):
    @rule(name, severity=Severity.ERROR, message="constat", remedy="Corriger.", since="0.1")
    def check(part: Part) -> Iterator[Violation]:
        """Un défaut. Source : ici."""
        yield Violation(Location())

    return check


@reader
def a_reader() -> Part:
    """Build it."""
    return Part()


@pytest.fixture
def install(monkeypatch):
    """Pretend that a distribution installed a plugin: a module of that name with these contents."""
    monkeypatch.delenv(DISABLED, raising=False)
    numbers = iter(range(1_000))

    def _install(name: str, distribution: str | None = "duicheck-essai", **contents: object) -> EntryPoint:
        module = types.ModuleType(f"essai_{next(numbers)}_{name}")
        for key, value in contents.items():
            value = hookimpl(value) if callable(value) and key.startswith("duicheck_") else value  # noqa: PLW2901
            setattr(module, key, value)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        return named(name, module.__name__, distribution)

    return _install


def named(name: str, module: str, distribution: str | None = "duicheck-essai") -> EntryPoint:
    point = EntryPoint(name, module, GROUP)
    return point if distribution is None else point._for(FakeDistribution(distribution))


def broken_module(tmp_path, monkeypatch, text: str) -> str:
    (tmp_path / "essai_casse.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "essai_casse", raising=False)
    return "essai_casse"


# What is loaded


def test_what_a_plugin_registers_is_known_with_its_origin(install):
    declared, part = a_rule(), a_reader
    plugins = load_plugins(extra=[install("un", duicheck_rules=lambda: [declared], duicheck_readers=lambda: [part])])
    (loaded,) = plugins.loaded
    assert (loaded.name, loaded.distribution, loaded.version) == ("un", "duicheck-essai", "1.2")
    assert plugins.rules == {"essai/defaut": declared}
    assert plugins.readers == [part]


def test_plugins_are_sorted_by_name_and_rules_by_id_over_all_of_them(install):
    first, second, third = a_rule("a/un"), a_rule("b/deux"), a_rule("c/trois")
    points = [
        install("zebre", duicheck_rules=lambda: [second]),
        install("abeille", duicheck_rules=lambda: [third, first]),
    ]
    plugins = load_plugins(extra=iter(points))
    assert [loaded.name for loaded in plugins.loaded] == ["abeille", "zebre"]
    assert list(plugins.rules) == ["a/un", "b/deux", "c/trois"]


def test_a_plugin_that_registers_nothing_is_loaded_all_the_same(install):
    plugins = load_plugins(extra=[install("vide")])
    assert [loaded.name for loaded in plugins.loaded] == ["vide"]
    assert plugins.rules == {}
    assert plugins.readers == plugins.rulebooks() == []
    assert plugins.renderers() == plugins.commands() == {}


def test_a_plugin_without_a_distribution_is_loaded_and_says_so(install):
    (loaded,) = load_plugins(extra=[install("seul", distribution=None)]).loaded
    assert (loaded.distribution, loaded.version) == ("distribution inconnue", "?")


def test_renderers_texts_and_commands_come_with_their_plugin(install):
    renderer = Renderer("papier", "Du papier.", lambda report: b"")
    plugins = load_plugins(
        extra=[install("un", duicheck_renderers=lambda: [renderer], duicheck_rulebooks=lambda: ("un.toml",))]
    )
    assert plugins.renderers() == {"papier": renderer}
    assert [(plugin.name, text) for plugin, text in plugins.rulebooks()] == [("un", "un.toml")]


def test_two_runs_share_nothing(install):
    point = install("un", duicheck_rules=lambda: [a_rule()])
    assert load_plugins(extra=[point]).rules.keys() == load_plugins(extra=[point]).rules.keys()


def test_the_shipped_plugins_come_through_the_same_door(monkeypatch):
    monkeypatch.delenv(DISABLED, raising=False)
    plugins = load_plugins(
        required=["livraison", "identifiants", "indicateurs", "journal", "echantillon", "plausibilite"]
    )
    assert {loaded.distribution for loaded in plugins.loaded} >= {"duicheck"}
    assert plugins.rules
    for declared in plugins.rules.values():
        assert declared.reads


def test_a_module_gives_its_rules_and_readers_in_the_order_of_the_source():
    module = types.ModuleType("essai")
    module.second, module.first, module.part = a_rule("b/b"), a_rule("a/a"), a_reader
    assert rules_in(module) == [module.second, module.first]
    assert readers_in(module) == [module.part]


# Mistakes, each by name


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("import un_module_qui_n_existe_pas", "ModuleNotFoundError"),
        ("def (", "SyntaxError"),
        ("1 / 0", "ZeroDivisionError"),
        ("raise SystemExit(0)", "SystemExit"),
    ],
)
def test_a_plugin_that_does_not_import_is_named(tmp_path, monkeypatch, text, kind):
    """An exit at import must not end the program with code 0."""
    point = named("casse", broken_module(tmp_path, monkeypatch, text), "duicheck-casse")
    with pytest.raises(PluginError, match=rf"« casse » \(duicheck-casse 1.2\) : elle ne se charge pas \({kind}"):
        load_plugins(extra=[point])


def test_a_missing_attribute_of_an_entry_point_is_named():
    with pytest.raises(PluginError, match=r"« casse » .* ne se charge pas \(AttributeError"):
        load_plugins(extra=[named("casse", "duicheck.errors:absent")])


def test_a_misspelt_hook_is_an_error(install):
    with pytest.raises(PluginError, match=r"« un » .*point d'extension inconnu, duicheck_rule$"):
        load_plugins(extra=[install("un", duicheck_rule=lambda: [])])  # noqa: PIE807 -- a hook takes attributes


def test_a_hook_that_asks_for_an_argument_is_an_error(install):
    with pytest.raises(PluginError, match=r"« un » .*demande des arguments"):
        load_plugins(extra=[install("un", duicheck_rules=lambda dataset: [])])


@pytest.mark.parametrize("hook", ["duicheck_rules", "duicheck_readers"])
@pytest.mark.parametrize("error", [ZeroDivisionError(), SystemExit(0)])
def test_a_hook_that_fails_is_named(install, hook, error):
    def fail():
        raise error

    with pytest.raises(PluginError, match=rf"« un » : {hook} a échoué \({type(error).__name__}"):
        load_plugins(extra=[install("un", **{hook: fail})])


@pytest.mark.parametrize(("hook", "decorator"), [("duicheck_rules", "@rule"), ("duicheck_readers", "@reader")])
def test_a_bare_function_among_rules_or_readers_is_named(install, hook, decorator):
    def bare(): ...

    with pytest.raises(PluginError, match=rf"« un » : {hook} rend « bare », .* {decorator}"):
        load_plugins(extra=[install("un", **{hook: lambda: [bare]})])


def test_a_rule_id_claimed_twice_names_both_distributions(install):
    points = [
        install("un", "duicheck-un", duicheck_rules=lambda: [a_rule()]),
        install("deux", "duicheck-deux", duicheck_rules=lambda: [a_rule()]),
    ]
    with pytest.raises(PluginError) as caught:
        load_plugins(extra=points)
    for word in ("essai/defaut", "duicheck-un", "duicheck-deux", "-p no:"):
        assert word in str(caught.value)
    assert len(load_plugins(extra=points, disabled=["un"]).rules) == 1


def test_a_part_provided_twice_names_both_distributions(install):
    points = [
        install("un", "duicheck-un", duicheck_readers=lambda: [a_reader]),
        install("deux", "duicheck-deux", duicheck_readers=lambda: [a_reader]),
    ]
    with pytest.raises(PluginError, match=r"« Part » .*duicheck-deux.*duicheck-un"):
        load_plugins(extra=points)


def test_a_format_brought_twice_names_both_distributions(install):
    renderer = Renderer("papier", "Du papier.", lambda report: b"")
    plugins = load_plugins(
        extra=[
            install("un", "duicheck-un", duicheck_renderers=lambda: [renderer]),
            install("deux", "duicheck-deux", duicheck_renderers=lambda: [renderer]),
        ]
    )
    with pytest.raises(PluginError, match=r"le format de sortie « papier » .*duicheck-deux.*duicheck-un"):
        plugins.renderers()


def test_one_name_from_two_distributions_names_both(install):
    points = [install("un", "duicheck-un"), install("un", "duicheck-autre")]
    with pytest.raises(PluginError, match="« un » : duicheck-autre, duicheck-un"):
        load_plugins(extra=points)
    assert load_plugins(extra=points, disabled=["un"]).loaded == []


def test_the_same_distribution_seen_twice_on_the_path_is_one_plugin(install):
    point = install("un", duicheck_rules=lambda: [a_rule()])
    assert len(load_plugins(extra=[point, point]).loaded) == 1


def test_a_plugin_that_needs_a_newer_contract_says_to_update(install):
    with pytest.raises(PluginError, match=rf"demande l'API {API + 1}, ce duicheck offre l'API {API} ; mettez"):
        load_plugins(extra=[install("neuf", DUICHECK_API=API + 1)])
    assert load_plugins(extra=[install("egal", DUICHECK_API=API)]).loaded


def test_a_plugin_of_an_older_contract_is_loaded_as_long_as_it_is_spoken_and_then_told_to_update(install, monkeypatch):
    monkeypatch.setattr("duicheck.hookspecs.API", 4)
    monkeypatch.setattr("duicheck.hookspecs.OLDEST_API", 2)
    points = [install("vieux", DUICHECK_API=2), install("recent", DUICHECK_API=4), install("muet")]
    assert len(load_plugins(extra=points).loaded) == 3
    with pytest.raises(PluginError, match=r"« ancien » .* l'API 1, .* avant la 2 ; mettez l'extension à jour"):
        load_plugins(extra=[install("ancien", DUICHECK_API=1)])


@pytest.mark.parametrize("version", ["1", 1.0, True, None])
def test_a_contract_version_that_is_no_number_is_refused(install, version):
    with pytest.raises(PluginError, match="DUICHECK_API doit être un entier"):
        load_plugins(extra=[install("un", DUICHECK_API=version)])


# Leaving out, requiring


def test_a_plugin_is_left_out_by_the_environment(install, monkeypatch):
    points = [install("un"), install("deux"), install("trois")]
    monkeypatch.setenv(DISABLED, " un , trois,")
    assert [loaded.name for loaded in load_plugins(extra=points).loaded] == ["deux"]


def test_a_plugin_is_left_out_by_the_caller_and_not_even_imported(tmp_path, monkeypatch, install):
    point = named("casse", broken_module(tmp_path, monkeypatch, "1 / 0"))
    assert [loaded.name for loaded in load_plugins(extra=[point, install("un")], disabled=["casse"]).loaded] == ["un"]


def test_leaving_out_a_name_that_nobody_bears_is_an_error(install):
    with pytest.raises(PluginError, match="à écarter inconnue : deux ; extensions installées : un"):
        load_plugins(extra=[install("un")], disabled=["deux"])


@pytest.mark.parametrize("disabled", [(), ("deux",)])
def test_a_required_plugin_that_is_not_loaded_is_an_error(install, disabled):
    points = [install("un"), *([install("deux")] if disabled else [])]
    with pytest.raises(PluginError, match="exigée mais absente : deux"):
        load_plugins(extra=points, required=["un", "deux"], disabled=disabled)


# The contract


@pytest.mark.parametrize("hook", [name for name in vars(Hooks) if name.startswith("duicheck_")])
def test_every_hook_is_documented_and_dated(hook):
    assert "Since " in (vars(Hooks)[hook].__doc__ or "")


def test_a_rule_of_a_plugin_runs_on_the_part_of_another(install):
    from duicheck.engine import run

    plugins = load_plugins(
        extra=[
            install("regle", duicheck_rules=lambda: [a_rule()]),
            install("lecture", duicheck_readers=lambda: [a_reader]),
        ]
    )
    (result,) = run(Dataset({}, readers=plugins.readers), plugins.rules.values())
    assert result.count == 1


def test_a_plugin_brings_folders_of_catalogues(install, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(catalogue, "_added", [])
    load_plugins(extra=[install("un", duicheck_langues=lambda: [tmp_path])])
    assert catalogue._added == [tmp_path]


def test_a_catalogue_that_is_no_folder_is_refused(install) -> None:
    with pytest.raises(PluginError, match=r"« un ».*duicheck_langues rend autre chose qu'un dossier"):
        load_plugins(extra=[install("un", duicheck_langues=lambda: ["langues"])])
