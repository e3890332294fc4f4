"""What every workbook of ours has: its first sheet of labels and answers, its pages, no guess about its texts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from duicheck.langue import _
from duicheck.render.french import day, typography
from duicheck.render.xlsx.sheet import Formats, cell_text, fit_row, write_value

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

__all__ = ["OPTIONS", "lay_out", "write_answers"]

_A4: Final = 9
_WIDTHS: Final = (26, 90)

OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": False,
}
"""Of the workbook: a text is a text."""


def write_answers(sheet: Worksheet, title: str, rows: Iterable[tuple[str, str, bool]], formats: Formats) -> int:
    """Write the title and each (label, value, whether it is an answer); the row after the last."""
    for position, width in enumerate(_WIDTHS):
        sheet.set_column(position, position, width)
    sheet.write_string(0, 0, typography(title), formats.title)
    row = 2
    for label, value, answer in rows:
        sheet.write_string(row, 0, typography(label), formats.label)
        if answer:
            sheet.write_string(row, 1, cell_text(value), formats.answer)
            sheet.set_row(row, 20)
        else:
            write_value(sheet, (row, 1), value, formats)
            fit_row(sheet, row, _WIDTHS, (label, value))
        row += 1
    for sign, shape in formats.signs.items():
        rule = {"type": "text", "criteria": "begins with", "value": sign, "format": shape}
        sheet.conditional_format(2, 1, row, 1, rule)
    return row


def lay_out(sheet: Worksheet, digest: str, iso: str, *, landscape: bool) -> None:
    """One page wide on A4, numbered, with what the page belongs to: a digest, and an ISO date."""
    if landscape:
        sheet.set_landscape()
    else:
        sheet.set_portrait()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    # An ampersand is a command: none comes from the report. A digit right after the size would be part of it.
    sheet.set_header("&L&8 duicheck – &A&R&8 " + typography(_("Document non signé")))
    pages = _("page {page} sur {pages}").format(page="&P", pages="&N")
    sheet.set_footer(f"&L&8 {digest}&R&8 {day(iso)} – {pages}")
