"""Settings: where the file is found, what it may say, who wins, and what `duicheck config` shows."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import duicheck
from duicheck.cli.check import command as check_command
from duicheck.cli.program import run
from duicheck.errors import UsageError
from duicheck.formats import load_schema
from duicheck.formats.tomllines import line_of
from duicheck.reglages import SETTINGS, Kind, Origin, SettingsFile, choose, find_settings
from duicheck.reglages.choosing import VARIABLES
from duicheck.reglages.known import from_variable

PLUGINS = Path(__file__).parents[2] / "plugins"
PETITE = Path(__file__).parents[2] / "fixtures" / "livraisons" / "petite"


@pytest.fixture(autouse=True)
def _bare(monkeypatch):
    for setting in SETTINGS.values():
        monkeypatch.delenv(setting.variable, raising=False)


def repository(folder: Path, table: str = "", *, git: bool = True) -> Path:
    """A repository with a delivery in `export`, and a pyproject.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    if git:
        (folder / ".git").mkdir(exist_ok=True)
    (folder / "pyproject.toml").write_text(f'[project]\nname = "éditeur"\n{table}', encoding="utf-8")
    shutil.copytree(PETITE, folder / "export")
    return folder


# What there is


def test_file_command_and_schema_know_the_same_settings():
    properties = load_schema("reglages")["properties"]
    assert list(properties) == list(SETTINGS)
    parameters = {parameter.name: parameter for parameter in check_command.params}
    renamed = {"sans_extensions": "sans", "extensions_exigees": "exigees"}
    for name, setting in SETTINGS.items():
        assert tuple(properties[name].get("enum", ())) == setting.choices, name
        if name == "strict":  # pytest's alone
            continue
        parameter = parameters[renamed.get(name, name)]
        assert setting.option in parameter.opts, name
        assert tuple(getattr(parameter.type, "choices", ())) == setting.choices, name
        if setting.choices and setting.default is not None:
            assert parameter.default == setting.default, name


def test_examples_of_the_schema_are_read(tmp_path):
    examples = {name: part["examples"][0] for name, part in load_schema("reglages")["properties"].items()}
    lines = ["[tool.duicheck]"]
    for name, value in examples.items():
        if isinstance(value, dict):
            lines.append(f"{name} = {{ {', '.join(f'{key} = {json.dumps(each)}' for key, each in value.items())} }}")
        else:
            lines.append(f"{name} = {json.dumps(value)}")
    repository(tmp_path, "\n".join(lines) + "\n")
    found = find_settings(tmp_path)
    assert set(found.values) == set(SETTINGS)
    assert found.values["date_mesure"] == date.fromisoformat(examples["date_mesure"])
    assert found.values["precedent"] == tmp_path / examples["precedent"]


def test_every_variable_that_the_code_reads_is_known():
    """Else `duicheck config` would take it for a mistake."""
    root = Path(duicheck.__file__).parent
    sources = [*root.rglob("*.py"), *root.parent.glob("duicheck_*/**/*.py"), *PLUGINS.glob("duicheck_*/**/*.py")]
    read = {name for path in sources for name in re.findall(r'"(DUICHECK_[A-Z_]+)"', path.read_text(encoding="utf-8"))}
    assert read - {"DUICHECK_API"} == set(VARIABLES)


# Lines

KEYS = st.sampled_from(["a", "b", "c", "texte", "é d"])
LEAVES = st.one_of(st.integers(0, 9), st.sampled_from(["x", "« y »", "# pas un commentaire", "deux\nlignes"]))
TABLES = st.dictionaries(KEYS, st.one_of(LEAVES, st.lists(LEAVES, max_size=3)), max_size=4)


@given(st.dictionaries(KEYS, st.one_of(LEAVES, TABLES), min_size=1, max_size=4), st.data())
def test_the_line_of_a_key_is_where_it_was_written(content, data):
    """Written one statement after another, with comments and blank lines between."""
    lines, wrote = [], {}

    def write(prefix, table):
        for key, value in table.items():
            if not isinstance(value, dict):
                lines.extend(data.draw(st.sampled_from([[], [""], ["# texte = 1"], ["", "  # [a]"]])))
                wrote[*prefix, key] = len(lines) + 1
                text = (
                    '"""\n' + value + '"""'
                    if isinstance(value, str) and "\n" in value
                    else "[\n  " + ",\n  ".join(json.dumps(each, ensure_ascii=False) for each in value) + "\n]"
                    if isinstance(value, list)
                    else json.dumps(value, ensure_ascii=False)
                )
                lines.extend(f"{json.dumps(key, ensure_ascii=False)} = {text}".split("\n"))
        for key, value in table.items():
            if isinstance(value, dict):
                wrote[*prefix, key] = len(lines) + 1
                lines.append(f"[{json.dumps(key, ensure_ascii=False)}]")
                write((*prefix, key), value)

    write((), content)
    text = "\n".join(lines) + "\n"
    tomllib.loads(text)
    for steps, line in wrote.items():
        assert line_of(text, steps) == line, (text, steps)
        assert line_of(text, [*steps, "absent"]) == line


@pytest.mark.parametrize("text", ["", "\n\n", "# rien\n"])
def test_a_key_of_an_empty_file_is_on_its_first_line(text):
    assert line_of(text, ["a", 0]) == 1


# Where it is found


def test_the_nearest_table_above_the_delivery_wins_alone(tmp_path):
    top = repository(tmp_path, '[tool.duicheck]\ntexte = "2023-13"\nmode = "dossier"\n')
    inner = repository(tmp_path / "services" / "a", '[tool.duicheck]\ntexte = "2025-40"\n', git=False)
    found = find_settings(top, inner / "export")
    assert (found.path, found.values) == (inner / "pyproject.toml", {"texte": "2025-40"})
    assert find_settings(inner).path == inner / "pyproject.toml"
    assert find_settings(top, top / "export").path == top / "pyproject.toml"


def test_a_project_without_the_table_lets_the_repository_speak(tmp_path):
    repository(tmp_path, '[tool.duicheck]\ntexte = "2023-13"\n')
    inner = repository(tmp_path / "a", "[tool.ruff]\n", git=False)
    assert find_settings(inner, inner / "export").path == tmp_path / "pyproject.toml"


def test_nothing_is_looked_for_above_the_repository(tmp_path):
    repository(tmp_path, '[tool.duicheck]\ntexte = "2023-13"\n', git=False)
    assert find_settings(repository(tmp_path / "depot")) is None


def test_out_of_a_repository_the_first_project_ends_the_search(tmp_path):
    repository(tmp_path, '[tool.duicheck]\ntexte = "2023-13"\n', git=False)
    inner = repository(tmp_path / "a", git=False)
    assert find_settings(inner) is None
    (inner / "b").mkdir()
    (tmp_path / "c" / "d").mkdir(parents=True)
    assert find_settings(inner / "b") is None
    assert find_settings(tmp_path / "c" / "d").path == tmp_path / "pyproject.toml"


def test_a_delivery_does_not_say_how_it_is_checked(tmp_path, monkeypatch):
    top = repository(tmp_path / "depot")
    hostile = '[tool.duicheck]\nsans_extensions = ["journal"]\n'
    (top / "export" / "pyproject.toml").write_text(hostile, encoding="utf-8")
    for start in (top, top / "export"):
        assert find_settings(start, top / "export") is None
    monkeypatch.chdir(top / "export")
    assert find_settings(Path.cwd(), Path()) is None
    elsewhere = repository(tmp_path / "recu", hostile)
    assert find_settings(top, elsewhere / "export") is None, "another repository has no say here"


# What is refused


@pytest.mark.parametrize(
    ("table", "line", "said"),
    [
        ("[tool.duicheck]\n\nexiger_cible = true\n", 5, ".exiger_cible : clé inconnue, peut-être « exiger_cibles »"),
        ("[tool.duicheck]\ndate-mesure = 2025-09-15\n", 4, ".date-mesure : clé inconnue, peut-être « date_mesure »"),
        ('[tool.duicheck]\nmode = "prudent"\n', 4, ".mode : il faut une de ces valeurs : « controle », « dossier »"),
        ("[tool.duicheck]\n# ici\nhypotheses.agenda = 3\n", 5, ".hypotheses.agenda : il faut un texte"),
        ('[tool.duicheck]\nsans_extensions = [\n "a",\n 3,\n]\n', 4, ".sans_extensions.2 : il faut un texte"),
        ("[tool]\nduicheck = 3\n", 4, " : il faut un objet"),
    ],
)
def test_a_mistake_is_said_with_its_line(tmp_path, table, line, said):
    repository(tmp_path, table)
    with pytest.raises(UsageError) as refusal:
        find_settings(tmp_path)
    assert str(refusal.value) == f"{tmp_path / 'pyproject.toml'}, ligne {line} : tool.duicheck{said}"


def test_a_file_that_is_no_toml_is_said_with_its_line(tmp_path):
    repository(tmp_path, "[tool.duicheck\n")
    with pytest.raises(UsageError, match="ligne 3, colonne 15 : ce n'est pas du TOML lisible"):
        find_settings(tmp_path)


def test_a_project_that_does_not_name_us_is_not_ours_to_judge(tmp_path):
    (tmp_path / "pyproject.toml").write_bytes(b"[project\nname = \xe9\n")
    assert find_settings(tmp_path) is None
    (tmp_path / "pyproject.toml").write_text("[project\n", encoding="utf-8")
    assert find_settings(tmp_path) is None


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("date_mesure", "20250915", "une date"),
        ("exiger_cibles", "peut-être", "« 1 » ou « 0 »"),
        ("mode", "prudent", "une de ces valeurs : controle, dossier"),
        ("hypotheses", "agenda", "NOM=VALEUR"),
        ("hypotheses", "agenda=a,agenda=b", "une valeur par nom"),
    ],
)
def test_a_variable_that_says_nonsense_is_refused_by_name(name, text, said):
    with pytest.raises(UsageError, match=SETTINGS[name].variable) as refusal:
        choose({}, {SETTINGS[name].variable: text})
    assert said in str(refusal.value)


# Who wins

WORDS = st.sampled_from(["a", "b", "c"])
VALUES = {
    Kind.WORD: WORDS,
    Kind.DAY: st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    Kind.SWITCH: st.booleans(),
    Kind.PATH: WORDS.map(Path),
    Kind.PAIRS: st.dictionaries(WORDS, WORDS, max_size=3),
    Kind.NAMES: st.lists(WORDS, unique=True, max_size=3),
}


def values_of(setting):
    return st.sampled_from(setting.choices) if setting.choices else VALUES[setting.kind]


def written(setting, value) -> str:
    """A value as a variable of the environment has it."""
    if setting.kind is Kind.PAIRS:
        return ", ".join(f"{name}={each}" for name, each in value.items())
    if setting.kind is Kind.NAMES:
        return ",".join(value)
    return {True: "oui", False: "0"}[value] if setting.kind is Kind.SWITCH else str(value)


SOURCES = st.fixed_dictionaries({}, optional={name: values_of(setting) for name, setting in SETTINGS.items()})


@given(SOURCES, SOURCES, SOURCES)
def test_the_call_wins_then_the_environment_then_the_file_then_the_default(call, environ, file):
    lines = {(name,): 7 for name in file}
    lines |= {(name, member): 8 for name, value in file.items() if SETTINGS[name].kind.gathers for member in value}
    variables = {SETTINGS[name].variable: written(SETTINGS[name], value) for name, value in environ.items()}
    chosen = choose(call, variables, SettingsFile(Path("pyproject.toml"), file, lines))
    # An empty variable says nothing; neither does an empty list, which adds nothing.
    ranked = [(Origin.CALL, call), (Origin.VARIABLE, environ), (Origin.FILE, file)]
    for name, setting in SETTINGS.items():
        found = [choice for choice in chosen.choices if choice.setting is setting]
        said = [(origin, source[name]) for origin, source in ranked if name in source]
        if not setting.kind.gathers:
            (only,) = found
            assert (only.origin, only.value) == (said[0] if said else (Origin.DEFAULT, setting.default))
            assert only.line == (7 if only.origin is Origin.FILE else None)
            assert chosen[name] == only.value
            continue
        members = {member for _, value in said for member in value}
        assert {choice.member for choice in found} == (members or {None})
        assert set(chosen[name]) == members
        for choice in found:
            if choice.member is None:
                assert choice.origin is Origin.DEFAULT
                continue
            origin, value = next((origin, value) for origin, value in said if choice.member in value)
            assert choice.origin is origin
            assert choice.value == (value[choice.member] if setting.kind is Kind.PAIRS else True)


@given(st.data())
def test_a_variable_says_what_was_written(data):
    setting = data.draw(st.sampled_from(list(SETTINGS.values())))
    value = data.draw(values_of(setting))
    assert from_variable(setting, written(setting, value)) == value


# The program


def test_check_follows_the_order_and_says_what_it_takes(tmp_path, monkeypatch, capsys):
    top = repository(
        tmp_path,
        '[tool.duicheck]\nhypotheses = { denominateur = "file_active_annuelle" }\nsans_extensions = ["plausibilite"]\n',
    )
    monkeypatch.chdir(top)

    def checked(*more):
        code = run(["check", "export", "--format", "json", *more])
        shown = capsys.readouterr()
        report = json.loads(shown.out) if shown.out else None
        return code, report, shown.err.replace("\u00a0", " ")

    _, report, said = checked()
    assert report["hypotheses"]["denominateur"]["valeur"] == "file_active_annuelle"
    assert "plausibilite" not in [plugin["nom"] for plugin in report["plugins"]]
    assert "hypotheses.denominateur (pyproject.toml, ligne 4)" in said
    monkeypatch.setenv("DUICHECK_HYPOTHESES", "denominateur=presence_fin")
    _, report, said = checked()
    assert report["hypotheses"]["denominateur"]["valeur"] == "presence_fin"
    assert "hypotheses.denominateur (variable DUICHECK_HYPOTHESES)" in said
    _, report, said = checked("--hypothese", "denominateur=presence_fenetre", "--hypothese", "projet=etat_fin")
    assert report["hypotheses"]["denominateur"]["valeur"] == "presence_fenetre"
    assert "denominateur" not in said
    code, report, said = checked("--sans-reglages")
    assert (code, report["hypotheses"]["denominateur"]["par_defaut"], said) == (0, True, "")
    assert "plausibilite" in [plugin["nom"] for plugin in report["plugins"]]


def test_a_switch_of_the_file_is_turned_off_by_the_command(tmp_path, monkeypatch, capsys):
    top = repository(tmp_path, "[tool.duicheck]\nexiger_cibles = true\npremiere_mesure = true\n")
    export = top / "export" / "indicateurs.csv"
    monkeypatch.chdir(top)
    lone = ["check", str(export), "--texte", "2025-40", "--date-mesure", "2025-09-15", "-q"]
    rows = export.read_text(encoding="utf-8").replace(
        "dmp,2025-06-15,2025-09-14,7,10,70.00", "dmp,2025-06-15,2025-09-14,6,10,60.00"
    )
    export.write_text(rows, encoding="utf-8")
    assert run(lone) == 1
    assert run([*lone, "--pas-exiger-cibles"]) == 3
    monkeypatch.setenv("DUICHECK_EXIGER_CIBLES", "non")
    assert run(lone) == 3
    assert capsys.readouterr().err == "", "--quiet says nothing"


def test_pack_takes_the_settings_too(tmp_path, monkeypatch, capsys):
    top = repository(tmp_path, '[tool.duicheck]\ntexte = "2030-01"\n')
    monkeypatch.chdir(top)
    assert run(["pack", "export", "-o", str(tmp_path / "preuve.zip")]) == 2
    assert "« 2030-01 »" in capsys.readouterr().err.replace("\u00a0", " ")
    assert not (tmp_path / "preuve.zip").exists()


def test_config_tells_each_value_and_its_origin(tmp_path, monkeypatch, capsys):
    top = repository(
        tmp_path, '[tool.duicheck]\nmode = "dossier"\nhypotheses.agenda = "existe"\nsans_extensions = ["cda"]\n'
    )
    monkeypatch.chdir(top)
    monkeypatch.setenv("DUICHECK_PHASE", "projet")
    monkeypatch.setenv("DUICHECK_TXTE", "2025-40")
    assert run(["config", "--texte", "2023-13", "--hypothese", "dmp=succes"]) == 0
    text = capsys.readouterr().out.replace("\u00a0", " ")
    for line in (
        "texte = 2023-13 (option --texte)",
        "phase = projet (variable DUICHECK_PHASE)",
        "mode = dossier (pyproject.toml, ligne 4)",
        "hypotheses.agenda = existe (pyproject.toml, ligne 5)",
        "hypotheses.dmp = succes (option --hypothese)",
        "sans_extensions.cda = oui (pyproject.toml, ligne 6)",
        "role = indicateurs (par défaut)",
        "date_mesure = (celui du manifeste) (par défaut)",
    ):
        assert line in text
    assert "DUICHECK_TXTE, peut-être DUICHECK_TEXTE" in text
    assert run(["config", "--format", "json"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert value["fichier"] == str(top / "pyproject.toml")
    assert {entry["nom"].partition(".")[0] for entry in value["reglages"]} == set(SETTINGS)
    (mode,) = (entry for entry in value["reglages"] if entry["nom"] == "mode")
    assert mode == {"nom": "mode", "valeur": "dossier", "origine": "fichier", "ou": value["fichier"], "ligne": 4}
    assert any(said.startswith("DUICHECK_TXTE") for said in value["variables_inconnues"])


def test_config_says_a_mistake_in_one_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(repository(tmp_path, "[tool.duicheck]\ntextes = 1\n"))
    assert run(["config"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "ligne 4 : tool.duicheck.textes : clé inconnue, peut-être « texte »" in shown.err.replace("\u00a0", " ")
