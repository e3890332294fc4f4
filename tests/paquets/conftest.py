"""The invented package on disk, and an empty place to install it."""

from __future__ import annotations

from pathlib import Path

import pytest
from outils_paquets import PACKAGE, write


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return write(tmp_path / "TestContenuCDA", PACKAGE)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "paquets"
    monkeypatch.setenv("DUICHECK_PAQUETS", str(folder))
    return folder
