"""What may stand in the text of an output: characters that every format holds, cells that no spreadsheet runs."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["guarded", "one_line", "printable", "risky"]

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
"""What HTML and XML forbid, and what turns the direction of writing: a name could lie with it."""

_FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
"""What begins a formula in a spreadsheet; the wide forms too, which some count as the same."""

_STEALTHY = frozenset("\t\r\n")
"""What a spreadsheet skips, or takes for the end of a cell, before it looks for a formula."""


def printable(text: str) -> str:
    """The text with every character that an output cannot hold replaced by U+FFFD."""
    return _UNPRINTABLE.sub("\ufffd", text)


def one_line(text: str) -> str:
    """The printable text on one line: each run of line ends and tabs becomes one space."""
    return printable(re.sub(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]+", " ", text).strip(" "))


def risky(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula: when opened as CSV, or when its cell is edited."""
    if text[:1] in _STEALTHY:
        return True
    for character in text:
        if character in _FORMULA:
            return True
        if not character.isspace() and unicodedata.category(character) not in {"Cc", "Cf"}:
            return False
    return False


def guarded(text: str) -> str:
    """The text, after an apostrophe if it is risky: spreadsheets then show it and never run it."""
    return f"'{text}" if risky(text) else text
