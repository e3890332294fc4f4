"""`duicheck check`: exit codes, outputs, errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from duicheck.cli import outputs
from duicheck.cli.check import exit_code
from duicheck.cli.program import run
from duicheck.exits import ExitCode


def test_0_conforme(duicheck: Callable[..., Any], petite: Path) -> None:
    said = duicheck("check", petite)
    assert said.code == ExitCode.CONFORME
    assert "CONFORME — " in said.out.splitlines()[1]
    assert said.err == ""


def test_1_non_conforme(duicheck: Callable[..., Any], wrong: Path) -> None:
    said = duicheck("check", wrong)
    assert said.code == ExitCode.NON_CONFORME
    assert "NON CONFORME — 1\u00a0indicateur exporté sur\u00a010 ne correspond pas au journal" in said.out
    assert "indicateurs.csv, ligne\u00a06" in said.out


def test_2_usage(duicheck: Callable[..., Any], petite: Path) -> None:
    said = duicheck("check", petite, "--texte", "2025-4")
    assert said.code == ExitCode.USAGE
    assert "peut-être «\u00a02025-40\u00a0»" in said.err
    assert said.out == ""


def test_3_indetermine(duicheck: Callable[..., Any], without_log: Path) -> None:
    said = duicheck("check", without_log)
    assert said.code == ExitCode.INDETERMINE
    assert "INDÉTERMINÉ" in said.out


def test_4_illisible(duicheck: Callable[..., Any], tmp_path: Path) -> None:
    said = duicheck("check", tmp_path / "absente")
    assert said.code == ExitCode.ILLISIBLE
    assert said.err.startswith("Erreur\u00a0: ")
    assert len(said.err.splitlines()) == 1


def test_5_inutilisable(duicheck: Callable[..., Any], petite: Path) -> None:
    said = duicheck("check", petite, "--exiger-extension", "absente")
    assert said.code == ExitCode.INUTILISABLE
    assert "absente" in said.err


def test_70_interne(duicheck: Callable[..., Any], petite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        message = "secret d'une cellule"
        raise KeyError(message)

    monkeypatch.setattr("duicheck.harness.read_delivery", crash)
    said = duicheck("check", petite)
    assert said.code == ExitCode.INTERNE
    assert "KeyError" in said.err
    assert "secret" not in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("how", ["option", "variable"])
def test_debug_shows_the_trace(
    how: str, duicheck: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "variable":
        monkeypatch.setenv("DUICHECK_DEBUG", "1")
    said = duicheck(*(["--debug"] if how == "option" else []), "check", tmp_path / "absente")
    assert said.code == ExitCode.ILLISIBLE
    assert "Traceback" in said.err


@pytest.mark.parametrize(
    ("verdict", "cibles", "exiger", "code"),
    [
        ("conforme", "atteintes", False, 0),
        ("conforme", "non_atteintes", False, 0),
        ("conforme", "non_atteintes", True, 1),
        ("conforme", "indeterminees", True, 3),
        ("conforme", "sans_objet", True, 0),
        ("indetermine", "non_atteintes", True, 1),
        ("indetermine", "atteintes", True, 3),
        ("indetermine", "non_atteintes", False, 3),
        ("non_conforme", "atteintes", False, 1),
        ("non_conforme", "indeterminees", True, 1),
    ],
)
def test_what_is_certain_wins_over_what_is_unknown(verdict: str, cibles: str, exiger: bool, code: int) -> None:  # noqa: FBT001
    assert exit_code({"verdict": verdict, "cibles": cibles}, exiger_cibles=exiger) == code


def test_json_on_stdout_is_the_report(duicheck: Callable[..., Any], petite: Path) -> None:
    by_format = duicheck("check", petite, "--format", "json")
    by_output = duicheck("check", petite, "--output", "json=-")
    assert json.loads(by_format.out)["verdict"] == "conforme"
    assert by_format.out == by_output.out


def test_quiet_says_nothing_and_still_writes_files(duicheck: Callable[..., Any], wrong: Path, tmp_path: Path) -> None:
    target = tmp_path / "rapport.json"
    said = duicheck("check", wrong, "-q", "--output", f"json={target}")
    assert (said.code, said.out, said.err) == (1, "", "")
    assert json.loads(target.read_text(encoding="utf-8"))["verdict"] == "non_conforme"


def test_an_output_replaces_the_old_file_whole_and_leaves_nothing_beside(
    duicheck: Callable[..., Any], petite: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "sortie"
    folder.mkdir()
    target = folder / "rapport.json"
    target.write_text("ancien", encoding="utf-8")
    assert duicheck("check", petite, "-q", "--output", f"json={target}").code == 0
    assert [path.name for path in folder.iterdir()] == ["rapport.json"]
    assert json.loads(target.read_text(encoding="utf-8"))["format"] == 1


def test_a_write_that_fails_keeps_the_old_file(
    duicheck: Callable[..., Any], petite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "sortie"
    folder.mkdir()
    target = folder / "rapport.json"
    target.write_text("ancien", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(outputs.os, "fsync", full)
    said = duicheck("check", petite, "--output", f"json={target}")
    assert said.code == ExitCode.USAGE
    assert "ne peut pas être écrit" in said.err
    assert [path.name for path in folder.iterdir()] == ["rapport.json"]
    assert target.read_text(encoding="utf-8") == "ancien"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--output", "pdf2=x"], "formats connus"),
        (["--output", "json"], "n'a pas la forme FORMAT=CHEMIN"),
        (["--output", "json=absent/rapport.json"], "n'existe pas"),
        (["--output", "json=."], "est un dossier"),
        (["--output", "json=r.json", "--output", "json=r.json"], "deux sorties vers"),
        (["--output", "json=-", "--format", "json"], "se disputent la sortie standard"),
        (["--hypothese", "agenda"], "n'a pas la forme NOM=VALEUR"),
        (["--hypothese", "agenda=existe", "--hypothese", "agenda=avec_annules"], "deux valeurs pour"),
        (["--hypothese", "agendas=existe"], "inconnue du texte 2025-40"),
        (["--hypothese", "agenda=lunaire"], "«\u00a0lunaire\u00a0» inconnu, il faut l'un de"),
        (["--date-mesure", "20250915"], "n'est pas une date"),
        (["--date-mesure", "31/02/2025"], "n'est pas une date"),
        (["--format", "xml"], "il faut l'un de «\u00a0text\u00a0», «\u00a0json\u00a0»"),
        (["-p", "journal"], "n'a pas la forme no:NOM"),
        (["--texto", "x"], "option «\u00a0--texto\u00a0» inconnue\u00a0; peut-être «\u00a0--texte\u00a0»"),
        (["--texte"], "demande une valeur"),
        (["autre"], "argument en trop\u00a0: «\u00a0autre\u00a0»"),
        (["--quiet=1"], "ne prend pas de valeur"),
    ],
)
def test_usage_errors_are_one_french_sentence(
    arguments: list[str], words: str, duicheck: Callable[..., Any], petite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(petite)
    said = duicheck("check", petite, *arguments)
    assert said.code == ExitCode.USAGE
    assert words in said.err
    assert said.err.startswith("Erreur\u00a0: ")
    assert len(said.err.splitlines()) == 1
    assert said.out == ""


def test_a_lone_file_needs_a_text_and_a_date(duicheck: Callable[..., Any], petite: Path) -> None:
    alone = duicheck("check", petite / "indicateurs.csv")
    assert alone.code == ExitCode.USAGE
    assert "--texte et --date-mesure" in alone.err
    said = duicheck("check", petite / "indicateurs.csv", "--texte", "2025-40", "--date-mesure", "15/09/2025")
    assert said.code == ExitCode.INDETERMINE


def test_a_departure_is_printed(duicheck: Callable[..., Any], petite: Path) -> None:
    said = duicheck("check", petite, "--hypothese", "agenda=existe")
    assert "agenda\u00a0=\u00a0existe — choix de cette livraison" in said.out


def test_the_command_that_is_proposed_asks_for_the_same_report(duicheck: Callable[..., Any], petite: Path) -> None:
    said = duicheck(
        *("check", petite, "--texte", "2024-15", "--date-mesure", "30/09/2025", "--pas-premiere-mesure"),
        *("--hypothese", "agenda=existe", "-p", "no:journal"),
    )
    (proposed,) = (line.strip() for line in said.out.splitlines() if "--output json=rapport.json" in line)
    assert proposed == (
        f"duicheck check {petite} --texte 2024-15 --date-mesure 2025-09-30 --pas-premiere-mesure"
        " --hypothese agenda=existe -p no:journal --output json=rapport.json"
    )
    (plain,) = (line.strip() for line in duicheck("check", petite).out.splitlines() if "json=rapport.json" in line)
    assert plain == f"duicheck check {petite} --output json=rapport.json"


def test_without_a_plugin_its_rules_are_not_run(duicheck: Callable[..., Any], petite: Path) -> None:
    report = json.loads(duicheck("check", petite, "--format", "json", "-p", "no:journal").out)
    ids = {rule["id"] for rule in report["regles"]}
    assert "indicateurs/taux-faux" in ids
    assert "journal/ecart-indicateur" not in ids  # what other plugins check in the log stays


def test_exiger_cibles(duicheck: Callable[..., Any], petite: Path) -> None:
    assert duicheck("check", petite, "--exiger-cibles", "-q").code == 0


def test_interrupted(petite: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("duicheck.harness.read_delivery", stop)
    assert run(["check", str(petite)]) == 130
    assert "Interrompu." in capsys.readouterr().err
