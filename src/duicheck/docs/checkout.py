"""Where the pages and the cases are: the generator works on a checkout, not on an installed wheel."""

from __future__ import annotations

from pathlib import Path

__all__ = ["CASES", "root"]

CASES = Path("fixtures/cas")


def root() -> Path:
    """The top of the checkout that holds this module (or its virtual environment), else the current folder."""
    for folder in Path(__file__).resolve().parents:
        if (folder / "pyproject.toml").is_file() and (folder / CASES).is_dir():
            return folder
    return Path()
