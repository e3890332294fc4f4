"""Deliveries made of a few files, and what opening them gives or says."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from duicheck.bundle import open_delivery
from duicheck.errors import DeliveryError

MANIFEST = """format = 1
texte = "2025-40"
date_mesure = 2025-09-15

[[fichiers]]
role = "indicateurs"
chemin = "indicateurs.csv"
"""

FILES = {"livraison.toml": MANIFEST, "indicateurs.csv": "finess_et;indicateur\n"}

needs_symlinks = pytest.mark.skipif(sys.platform == "win32", reason="creating links asks for a privilege on Windows")


def folder(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def declaring(*paths: str, extra: str = "") -> str:
    """A manifest that declares these paths, as logs."""
    entries = "".join(f"[[fichiers]]\nrole = 'journal'\nchemin = '{path}'\n{extra}\n" for path in paths)
    return MANIFEST.partition("[[fichiers]]")[0] + entries


def zipped(path: Path, files: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return path


def opened(path: Path, tmp_path: Path):
    work = tmp_path / "travail"
    work.mkdir()
    return open_delivery(path, work)


def refused(path: Path, tmp_path: Path) -> str:
    """The one sentence of the refusal."""
    with pytest.raises(DeliveryError) as caught:
        opened(path, tmp_path)
    message = str(caught.value)
    assert "\n" not in message
    assert "Traceback" not in message
    return message


def declared(tmp_path: Path, content: str, files: dict[str, str | bytes]):
    root = folder(tmp_path / "l", files | {"livraison.toml": content})
    return opened(root, tmp_path)
