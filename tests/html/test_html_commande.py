"""`--output html=…`, and `duicheck report`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pages_html import GOLDEN, load

from duicheck.cli.program import run
from duicheck.exits import ExitCode

PETITE = Path(__file__).parents[2] / "fixtures" / "livraisons" / "petite"


def test_check_and_report_write_the_same_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    json_path, html, again = tmp_path / "rapport.json", tmp_path / "rapport.html", tmp_path / "encore.html"
    outputs = ["--output", f"json={json_path}", "--output", f"html={html}"]
    assert run(["check", str(PETITE), "-q", *outputs]) == ExitCode.CONFORME
    assert run(["report", str(json_path), "--output", f"html={again}"]) == ExitCode.CONFORME
    assert html.read_bytes() == again.read_bytes()
    assert html.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert capsys.readouterr().out == ""


def test_report_ends_well_whatever_the_verdict(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    assert run(["report", str(GOLDEN / "non-conforme.json"), "--output", f"html={path}"]) == ExitCode.CONFORME
    assert "Non conforme" in path.read_text(encoding="utf-8")


def test_report_gives_back_the_json_it_was_given(capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> None:
    path = tmp_path / "rapport.json"
    run(["check", str(PETITE), "-q", "--output", f"json={path}"])
    capfdbinary.readouterr()
    assert run(["report", str(path), "--output", "json=-"]) == ExitCode.CONFORME
    assert capfdbinary.readouterr().out == path.read_bytes()


def test_report_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", str(GOLDEN / "non-conforme.json")]) == ExitCode.CONFORME
    out = capsys.readouterr().out
    assert "NON CONFORME" in out
    assert "CONSTATS" in out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "n'est pas un rapport de duicheck"),
        ("{", "n'est pas un rapport de duicheck"),
        ("[]", "n'est pas un rapport de duicheck"),
        (json.dumps({**load("conforme"), "date_mesure": "\ud800"}), "n'est pas un rapport de duicheck"),
        ('{"format": 2}', "vient d'une version que celle-ci ne lit pas"),
        (json.dumps({**load("conforme"), "verdict": "vert"}), "/verdict"),
    ],
)
def test_what_is_no_report_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, words: str
) -> None:
    path = tmp_path / "rapport.json"
    path.write_text(content, encoding="utf-8")
    page = tmp_path / "page.html"
    assert run(["report", str(path), "--output", f"html={page}"]) == ExitCode.USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err
    assert said.err.count("\n") == 1
    assert not page.exists()


def test_a_missing_report_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", str(tmp_path / "absent.json")]) == ExitCode.USAGE
    assert "absent.json" in capsys.readouterr().err


def test_a_report_is_never_written_over_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rapport.json"
    path.write_bytes((GOLDEN / "conforme.json").read_bytes())
    before = path.read_bytes()
    assert run(["report", str(path), "--output", f"html={path}"]) == ExitCode.USAGE
    assert path.read_bytes() == before
    assert "écrivez ailleurs" in capsys.readouterr().err


def test_two_outputs_to_the_screen_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    outputs = ["--output", "html=-", "--output", "json=-"]
    assert run(["report", str(GOLDEN / "conforme.json"), *outputs]) == ExitCode.USAGE
    assert "deux sorties" in capsys.readouterr().err
