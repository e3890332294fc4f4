"""Packs of the smallest delivery, made once, and the means to spoil them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from preuve_outils import Built, build
from preuve_pki import Identity, make
from programme import Call, Said, calling

from duicheck.plugins import Plugins, load_plugins
from duicheck.preuve.signing import load_signer

ROOT = Path(__file__).parents[2]
PETITE = ROOT / "fixtures" / "livraisons" / "petite"


@pytest.fixture(scope="session")
def plugins() -> Plugins:
    return load_plugins()


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the invented keys and certificates are written."""
    return tmp_path_factory.mktemp("cles")


@pytest.fixture(scope="session")
def authority(keys: Path) -> Identity:
    return make(keys, "Autorité inventée", authority=True)


@pytest.fixture(scope="session")
def signer(keys: Path, authority: Identity) -> Identity:
    return make(keys, "Éditeur inventé", issuer=authority)


@pytest.fixture(scope="session")
def unsigned(plugins: Plugins) -> Built:
    return build(PETITE, plugins)


@pytest.fixture(scope="session")
def signed(plugins: Plugins, signer: Identity) -> Built:
    return build(PETITE, plugins, signer=load_signer(signer.cle, signer.certificat, None, str))


@pytest.fixture
def petite(tmp_path: Path) -> Path:
    """A copy of the delivery that the packs are about."""
    return Path(shutil.copytree(PETITE, tmp_path / "petite"))


@pytest.fixture
def duicheck(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run the program in this process; what it says, without hard spaces."""
    call = calling(capfd, monkeypatch, columns=120)
    monkeypatch.setenv("NO_COLOR", "1")

    def said(*arguments: object) -> Said:
        code, out, err = call(*arguments)
        return Said(code, out.replace("\u00a0", " "), err.replace("\u00a0", " "))

    return said
