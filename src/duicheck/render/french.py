"""French habits of writing: spaces, dates, numbers, plurals. Shapes text, judges nothing."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

__all__ = ["accord", "counted", "day", "integer", "percent", "ratio", "sentence", "typography"]

NBSP = "\N{NO-BREAK SPACE}"
"""Everywhere, where books would use the narrow one: many terminal fonts lack U+202F."""

_BEFORE = re.compile(r"(?<=\S)[ \u00a0\u202f]([:;!?%»€])(?=$|[\s.,;)\u00a0])")
_AFTER = re.compile(r"«[ \u00a0\u202f]?(?=\S)")
_GLUED = re.compile(r"(?<=\d) (?=/ \d)|(?<=\d /) (?=\d)|(?<=\d\u00a0/) (?=\d)|(?<=\bn°) (?=\S)|(?<=\bsur) (?=\d)")


def typography(text: str) -> str:
    """The text with the spaces that must not break made non-breaking. Idempotent."""
    text = _BEFORE.sub(rf"{NBSP}\1", text)
    text = _AFTER.sub(f"«{NBSP}", text)
    return _GLUED.sub(NBSP, text)


def sentence(text: str) -> str:
    """The text as a sentence: a capital first, a stop at the end."""
    text = typography(text.strip())
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def day(iso: str | None) -> str:
    """An ISO date as 15/09/2025; a dash for none."""
    return "–" if iso is None else date.fromisoformat(iso).strftime("%d/%m/%Y")


def integer(value: int) -> str:
    """1234567 as 1 234 567, with non-breaking spaces."""
    return f"{value:,}".replace(",", NBSP)


def percent(value: float) -> str:
    """A target, in percent, as 90 % or 12,5 %."""
    return f"{value:g}".replace(".", ",") + f"{NBSP}%"


def ratio(numerator: int, denominator: int | None) -> str:
    """A rate in percent, two decimals, rounded half up on the exact fraction; a dash where there is none."""
    if not denominator:
        return "–"
    hundredths = int(Fraction(numerator * 10_000, denominator) + Fraction(1, 2))
    return f"{integer(hundredths // 100)},{hundredths % 100:02d}{NBSP}%"


def accord(count: int, singular: str, plural: str | None = None) -> str:
    """The form that agrees with the count: singular for 0 and 1, as French has it."""
    return (plural or singular + "s") if abs(count) > 1 else singular


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """The count and the form that agrees with it."""
    return f"{integer(count)}{NBSP}{accord(count, singular, plural)}"
