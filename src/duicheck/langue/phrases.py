"""French sentences that come from below, said in the current language.

Reports are French, and so are exceptions: what shows them looks each sentence up. The catalogue knows the
sentences of the code with their variable parts in braces (`langue « {language} » inconnue`), so that a sentence
is, in this order:

1. a message that the catalogue knows, word for word (spaces of either kind are the same);
2. the filling of a template: the one with most text of its own, whose parts are said in turn;
3. several sentences or fragments set side by side, each of them known;
4. unknown: it stays French, as it is.

Never lossy: where two readings would not say the same, it stays French. In French nothing of this is loaded.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Final

from duicheck.langue.catalogue import N_, SOURCE, _, current, messages, on_change
from duicheck.langue.habits import habits

__all__ = ["paragraphs", "phrase", "value"]

_DEEP: Final = 6
"""How many sentences may stand within each other."""
_STRONG: Final = 14
"""Letters that a template must have of its own to be trusted whatever fills it."""
_TOGETHER: Final = 3
"""Pieces of a sentence that are tried as one message, where a mark that messages hold too parts them."""
_MARKS_WITHIN: Final = frozenset({" ; ", " : "})
_WEAKEST: Final = 3
"""Letters below which a template says nothing."""

_DAY = re.compile(r"(\d\d)/(\d\d)/(\d{4})")
_NUMBER = re.compile(r"(-?\d+|-?\d{1,3}(?: \d{3})+)(?:,(\d+))?( €)?")
_PROSE = re.compile(r"[^\W\d_]{2,} (?:\W ?)?[^\W\d_]{2,}")
_MARKS = re.compile(r"[«»()]")
_WITHIN_QUOTES = str.maketrans("“”", "‘’")
_QUOTED = re.compile(r"«[^«»]*»")
_CODES = re.compile(r"-{0,2}[a-z0-9][a-z0-9_./:+=-]*|« [^»]* »")
"""A code, a file, an option, or what is quoted: data, even where it is also a word of the catalogue."""
_NUMBERED = re.compile(r"[A-Z][A-Za-z]*[./-][\w./-]*\d[\w./-]*")
"""An identifier in capitals that has a number: such as that of a requirement."""
_WORDS_OF_DATA: Final = frozenset({"oui", "non"})
_LETTERS = re.compile(r"[^\W\d_]")

_WORDS: Final = (N_(" et "), N_(" ou "))
"""What joins fragments, beside punctuation."""


def phrase(text: str) -> str:
    """A French sentence in the current language; as it is where the catalogue cannot say it for sure."""
    if current() == SOURCE or not text:
        return text
    return _said(current(), text)


def value(text: str) -> str:
    """A number or a day written in French (12,5 or 15/09/2025), as the current language writes it."""
    if current() == SOURCE:
        return text
    return _rewritten(text)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a docstring, each on one line: what catalogues know of it."""
    return [" ".join(block.split()) for block in text.split("\n\n") if block.strip()]


@dataclass(frozen=True, slots=True)
class _Template:
    """A message with variable parts. `anchor` is its longest text: what a sentence must hold to be tried."""

    message: str
    translation: str
    anchor: str
    letters: int
    names: tuple[str, ...]

    def readings(self, text: str) -> Iterator[dict[str, str]]:
        """What the variable parts may stand for, the shortest first ones and the longest first ones."""
        for pattern in _patterns(self.message):
            if (found := pattern.fullmatch(text)) and all(map(_balanced, found.groups())):
                yield dict(zip(self.names, found.groups(), strict=True))


def _balanced(text: str) -> bool:
    """Whether what is quoted or in brackets is whole: a variable part never begins within."""
    depth = 0
    for mark in _MARKS.findall(_QUOTED.sub("", text)):
        depth += 1 if mark in "«(" else -1
        if depth < 0:
            return False
    return depth == 0


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@cache
def _known(language: str) -> Mapping[str, str]:
    return {_plain(message): words for message, words in messages(language).items()}


@cache
def _templates(language: str) -> list[_Template]:
    """Those with most text of their own first."""
    made = [_template(message, words) for message, words in _known(language).items() if "{" in message]
    return sorted((one for one in made if one is not None), key=lambda one: -one.letters)


def _template(message: str, words: str) -> _Template | None:
    try:
        parts = _joint(message)
    except ValueError:  # braces that are no variable part
        return None
    texts = [text for text, _name in parts]
    names = tuple(dict.fromkeys(name for _text, name in parts if name))
    letters = len(_LETTERS.findall("".join(texts)))
    if not names or letters < _WEAKEST:
        return None
    return _Template(message, words, max(texts, key=len), letters, names)


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


@lru_cache(maxsize=4096)
def _said(language: str, text: str) -> str:
    plain = _plain(text)
    return _say(language, plain, _DEEP) or _other_stop(language, plain, _DEEP) or text


@lru_cache(maxsize=4096)
def _say(language: str, text: str, depth: int) -> str | None:
    """The translation, or None where nothing is sure."""
    core = text.strip()
    if not depth or not core:
        return None
    known = _known(language)
    if text in known:
        return known[text]
    if f"{text}." in known:  # word for word too: a rule's title, its stop taken off
        return known[f"{text}."].removesuffix(".")
    if (small := text[:1].lower() + text[1:]) in known:  # a fragment that begins a sentence
        return known[small][:1].upper() + known[small][1:]
    said = _filled(language, text, depth)
    if said is None and core != text:
        inner = _say(language, core, depth)
        return None if inner is None else text.replace(core, inner)
    return said or _joined(language, text, depth)


def _filled(language: str, text: str, depth: int, *, start: str = "") -> str | None:
    """The filling of the template that has most text of its own; None for none, or for several that disagree.

    Of several, that which leaves least text as it was. `start`: only those templates that begin so, or the message
    itself.
    """
    if start and text in _known(language):
        return _known(language)[text]
    found: set[tuple[int, str]] = set()
    letters = 0
    for template in _templates(language):
        if found and template.letters < letters:
            break
        if template.anchor not in text or not template.message.startswith(start):
            continue
        for parts in template.readings(text):
            said: dict[str, tuple[bool, str]] = {}
            for name, part in parts.items():
                said |= _shared(language, part, name.split("\0"), depth - 1)
            if template.letters < _STRONG and not all(sure for sure, _ in said.values()):
                continue
            letters = template.letters
            words = _fill(template.translation, {name: words for name, (_, words) in said.items()})
            found.add((sum(len(_LETTERS.findall(part)) for part in parts.values() if _left(part, words)), words))
    best = {words for left, words in found if left == min(found)[0]}
    return best.pop() if len(best) == 1 else None


def _left(part: str, words: str) -> bool:
    """Whether a part that is no code stands in a sentence as it was."""
    return part in words and not _CODES.fullmatch(part)


def _shared(language: str, text: str, names: list[str], depth: int) -> dict[str, tuple[bool, str]]:
    """What parts that touch each other stand for: each one after the first is empty, or a fragment that is known."""
    name, *others = names
    if others:
        for at, char in enumerate(text):
            if char in " ,;:(" and _filled(language, text[at:], depth, start=char) is not None:
                return {name: _part(language, text[:at], depth), **_shared(language, text[at:], others, depth)}
    return {name: _part(language, text, depth), **dict.fromkeys(others, (True, ""))}


def _fill(translation: str, parts: Mapping[str, str]) -> str:
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


def _part(language: str, text: str, depth: int) -> tuple[bool, str]:
    """What fills a template: whether it is sure to be no French prose any more, and its words."""
    if _CODES.fullmatch(text) and text not in _WORDS_OF_DATA:
        return True, _rewritten(text)
    said = _say(language, text, depth) or _other_stop(language, text, depth)
    if said is not None:
        return True, said
    return not _PROSE.search(text), _rewritten(text)


def _other_stop(language: str, text: str, depth: int) -> str | None:
    """The translation of a sentence whose stop was taken off, such as a rule's title, or put on."""
    if not depth or not _PROSE.search(text):
        return None
    if text.endswith("."):
        said = _say(language, text[:-1], depth)
        return None if said is None else f"{said}."
    said = _say(language, f"{text}.", depth)
    return None if said is None else said.removesuffix(".")


def _joined(language: str, text: str, depth: int) -> str | None:
    """Fragments side by side, where each is known or is no prose."""
    mine = habits()
    for mark, joint in (
        (". ", " "),
        (" ; ", mine.semicolon),
        (" : ", mine.colon),
        (", ", ", "),
        *((word, _(word)) for word in _WORDS),
    ):
        pieces = _cut(text, mark)
        if len(pieces) == 1:
            continue
        if mark == ". ":  # each keeps its stop, as the catalogue has it
            pieces = [f"{piece}." for piece in pieces[:-1]] + pieces[-1:]
        said = _in_turn(language, pieces, mark, joint, depth - 1)
        if said is not None and (said[1] or all(_CODES.fullmatch(one) or _NUMBERED.fullmatch(one) for one in pieces)):
            return said[0]
    return _bracketed(language, text, depth)


def _cut(text: str, mark: str) -> list[str]:
    """The text cut at each mark, but for those within what is quoted."""
    pieces: list[str] = []
    for piece in text.split(mark):
        if pieces and pieces[-1].count("«") > pieces[-1].count("»"):
            pieces[-1] += mark + piece
        else:
            pieces.append(piece)
    return pieces


def _bracketed(language: str, text: str, depth: int) -> str | None:
    """A fragment that is known, then a code or another fragment in brackets."""
    head, mark, inside = text.removesuffix(")").partition(" (")
    if not mark or not text.endswith(")") or not _balanced(inside):
        return None
    said = _say(language, head, depth - 1)
    sure, words = _part(language, inside, depth - 1)
    return f"{said} ({words})" if said is not None and sure else None


def _in_turn(language: str, pieces: list[str], mark: str, joint: str, depth: int) -> tuple[str, bool] | None:
    """Pieces one after the other, and whether one of them is said otherwise; None where one is not sure.

    A message may hold such a mark itself: pieces that say nothing apart are tried as one.
    """
    found: list[tuple[str, bool]] = []
    at = 0
    reach = _TOGETHER if mark in _MARKS_WITHIN else 1
    while at < len(pieces):
        before = (mark, joint) if at else ("", "")
        for several in range(1, min(reach, len(pieces) - at, len(pieces) - 1) + 1):
            said = _next(language, mark.join(pieces[at : at + several]), *before, depth)
            if said is not None:
                break
        if said is None:
            return None
        found.append(said)
        at += several
    return "".join(words for words, _new in found), any(new for _words, new in found)


def _next(language: str, piece: str, mark: str, joint: str, depth: int) -> tuple[str, bool] | None:
    """What follows a mark, and whether it changes: a fragment that begins with the mark, or a piece that is sure."""
    fragment = _filled(language, mark + piece, depth, start=mark) if mark.strip(". ") else None
    if fragment is not None:
        return fragment, True
    sure, words = _part(language, piece, depth)
    return (joint + words, words != piece) if sure else None


def _rewritten(text: str) -> str:
    """A value: its number, its day or its quotation marks as the language writes them; anything else untouched."""
    mine = habits()
    if found := _DAY.fullmatch(text):
        return _written(found[3], found[2], found[1]) or text
    if found := _NUMBER.fullmatch(text):
        whole = mine.write_integer(int(found[1].replace(" ", ""))) if " " in found[1] else found[1]
        return whole + (f"{mine.decimal}{found[2]}" if found[2] else "") + ("\N{NO-BREAK SPACE}€" if found[3] else "")
    if text.endswith("."):
        return f"{_rewritten(text[:-1])}."
    if text.startswith("« ") and text.endswith(" »"):
        opening, closing = mine.quotes
        within = text[2:-2].translate(_WITHIN_QUOTES) if opening in text else text[2:-2]
        return f"{opening}{within.replace('« ', opening).replace(' »', closing)}{closing}"
    return text


def _written(year: str, month: str, day: str) -> str | None:
    try:
        return habits().write_day(date(int(year), int(month), int(day)))
    except ValueError:
        return None


for _remembered in (_known, _templates, _said, _say):
    on_change(_remembered.cache_clear)
