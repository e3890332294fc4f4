"""A pack that was read, and what it is held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from duicheck.preuve.manifest import Record

if TYPE_CHECKING:
    from duicheck.model import Renderer
    from duicheck.plugins import Plugins

__all__ = ["Against", "Pack"]


class Pack(Struct, frozen=True):
    """The files of a pack by name, and the values of its two documents, valid and agreeing with each other."""

    files: Mapping[str, bytes]
    manifest: Mapping[str, Any]
    report: Mapping[str, Any]
    record: Record


class Against(Struct, frozen=True):
    """What whoever verifies brings. None: nothing of that kind.

    `renderers`: the output formats by name, given the plugins. `entrees`: the delivery that was checked.
    `precedent`: the report that the check was given beside it. `autorite`, `certificat`: PEM files.
    """

    renderers: Callable[[Plugins], Mapping[str, Renderer]]
    entrees: Path | None = None
    precedent: Path | None = None
    autorite: Path | None = None
    certificat: Path | None = None
