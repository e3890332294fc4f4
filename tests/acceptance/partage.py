"""Where the deliveries and documents are that these tests use and that the project does not hold."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(os.environ.get("DUICHECK_SHARED") or Path(__file__).resolve().parents[3] / "shared")
LIVRAISONS = sorted(path for path in (SHARED / "livraisons").glob("*") if path.is_dir())


def needs(there: object) -> Any:
    """The mark of tests that need a folder, or what was found in one."""
    found = there.is_dir() if isinstance(there, Path) else there
    return pytest.mark.skipif(
        not found, reason="ce que le projet ne contient pas n'est pas là : DUICHECK_SHARED, ou ../shared"
    )
