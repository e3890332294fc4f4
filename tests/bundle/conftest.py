"""A small delivery."""

from __future__ import annotations

import pytest
from outils_bundle import FILES, folder


@pytest.fixture
def delivery(tmp_path):
    root = tmp_path / "livraison de mars"
    root.mkdir()
    return folder(root, FILES)
