"""What the listing commands write on: a sheet as wide as the terminal, or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from duicheck.cli import streams
from duicheck.render.paper import Paper

__all__ = ["new_sheet", "put_json", "put_sheet"]


def new_sheet() -> Paper:
    """A sheet as wide as the terminal, within what can be read."""
    return Paper(max(60, min(140, streams.width())), colour=streams.colour(sys.stdout))


def put_sheet(sheet: Paper) -> None:
    """Show a sheet."""
    streams.put(sheet.text())


def put_json(value: Sequence[Any] | Mapping[str, Any]) -> None:
    """Show a value as JSON, in UTF-8 whatever the console."""
    streams.put_bytes((json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n").encode("utf-8"))
