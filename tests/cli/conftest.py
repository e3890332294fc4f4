"""The program, run in this process (fast) or in one of its own (encodings, pipes, imports)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from programme import Call, calling

ROOT = Path(__file__).parents[2]
PETITE = ROOT / "fixtures" / "livraisons" / "petite"


@pytest.fixture
def petite(tmp_path: Path) -> Path:
    """A copy of the smallest right delivery."""
    return Path(shutil.copytree(PETITE, tmp_path / "petite"))


@pytest.fixture
def wrong(petite: Path) -> Path:
    """The same with one figure of the export changed."""
    export = petite / "indicateurs.csv"
    text = export.read_text(encoding="utf-8")
    changed = text.replace(
        "970302287,dmp,2025-06-15,2025-09-14,7,10,70.00", "970302287,dmp,2025-06-15,2025-09-14,8,10,80.00"
    )
    assert changed != text
    export.write_text(changed, encoding="utf-8", newline="\n")
    return petite


@pytest.fixture
def without_log(petite: Path) -> Path:
    """The same without its log and register."""
    manifest = petite / "livraison.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text[: text.index('[[fichiers]]\nrole = "journal"')], encoding="utf-8", newline="\n")
    return petite


@pytest.fixture
def duicheck(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run the program in this process."""
    return calling(capsys, monkeypatch)


@pytest.fixture
def process() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run the program in a process of its own."""

    def call(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
        kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
        command = [sys.executable, "-m", "duicheck", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, check=False, timeout=60, env=kept | environment)

    return call
