"""What is imported, and so what the program costs before it does anything."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PETITE = Path(__file__).parents[1] / "fixtures" / "livraisons" / "petite"
HEAVY = ("click", "duckdb", "importlib.metadata", "jsonschema", "pluggy", "python_calamine", "rich", "stdnum")


def _imported(arguments: list[str]) -> set[str]:
    """The modules that the program has imported when it ends."""
    code = (
        "import json, sys\n"
        f"sys.argv = ['duicheck', *{arguments!r}]\n"
        "from duicheck.cli import main\n"
        "main()\n"
        "sys.stdout.flush()\n"
        "sys.stderr.write(json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    return set(json.loads(done.stderr.decode().splitlines()[-1]))


def test_version_imports_nothing_heavy() -> None:
    assert _imported(["--version"]).isdisjoint(HEAVY)


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import duicheck, sys; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8", timeout=60)
    found = set(done.stdout.split())
    assert found.isdisjoint(HEAVY)
    assert {name for name in found if name.startswith("duicheck.")} == set()


def test_check_in_json_does_without_rich_and_spreadsheets() -> None:
    found = _imported(["check", str(PETITE), "--format", "json"])
    assert found.isdisjoint({"rich", "python_calamine", "duicheck.render.terminal", "duicheck_echantillon.livraison"})


def test_the_terminal_report_does_without_rich() -> None:
    assert "rich" not in _imported(["check", str(PETITE)])


def test_listing_texts_does_without_duckdb() -> None:
    assert "duckdb" not in _imported(["textes"])


def test_a_check_without_documents_does_without_what_runs_schematrons() -> None:
    found = _imported(["check", str(PETITE), "--format", "json"])
    assert found.isdisjoint({"duicheck_cda.schematron", "duicheck_cda.equipe", "subprocess"})


def test_a_check_without_traces_does_without_what_reads_them() -> None:
    found = _imported(["check", str(PETITE), "--format", "json"])
    assert found.isdisjoint({"duicheck_tddui.traces.evenements", "duicheck_tddui.traces.lecture"})


def test_a_check_without_a_mistake_looks_for_no_resemblance() -> None:
    assert "difflib" not in _imported(["check", str(PETITE), "--format", "json"])


def test_one_output_brings_no_other_format(tmp_path: Path) -> None:
    found = _imported(["check", str(PETITE), "--format", "json", "--output", f"sarif={tmp_path / 'constats.sarif'}"])
    assert "duicheck.render.sarif" in found
    assert found.isdisjoint({"duicheck.render.csv", "duicheck.render.html", "duicheck.render.junit", "xml.etree"})


def test_a_check_of_right_numbers_does_without_what_judges_the_others() -> None:
    """python-stdnum brings ssl and pydoc."""
    assert _imported(["check", str(PETITE), "--format", "json"]).isdisjoint({"pydoc", "ssl", "stdnum"})
