"""What every test is given: a machine without packs, whatever its user has installed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def no_packs() -> Iterator[None]:
    """Packs of the developer would change what some rules say."""
    before = os.environ.get("DUICHECK_PAQUETS")
    with tempfile.TemporaryDirectory(prefix="duicheck-sans-paquets-") as folder:
        os.environ["DUICHECK_PAQUETS"] = folder
        yield
    if before is None:
        del os.environ["DUICHECK_PAQUETS"]
    else:
        os.environ["DUICHECK_PAQUETS"] = before
