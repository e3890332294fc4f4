"""How each language writes numbers, rates, days and quotations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from msgspec import Struct

from duicheck.langue.catalogue import SOURCE, current

__all__ = ["HABITS", "NBSP", "Habits", "habits"]

NBSP: Final = "\N{NO-BREAK SPACE}"
"""Everywhere, where French books would use the narrow one: many terminal fonts lack U+202F."""


class Habits(Struct, frozen=True):
    """The habits of one language.

    `day` is filled with the numbers `day`, `month`, `year` and with `name`, that of the month.
    """

    thousands: str
    decimal: str
    percent: str
    day: str
    quotes: tuple[str, str]
    colon: str
    semicolon: str
    months: tuple[str, ...] = ("",) * 12

    def write_integer(self, value: int) -> str:
        """1234567 with its thousands apart."""
        return f"{value:,}".replace(",", self.thousands)

    def write_day(self, value: date) -> str:
        """A day in the calendar."""
        name = self.months[value.month - 1]
        return self.day.format(day=value.day, month=value.month, year=value.year, name=name)


HABITS: Final[Mapping[str, Habits]] = {
    SOURCE: Habits(
        thousands=NBSP,
        decimal=",",
        percent=f"{NBSP}%",
        day="{day:02}/{month:02}/{year:04}",
        quotes=(f"«{NBSP}", f"{NBSP}»"),
        colon=f"{NBSP}: ",
        semicolon=f"{NBSP}; ",
    ),
    "en": Habits(
        thousands=",",
        decimal=".",
        percent="%",
        day="{day} {name} {year:04}",
        quotes=("“", "”"),
        colon=": ",
        semicolon="; ",
        months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    ),
}
"""By language; every catalogue has its habits (a test says so)."""


def habits() -> Habits:
    """Those of the current language; the international ones, which are English, for one that has none here."""
    return HABITS.get(current(), HABITS["en"])
