"""What every test is given: a machine without packs nor FINESS extract, whatever its user has installed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine makes an example slow, which is no defect: how long things take is for the benchmarks.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")


@pytest.fixture(autouse=True, scope="session")
def nothing_installed() -> Iterator[None]:
    """Packs, or an extract, of the developer would change what some rules say."""
    names = ("DUICHECK_PAQUETS", "DUICHECK_FINESS")
    before = {name: os.environ.get(name) for name in names}
    with tempfile.TemporaryDirectory(prefix="duicheck-sans-rien-") as folder:
        os.environ.update({name: str(Path(folder, name)) for name in names})
        yield
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value
