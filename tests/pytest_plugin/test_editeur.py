"""The project of a vendor, with duicheck as it is installed here: in tox, the wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EDITEUR = Path(__file__).parents[2] / "fixtures" / "editeur"


def test_the_page_quotes_the_project():
    """What docs/pytest.md shows is what the project holds, and so what the tests below run."""
    page = (EDITEUR.parents[1] / "docs" / "pytest.md").read_text(encoding="utf-8")
    held = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((EDITEUR / "tests").iterdir()) if path.is_file()
    )
    quoted = re.findall(r"```(?:python|toml)\n(.*?)```", page, re.DOTALL)
    assert len(quoted) == 3
    assert [block for block in quoted if block not in held] == []
    assert re.findall(r"```sh\n(.*?)\n```", page, re.DOTALL) == ["pytest --duicheck=export"]


@pytest.fixture
def projet(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EDITEUR, tmp_path / "editeur", ignore=shutil.ignore_patterns("__pycache__", "export")))


def run(projet: Path, *arguments: str) -> tuple[int, str]:
    """Run Python in the project; its code, and what it wrote."""
    command = [sys.executable, "-m", *arguments]
    environ = {**os.environ, "PYTHONUTF8": "1", "COLUMNS": "160"}
    done = subprocess.run(
        command, cwd=projet, env=environ, capture_output=True, check=False, encoding="utf-8", timeout=120
    )
    return done.returncode, done.stdout + done.stderr


def test_its_own_tests_pass(projet):
    code, shown = run(projet, "pytest", "-W", "error")
    assert code == 0, shown
    for test in ("export.duicheck.toml", "test_export.py"):
        assert test in shown
    assert (projet / "export" / "livraison.toml").is_file()


def test_each_defect_that_it_plants_is_a_red_test(projet):
    code, shown = run(projet, "dui.export", "mauvais", "ecart", "taux", "orphelin")
    assert (code, shown) == (0, "")
    code, shown = run(projet, "pytest", "-q", "--duicheck=mauvais", "-m", "duicheck", "--ignore=tests")
    assert code == 1
    red = {line.split()[1].partition("::")[2] for line in shown.splitlines() if line.startswith("FAILED ")}
    figures = {name for name in red if name.startswith("130614043/")}
    assert red - figures == {
        "verdict",
        "journal/ecart-indicateur",
        "indicateurs/taux-faux",
        "journal/dossier-inconnu",
    }
    assert "130614043/dmp" in figures
    assert "130614043/mssante" not in figures, "a wrong rate is no wrong count"
    assert f"{len(red)} failed" in shown
    code, shown = run(projet, "pytest", "-q", "--duicheck=export", "--ignore=tests")
    assert code == 0, shown
