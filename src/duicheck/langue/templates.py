"""Messages with variable parts in braces: what a sentence must hold to be one of them, and what fills the parts."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from msgspec import Struct

from duicheck.langue.catalogue import messages, on_change

__all__ = ["LETTERS", "Template", "balanced", "fill", "known", "plain", "templates"]

_WEAKEST: Final = 3
"""Letters below which a template says nothing."""
_MARKS = re.compile(r"[«»()]")
_QUOTED = re.compile(r"«[^«»]*»")
LETTERS = re.compile(r"[^\W\d_]")
"""One letter."""


class Template(Struct, frozen=True):
    """A message with variable parts. `anchor` is its longest text: what a sentence must hold to be tried."""

    message: str
    translation: str
    anchor: str
    letters: int
    names: tuple[str, ...]

    def readings(self, text: str) -> Iterator[dict[str, str]]:
        """What the variable parts may stand for, the shortest first ones and the longest first ones."""
        for pattern in _patterns(self.message):
            if (found := pattern.fullmatch(text)) and all(map(balanced, found.groups())):
                yield dict(zip(self.names, found.groups(), strict=True))


def balanced(text: str) -> bool:
    """Whether what is quoted or in brackets is whole: a variable part never begins within."""
    depth = 0
    for mark in _MARKS.findall(_QUOTED.sub("", text)):
        depth += 1 if mark in "«(" else -1
        if depth < 0:
            return False
    return depth == 0


def plain(text: str) -> str:
    """The text with ordinary spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@cache
def known(language: str) -> Mapping[str, str]:
    """Every message of a language, with ordinary spaces, and its translation."""
    return {plain(message): words for message, words in messages(language).items()}


@cache
def templates(language: str) -> list[Template]:
    """The messages with variable parts, those with most text of their own first."""
    made = [_template(message, words) for message, words in known(language).items() if "{" in message]
    return sorted((one for one in made if one is not None), key=lambda one: -one.letters)


def _template(message: str, words: str) -> Template | None:
    try:
        parts = _joint(message)
    except ValueError:  # braces that are no variable part
        return None
    texts = [text for text, _name in parts]
    names = tuple(dict.fromkeys(name for _text, name in parts if name))
    letters = len(LETTERS.findall("".join(texts)))
    if not names or letters < _WEAKEST:
        return None
    return Template(message, words, max(texts, key=len), letters, names)


@cache
def _patterns(message: str) -> tuple[re.Pattern[str], ...]:
    """Two patterns of a template, compiled when a sentence first resembles it."""
    found = []
    for wildcard in (".*?", ".*"):
        seen: dict[str, int] = {}
        pattern = ""
        for text, name in _joint(message):
            pattern += re.escape(text)
            if name is None:
                continue
            pattern += f"(?:\\{seen[name]})" if name in seen else f"({wildcard})"
            seen.setdefault(name, len(seen) + 1)
        found.append(re.compile(pattern, re.DOTALL))
    return tuple(found)


def fill(translation: str, parts: Mapping[str, str]) -> str:
    """As `str.format` with these names, `{0}` being a name like another."""
    return "".join(text + ("" if name is None else parts[name]) for text, name in _pieces(translation))


def _pieces(message: str) -> list[tuple[str, str | None]]:
    """Each text of a template, with the name that follows it."""
    return [(text, name) for text, name, _spec, _conversion in string.Formatter().parse(message)]


def _joint(message: str) -> list[tuple[str, str | None]]:
    """The same, names that touch each other as one."""
    found: list[tuple[str, str | None]] = []
    for text, name in _pieces(message):
        if found and not text and name and found[-1][1]:
            found[-1] = (found[-1][0], f"{found[-1][1]}\0{name}")
        else:
            found.append((text, name))
    return found


for _remembered in (known, templates):
    on_change(_remembered.cache_clear)
