"""Deliveries for runs of pytest within pytest."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Callable
from pathlib import Path

import hypothesis  # noqa: F401 -- see _loaded
import pytest

from duicheck import check, load_plugins
from duicheck.reglages import SETTINGS

PETITE = Path(__file__).parents[2] / "fixtures" / "livraisons" / "petite"

GAP = ("970302287,dmp,2025-06-15,2025-09-14,7,10,70.00", "970302287,dmp,2025-06-15,2025-09-14,8,10,80.00")
"""A passage of the right export, and one that the log does not bear out."""


@pytest.fixture(scope="session", autouse=True)
def _loaded() -> None:
    """Import what a check needs: pytester forgets what a run imports, and DuckDB cannot be imported twice."""
    for module in ("checked", "nodes", "state", "tomlfiles"):
        importlib.import_module(f"duicheck.pytest_plugin.{module}")
    importlib.import_module("duicheck.testing")
    check(PETITE, load_plugins())


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in SETTINGS.values():
        monkeypatch.delenv(setting.variable, raising=False)
    monkeypatch.setenv("COLUMNS", "160")


@pytest.fixture
def livraison(pytester: pytest.Pytester) -> Callable[..., Path]:
    """Copy the small delivery to a folder of the run, with passages of its export replaced."""

    def make(
        name: str = "export", *patches: tuple[str, str], manifest: str = "", without: tuple[str, ...] = ()
    ) -> Path:
        folder = Path(shutil.copytree(PETITE, pytester.path / name))
        export = folder / "indicateurs.csv"
        text = export.read_text(encoding="utf-8")
        for old, new in patches:
            assert old in text
            text = text.replace(old, new)
        export.write_text(text, encoding="utf-8", newline="\n")
        for role in without:
            (folder / f"{role}.csv").unlink()
        said = (folder / "livraison.toml").read_text(encoding="utf-8")
        for role in without:
            said = said.replace(f'[[fichiers]]\nrole = "{role}"\nchemin = "{role}.csv"\n', "")
        (folder / "livraison.toml").write_text(said + manifest, encoding="utf-8", newline="\n")
        return folder

    return make


@pytest.fixture
def ecart() -> tuple[str, str]:
    return GAP
