"""A sheet that is a table: headings, filter, frozen row, print set-up; every text a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from duicheck.langue import _
from duicheck.render.characters import printable, risky
from duicheck.render.french import integer, typography
from duicheck.render.marks import SIGNS

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

__all__ = ["CELL", "ROWS", "Column", "Formats", "Rate", "Value", "cell_text", "fit_row", "write_table", "write_value"]

CELL: Final = 32_767
"""UTF-16 units in one cell, at most: Excel's limit."""

ROWS: Final = 1_048_576
"""Rows in one sheet, at most: Excel's limit."""

TALLEST: Final = 409
"""Points of the tallest row that Excel shows."""

LINE: Final = 15
"""Points of one line of text."""

WASTE: Final = 1.08
"""How much longer a text is for being cut between words."""

BUTTON: Final = 3
"""Characters of a heading that the button of the filter covers."""

_NUMBER: Final = {"entier": "#,##0", "taux": "0.00%", "texte": "@"}

_TEXT: Final = {"text_wrap": True, "align": "left", "indent": 1}
"""Off the edge: a number at the right of its cell would touch the text beside it."""

_STYLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "bien": {"font_color": "#0B5D2A", "bg_color": "#DFF3E4"},
    "faute": {"font_color": "#8E1B16", "bg_color": "#FBE3E1", "bold": True},
    "alerte": {"font_color": "#6B4A00", "bg_color": "#FFF1CC"},
}
"""Dark ink on light ground: 7 to 1 at least. The sign at the head of the cell says the same without colour."""


class Rate(Struct, frozen=True):
    """A rate that its cell judges beside it: the sign is in the format of the number, which stays a number."""

    value: float
    style: str


Value = str | int | float | Rate | None


class Column(Struct, frozen=True):
    """One column: heading, width in characters, and what its cells are.

    `kind`: `texte`, `entier`, or `taux` (a fraction shown in percent). `signed`: its texts begin with a sign, which
    colours the cell. `printed` is false for what only those at a screen need.
    """

    heading: str
    width: float
    kind: str = "texte"
    signed: bool = False
    printed: bool = True


class Formats:
    """The formats of a workbook, made once."""

    def __init__(self, book: Workbook) -> None:
        base = {"valign": "top"}
        self.title: Format = book.add_format({**base, "bold": True, "font_size": 18})
        self.answer: Format = book.add_format({**base, "bold": True, "font_size": 14, "text_wrap": True})
        self.label: Format = book.add_format({**base, "bold": True, "text_wrap": True})
        self.link: Format = book.add_format({**base, "underline": 1, "font_color": "#0B4F8A"})
        look = {"bold": True, "valign": "vcenter", "bottom": 2, "bg_color": "#E8ECF1"}
        self.heading: Format = book.add_format({**look, **_TEXT})
        self.heading_of_numbers: Format = book.add_format({**look, "text_wrap": True, "align": "right"})
        self.kinds: dict[str, Format] = {
            kind: book.add_format({**base, "num_format": shape, **(_TEXT if kind == "texte" else {})})
            for kind, shape in _NUMBER.items()
        }
        # What Excel writes itself when a cell is typed after an apostrophe: it stays text even when edited.
        self.quoted: Format = book.add_format({**base, "num_format": "@", **_TEXT, "quote_prefix": True})
        self.signs: dict[str, Format] = {SIGNS[style]: book.add_format(dict(look)) for style, look in _STYLES.items()}
        self.rates: dict[str, Format] = {
            style: book.add_format({**base, **_STYLES.get(style, {}), "num_format": f'0.00%"\u00a0{sign}"'})
            for style, sign in SIGNS.items()
        }


def cell_text(text: str) -> str:
    """The text as a cell can hold it: printable, and cut where Excel would refuse it, which is then said."""
    text = printable(text)
    if _units(text) <= CELL:
        return text
    note = _(" […] (coupé : {n} caractères en tout, voir rapport.json)").format(n=integer(len(text)))
    room = CELL - _units(note)
    kept = text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore")
    return f"{kept}{note}"


def write_value(sheet: Worksheet, place: tuple[int, int], value: Value, formats: Formats, kind: str = "texte") -> None:
    """Write one cell by its Python type: a text is never a number, a link or a formula."""
    shape = formats.kinds[kind]
    if value is None:
        sheet.write_blank(*place, None, shape)
    elif isinstance(value, Rate):
        sheet.write_number(*place, value.value, formats.rates[value.style])
    elif isinstance(value, str):
        text = cell_text(value)
        sheet.write_string(*place, text, formats.quoted if risky(value) else formats.kinds["texte"])
    else:
        sheet.write_number(*place, value, shape)


def write_table(
    sheet: Worksheet, columns: Sequence[Column], rows: Iterable[Sequence[Value]], formats: Formats, *, empty: str
) -> None:
    """Fill a sheet; `empty` is what it says where there is no row. Too many rows for Excel are counted, and said."""
    for position, column in enumerate(columns):
        sheet.set_column(position, position, column.width)
        heading = formats.heading if column.kind == "texte" else formats.heading_of_numbers
        sheet.write_string(0, position, typography(column.heading), heading)
    widths = [column.width for column in columns]
    fit_row(sheet, 0, [width - BUTTON for width in widths], [column.heading for column in columns])
    number, left = 0, 0
    for row in rows:
        if number >= ROWS - 2:
            left += 1
            continue
        number += 1
        for position, (column, value) in enumerate(zip(columns, row, strict=True)):
            write_value(sheet, (number, position), value, formats, column.kind)
        fit_row(sheet, number, widths, row)
    if not number:
        sheet.write_string(1, 0, typography(empty))
    if left:
        words = _("… et {n} lignes de plus, dans rapport.json.").format(n=integer(left))
        sheet.write_string(number + 1, 0, typography(words))
    _colour(sheet, columns, max(number, 1), formats)
    sheet.autofilter(0, 0, max(number, 1), len(columns) - 1)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    shown = max(position for position, column in enumerate(columns) if column.printed)
    sheet.print_area(0, 0, max(number, 1) + bool(left), shown)


def fit_row(sheet: Worksheet, row: int, widths: Sequence[float], values: Sequence[Value]) -> None:
    """Make a row as high as its longest text: Excel finds that by itself, LibreOffice and viewers do not."""
    lines = 1
    for width, value in zip(widths, values, strict=True):
        if isinstance(value, str) and len(value) > width:
            lines = max(lines, sum(ceil(WASTE * len(part) / width) or 1 for part in value.split("\n")))
    if lines > 1:
        sheet.set_row(row, min(TALLEST, LINE * lines))


def _colour(sheet: Worksheet, columns: Sequence[Column], last: int, formats: Formats) -> None:
    """Conditional, so that the colours follow when a cell is sorted or edited."""
    for position, column in enumerate(columns):
        if not column.signed:
            continue
        for sign, shape in formats.signs.items():
            rule = {"type": "text", "criteria": "begins with", "value": sign, "format": shape}
            sheet.conditional_format(1, position, last, position, rule)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
