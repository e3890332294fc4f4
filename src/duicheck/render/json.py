"""The format `json`: the normative report itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from duicheck.model import Renderer
from duicheck.report import to_bytes

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["json_renderer"]


def json_renderer(rules: Mapping[str, Rule]) -> Renderer:  # noqa: ARG001 -- as the other formats
    """The renderer of rapport.json, which needs nothing of the rules."""
    return Renderer(name="json", doc="Le rapport normatif rapport.json.", render=to_bytes)
