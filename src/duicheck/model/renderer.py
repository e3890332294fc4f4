"""An output format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

__all__ = ["Renderer"]


class Renderer(Struct, frozen=True):
    """Turns rapport.json into bytes; judges nothing again.

    `name` is what follows `--output` (`json`, `html`…); `doc` is one French sentence. `ready` is called before
    anything long is done, and raises `UsageError` when what the renderer needs is not installed.
    """

    name: str
    doc: str
    render: Callable[[Mapping[str, Any]], bytes]
    ready: Callable[[], None] | None = None
