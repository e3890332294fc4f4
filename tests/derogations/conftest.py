"""A delivery that lacks one establishment of its list."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from livraison_incomplete import ABSENT, PETITE, Declare

from duicheck import Plugins, load_plugins


@pytest.fixture(scope="session")
def plugins() -> Plugins:
    """Without the rules of a grappe: a list of three establishments is a small one, which is another matter."""
    return load_plugins(disabled=["grappe"])


@pytest.fixture
def incomplete(tmp_path: Path) -> Path:
    """One error, `indicateurs/etablissement-manquant`, on one establishment; all figures are true."""
    folder = Path(shutil.copytree(PETITE, tmp_path / "livraison"))
    rows = "".join(f"{finess},PH\n" for finess in ("970302287", "010000024", ABSENT))
    (folder / "structures.csv").write_text(f"finess_et,champ\n{rows}", encoding="utf-8", newline="\n")
    with (folder / "livraison.toml").open("a", encoding="utf-8", newline="\n") as manifest:
        manifest.write('\n[[fichiers]]\nrole = "structures"\nchemin = "structures.csv"\n')
    return folder


@pytest.fixture
def declare(incomplete: Path) -> Declare:
    """Declare waivers in the configuration, or in the manifest."""

    def write(*entries: str, manifest: bool = False) -> Path:
        if manifest:
            with (incomplete / "livraison.toml").open("a", encoding="utf-8", newline="\n") as file:
                file.write("\n" + "\n".join(entries))
        else:
            content = "format = 1\n" + "\n".join(entries)
            (incomplete / "duicheck.toml").write_text(content, encoding="utf-8", newline="\n")
        return incomplete

    return write
