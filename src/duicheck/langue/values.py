"""Numbers, days and quotation marks, written in French, as the current language writes them."""

from __future__ import annotations

import re
from datetime import date

from duicheck.langue.habits import habits

__all__ = ["rewritten"]

_DAY = re.compile(r"(\d\d)/(\d\d)/(\d{4})")
_NUMBER = re.compile(r"(-?\d+|-?\d{1,3}(?: \d{3})+)(?:,(\d+))?( €)?")
_WITHIN_QUOTES = str.maketrans("“”", "‘’")


def rewritten(text: str) -> str:
    """A value: its number, its day or its quotation marks as the language writes them; anything else untouched."""
    mine = habits()
    if found := _DAY.fullmatch(text):
        return _written(found[3], found[2], found[1]) or text
    if found := _NUMBER.fullmatch(text):
        whole = mine.write_integer(int(found[1].replace(" ", ""))) if " " in found[1] else found[1]
        return whole + (f"{mine.decimal}{found[2]}" if found[2] else "") + ("\N{NO-BREAK SPACE}€" if found[3] else "")
    if text.endswith("."):
        return f"{rewritten(text[:-1])}."
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
