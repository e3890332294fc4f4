"""Where packs live on this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

__all__ = ["LOCK", "VARIABLE", "home"]

VARIABLE: Final = "DUICHECK_PAQUETS"
"""Variable that names the folder of the packs."""

LOCK: Final = "duicheck-paquets.lock"
"""The file that pins them, in that folder."""


def home() -> Path:
    """The folder of the packs, whether it exists or not: DUICHECK_PAQUETS, else the user's data folder."""
    if said := os.environ.get(VARIABLE, "").strip():
        return Path(said).expanduser()
    from platformdirs import user_data_path  # noqa: PLC0415 -- only where a pack is looked for

    return user_data_path("duicheck", appauthor=False) / "paquets"
