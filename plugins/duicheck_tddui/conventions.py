"""`conventions.toml`, typed: bounds, identifiers and codes, each with its source there."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["bound", "conventions"]


@cache
def conventions() -> dict[str, Any]:
    """The whole file."""
    text = files("duicheck_tddui").joinpath("conventions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def bound(name: str) -> int:
    """One of the bounds, in the unit that the file gives."""
    return int(conventions()["bornes"][name]["valeur"])
