"""The format `json`: the normative report itself."""

from __future__ import annotations

from duicheck.model import Renderer
from duicheck.report import to_bytes

__all__ = ["RENDERER"]

RENDERER = Renderer(name="json", doc="Le rapport normatif rapport.json.", render=to_bytes)
