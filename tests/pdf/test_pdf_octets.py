"""Same report, same bytes: whatever the folder, the clock, the zone, the run; and what it costs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pages_html import GOLDEN, load
from pages_pdf import flat, render, shaped, words

from duicheck.cli.program import run
from duicheck.errors import UsageError
from duicheck.exits import ExitCode
from duicheck.render.pdf import pdf_renderer

PETITE = Path(__file__).parents[2] / "fixtures" / "livraisons" / "petite"


def test_twice_is_the_same(pdf_of: Callable[[str], bytes], name: str) -> None:
    assert render(load(name)) == pdf_of(name)


def test_elsewhere_is_the_same(tmp_path: Path) -> None:
    """Another process, folder, zone, locale, home without fonts."""
    made = []
    for place, zone, lang in (("ici", "UTC", "C"), ("là-bas", "Pacific/Auckland", "fr_FR.UTF-8")):
        folder = tmp_path / place
        folder.mkdir()
        environment = {**os.environ, "TZ": zone, "LANG": lang, "HOME": str(folder), "PYTHONHASHSEED": "random"}
        command = [sys.executable, "-m", "duicheck", "report", str(GOLDEN / "conforme.json"), "--output", "pdf=r.pdf"]
        subprocess.run(command, cwd=folder, env=environment, check=True)
        made.append((folder / "r.pdf").read_bytes())
    assert made[0] == made[1]


def test_check_and_report_write_the_same_document(tmp_path: Path) -> None:
    kept, made, again = tmp_path / "rapport.json", tmp_path / "rapport.pdf", tmp_path / "encore.pdf"
    assert run(["check", str(PETITE), "-q", "--output", f"json={kept}", "--output", f"pdf={made}"]) == ExitCode.CONFORME
    assert run(["report", str(kept), "--output", f"pdf={again}"]) == ExitCode.CONFORME
    assert made.read_bytes() == again.read_bytes()
    assert made.read_bytes().startswith(b"%PDF-1.7")


def test_without_typst_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(UsageError, match=r'pip install "duicheck\[pdf\]"'):
        pdf_renderer({}).render(load("conforme"))
    path = tmp_path / "rapport.pdf"
    monkeypatch.setattr("duicheck.harness.check", None)  # it is said before anything is checked
    assert run(["check", str(PETITE), "--output", f"pdf={path}"]) == ExitCode.USAGE
    said = capsys.readouterr()
    assert 'pip install "duicheck[pdf]"' in said.err
    assert said.err.count("\n") == 1
    assert not path.exists()


def test_asking_for_the_format_loads_nothing_heavy() -> None:
    code = (
        "import sys, duicheck.cli.outputs, duicheck.render.pdf; print('typst' in sys.modules, 'jinja2' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    assert found.stdout.split() == ["False", "False"]


def test_two_thousand_findings_in_a_few_seconds() -> None:
    """Measured at 1.4 s on two quiet cores; the margin is for machines that do something else too."""
    report = load("non-conforme")
    model = report["constats"][0]
    report["constats"] = [
        {
            **model,
            "message": f"Constat numéro {number}, dont la valeur attendue manque.",
            "lieu": {**model["lieu"], "ligne": number + 2},
        }
        for number in range(2_000)
    ]
    start = time.process_time()
    content = render(report)
    assert time.process_time() - start < 8
    assert content.startswith(b"%PDF-")
    shown = flat("".join(words(shaped(report))))
    assert all(f"Constatnuméro{number}," in shown for number in range(2_000))
