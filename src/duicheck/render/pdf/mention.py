"""The mention of European funding: its words and their sources are data (mention.toml)."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from msgspec import Struct

__all__ = ["Mention", "MentionSource", "mention"]

_FILE: Final = Path(__file__).with_name("mention.toml")


class MentionSource(Struct, frozen=True):
    """Where it comes from: the words of `passage` are in `document`; `apport` says what they bring."""

    document: str
    titre: str
    section: str
    passage: str
    apport: str


class Mention(Struct, frozen=True):
    """What is printed, for which texts (their ids), and why."""

    phrase: str
    textes: tuple[str, ...]
    sources: tuple[MentionSource, ...]


def mention(texte: str) -> Mention | None:
    """What a report under this text must show; None where no source asks."""
    found = _read()
    return found if texte in found.textes else None


@cache
def _read() -> Mention:
    raw = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    sources = tuple(MentionSource(**source) for source in raw["sources"])
    return Mention(raw["phrase"], tuple(raw["textes"]), sources)
