"""Habits of writing: spaces, dates, numbers, plurals, as the current language has them. Shapes text, judges nothing."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from duicheck.langue import SOURCE, current, habits, n_

__all__ = ["accord", "counted", "day", "hundredths", "integer", "percent", "ratio", "sentence", "typography"]

NBSP = "\N{NO-BREAK SPACE}"
"""Everywhere, where books would use the narrow one: many terminal fonts lack U+202F."""

_BEFORE = re.compile(r"(?<=\S)[ \u00a0\u202f]([:;!?%»€])(?=$|[\s.,;)\u00a0])")
_AFTER = re.compile(r"«[ \u00a0\u202f]?(?=\S)")
_GLUED = re.compile(r"(?<=\d) (?=/ \d)|(?<=\d /) (?=\d)|(?<=\d\u00a0/) (?=\d)|(?<=\bn°) (?=\S)|(?<=\bsur) (?=\d)")


def typography(text: str) -> str:
    """The text with the spaces that must not break made non-breaking, where the language has any. Idempotent."""
    if current() != SOURCE:
        return text
    text = _BEFORE.sub(rf"{NBSP}\1", text)
    text = _AFTER.sub(f"«{NBSP}", text)
    return _GLUED.sub(NBSP, text)


def sentence(text: str) -> str:
    """The text as a sentence: a capital first, a stop at the end."""
    text = typography(text.strip())
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def day(iso: str | None) -> str:
    """An ISO date as 15/09/2025, in English as 15 Sep 2025; a dash for none."""
    return "–" if iso is None else habits().write_day(date.fromisoformat(iso))


def integer(value: int) -> str:
    """1234567 as 1 234 567 with non-breaking spaces, in English as 1,234,567."""
    return habits().write_integer(value)


def percent(value: float) -> str:
    """A target, in percent, as 90 % or 12,5 %, in English as 90% or 12.5%."""
    return f"{value:g}".replace(".", habits().decimal) + habits().percent


def ratio(numerator: int, denominator: int | None) -> str:
    """A rate in percent, two decimals, rounded half up on the exact fraction; a dash where there is none."""
    rate = hundredths(numerator, denominator)
    if rate is None:
        return "–"
    return f"{integer(rate // 100)}{habits().decimal}{rate % 100:02d}{habits().percent}"


def hundredths(numerator: int, denominator: int | None) -> int | None:
    """A rate in hundredths of a percent, rounded half up on the exact fraction; None where there is none."""
    if not denominator:
        return None
    return int(Fraction(numerator * 10_000, denominator) + Fraction(1, 2))


def accord(count: int, singular: str, plural: str | None = None) -> str:
    """The form that agrees with the count (French: singular for 0 and 1). Catalogues take both from the call."""
    return n_(singular, plural or f"{singular}s", count)


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """The count and the form that agrees with it."""
    return f"{integer(count)}{NBSP}{accord(count, singular, plural)}"
