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
from functools import lru_cache
from typing import Final

from duicheck.langue.catalogue import N_, SOURCE, _, current, on_change
from duicheck.langue.habits import habits
from duicheck.langue.templates import LETTERS, balanced, fill, known, plain, templates
from duicheck.langue.values import rewritten

__all__ = ["paragraphs", "phrase", "value"]

_DEEP: Final = 6
"""How many sentences may stand within each other."""
_STRONG: Final = 14
"""Letters that a template must have of its own to be trusted whatever fills it."""
_TOGETHER: Final = 3
"""Pieces of a sentence that are tried as one message, where a mark that messages hold too parts them."""
_MARKS_WITHIN: Final = frozenset({" ; ", " : "})

_PROSE = re.compile(r"[^\W\d_]{2,} (?:\W ?)?[^\W\d_]{2,}")
_CODES = re.compile(r"-{0,2}[a-z0-9][a-z0-9_./:+=-]*|« [^»]* »")
"""A code, a file, an option, or what is quoted: data, even where it is also a word of the catalogue."""
_NUMBERED = re.compile(r"[A-Z][A-Za-z]*[./-][\w./-]*\d[\w./-]*")
"""An identifier in capitals that has a number: such as that of a requirement."""
_WORDS_OF_DATA: Final = frozenset({"oui", "non"})

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
    return rewritten(text)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a docstring, each on one line: what catalogues know of it."""
    return [" ".join(block.split()) for block in text.split("\n\n") if block.strip()]


@lru_cache(maxsize=4096)
def _said(language: str, text: str) -> str:
    spaced = plain(text)
    return _say(language, spaced, _DEEP) or _other_stop(language, spaced, _DEEP) or text


@lru_cache(maxsize=4096)
def _say(language: str, text: str, depth: int) -> str | None:
    """The translation, or None where nothing is sure."""
    core = text.strip()
    if not depth or not core:
        return None
    messages = known(language)
    if text in messages:
        return messages[text]
    if f"{text}." in messages:  # word for word too: a rule's title, its stop taken off
        return messages[f"{text}."].removesuffix(".")
    if (small := text[:1].lower() + text[1:]) in messages:  # a fragment that begins a sentence
        return messages[small][:1].upper() + messages[small][1:]
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
    if start and text in known(language):
        return known(language)[text]
    found: set[tuple[int, str]] = set()
    letters = 0
    for template in templates(language):
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
            words = fill(template.translation, {name: words for name, (_, words) in said.items()})
            found.add((sum(len(LETTERS.findall(part)) for part in parts.values() if _left(part, words)), words))
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


def _part(language: str, text: str, depth: int) -> tuple[bool, str]:
    """What fills a template: whether it is sure to be no French prose any more, and its words."""
    if _CODES.fullmatch(text) and text not in _WORDS_OF_DATA:
        return True, rewritten(text)
    said = _say(language, text, depth) or _other_stop(language, text, depth)
    if said is not None:
        return True, said
    return not _PROSE.search(text), rewritten(text)


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
    if not mark or not text.endswith(")") or not balanced(inside):
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


for _remembered in (_said, _say):
    on_change(_remembered.cache_clear)
