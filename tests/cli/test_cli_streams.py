"""Consoles of all kinds: no colour, not UTF-8, closed early."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from duicheck.cli import streams
from duicheck.cli.progress import download_bar, reading_bar


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
    ],
)
def test_colours(
    environment: dict[str, str],
    coloured: bool,  # noqa: FBT001
    duicheck: Callable[..., Any],
    petite: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in duicheck("check", petite).out) is coloured


def test_a_terminal_gets_colours_unless_it_is_dumb(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(streams, "is_terminal", lambda _: True)
    monkeypatch.setattr(streams, "_understands_ansi", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert streams.colour(sys.stdout)
    monkeypatch.setenv("TERM", "dumb")
    assert not streams.colour(sys.stdout)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "latin-1:strict", "utf-8"])
def test_any_console_encoding(encoding: str, process: Callable[..., Any], wrong: Path) -> None:
    done = process("check", wrong, PYTHONIOENCODING=encoding, COLUMNS="80", PYTHONUTF8="0")
    assert done.returncode == 1
    assert done.stderr == b""
    text = done.stdout.decode(encoding.partition(":")[0])
    assert "NON CONFORME" in text
    assert "?" not in text.partition("CONSTATS")[0].replace("\u00a0?", "")
    figures = [line for line in text.splitlines() if line.startswith("  projet_personnalise")]
    assert len({line.index("%") for line in figures}) == 1  # still aligned


@pytest.mark.parametrize("encoding", ["ascii", "cp437"])
def test_errors_on_any_console(encoding: str, process: Callable[..., Any]) -> None:
    done = process("check", "dossier-échangé", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert done.returncode == 4
    assert done.stderr.decode(encoding).startswith("Erreur")
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pipes that close are told otherwise there")
@pytest.mark.parametrize("arguments", [["check", "{}"], ["check", "{}", "--format", "json"], ["textes", "2025-40"]])
def test_a_reader_that_leaves_is_no_error_and_does_not_change_the_verdict(arguments: list[str], wrong: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "duicheck", *(each.format(wrong) for each in arguments)]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False, timeout=60)
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode == (1 if arguments[0] == "check" else 0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_an_error(petite: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "duicheck", "check", str(petite)]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, timeout=60)
    assert done.returncode not in (0, 1, 3)
    assert "Erreur" in done.stderr.decode()


def test_stand_ins_keep_the_width() -> None:
    streams.prepare()
    for char in "\u00a0«»–—─━→…°éÉçÀ":
        assert len(char.encode("ascii", errors="duicheck")) == 1


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person looks at stderr, and every reading is long."""
    monkeypatch.setattr("duicheck.cli.progress.PATIENCE", 0.0)
    monkeypatch.setattr(streams, "is_terminal", lambda _: True)
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.usefixtures("watched")
def test_a_long_reading_shows_its_progress_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with reading_bar(wanted=True) as advance:
        assert advance is not None
        advance("journal.csv", 50, 100)
        advance("journal.csv", 100, 100)
    said = capsys.readouterr()
    assert "Lecture de journal.csv" in said.err
    assert said.out == ""


@pytest.mark.usefixtures("watched")
def test_a_long_download_shows_its_progress_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with download_bar() as advance:
        assert advance is not None
        advance(50, 100)
        advance(100, 100)
    said = capsys.readouterr()
    assert "Téléchargement" in said.err
    assert said.out == ""


@pytest.mark.usefixtures("watched")
def test_quiet_shows_no_progress(duicheck: Callable[..., Any], petite: Path) -> None:
    said = duicheck("check", petite, "-q")
    assert (said.code, said.out, said.err) == (0, "", "")


def test_no_progress_where_nobody_looks() -> None:
    with reading_bar(wanted=True) as advance:
        assert advance is None


def test_a_short_reading_shows_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(streams, "is_terminal", lambda _: True)
    with reading_bar(wanted=True) as advance:
        assert advance is not None
        advance("journal.csv", 50, 100)
    assert capsys.readouterr().err == ""
