"""What can be printed: PDF/A refuses a character without a glyph, and no word may run out of its column."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, Final

__all__ = ["BREAK", "FONTS", "drawn", "printable"]

FONTS: Final = Path(__file__).with_name("polices")
"""The fonts, and the list of the characters that all of them draw."""

BREAK: Final = "\u200b"
"""Where a long word may be cut; the template makes of it a place to break that leaves no character behind."""

LONG: Final = 24
"""A word, or words that non-breaking spaces hold together, may be cut when longer."""
PIECE: Final = 12
"""How far apart the places to cut are, where no sign invites to."""

_STAND_INS: Final = str.maketrans(
    {"\u202f": "\u00a0", "\u2011": "-", "\u2010": "-", "\u2007": "\u00a0", "\u2009": " ", "\t": " ", "\n": " "}
)
"""The same to the eye."""
_WORD: Final = re.compile(rf"[^\s]{{{LONG + 1},}}")
_INVITING: Final = re.compile(r"([/\\_.:=@&?-]+)(?=\w)")
_CHAIN: Final = re.compile(rf"[^ ]{{{LONG + 1},}}")
_GLUE: Final = re.compile(r"(?<!«)\u00a0(?![:;!?%»€/])")
_OURS: Final = frozenset({"ancre", "bloc", "largeur", "s", "style", "vers"})
"""Keys of a block whose values the template reads and never prints."""


def printable(value: Any) -> Any:  # noqa: ANN401 -- any JSON value
    """A block, or anything in it, with texts that print: the same shape, the same keys."""
    if isinstance(value, str):
        return _cut(drawn(value))
    if isinstance(value, dict):
        return {key: item if key in _OURS else printable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [printable(item) for item in value]
    return value


def drawn(text: str) -> str:
    """The text in characters that every font has; another one is named by its code, as ‹U+1F600›."""
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text.translate(_STAND_INS))
    known = _known()
    return "".join(char if char in known else f"‹U+{ord(char):04X}›" for char in text)


def _cut(text: str) -> str:
    """With a break allowed inside long words: after a sign that links, then anywhere in what is still too long."""
    if len(text) <= LONG:
        return text
    if "\u00a0" in text:
        text = _CHAIN.sub(lambda chain: _GLUE.sub(" ", chain.group()), text)
    return _WORD.sub(_breakable, text)


def _breakable(word: re.Match[str]) -> str:
    pieces = _INVITING.sub(rf"\1{BREAK}", word.group()).split(BREAK)
    return BREAK.join(BREAK.join(_pieces(piece)) if len(piece) > LONG else piece for piece in pieces)


def _pieces(text: str) -> list[str]:
    """Of equal length but the last; never a mark without its letter."""
    cut = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
    for number in range(len(cut) - 1, 0, -1):
        while cut[number] and unicodedata.combining(cut[number][0]):
            cut[number - 1] += cut[number][0]
            cut[number] = cut[number][1:]
    return [piece for piece in cut if piece]


@cache
def _known() -> frozenset[str]:
    found: list[str] = []
    for line in (FONTS / "caracteres.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            first, _, last = line.partition("-")
            found += map(chr, range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found)
