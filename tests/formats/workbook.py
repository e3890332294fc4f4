"""A minimal writer of invented workbooks: only what the tests of reading need."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from xml.sax.saxutils import escape

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DATE, PERCENT, STAMP, FRENCH_PERCENT = 1, 2, 3, 4

Value = str | int | float | bool | date | None


class Percent(float):
    """A number that its cell shows as a percentage."""


def _cell(reference: str, value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{reference}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, Percent):
        return f'<c r="{reference}" s="{FRENCH_PERCENT}"><v>{float(value)!r}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{reference}"><v>{value!r}</v></c>'
    if isinstance(value, datetime):
        days = (value - datetime(1899, 12, 30)).total_seconds() / 86400
        return f'<c r="{reference}" s="{STAMP}"><v>{days!r}</v></c>'
    if isinstance(value, date):
        return f'<c r="{reference}" s="{DATE}"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def _sheet(rows: Sequence[Sequence[Value]]) -> str:
    body = "".join(
        f'<row r="{r}">' + "".join(_cell(f"{chr(65 + c)}{r}", value) for c, value in enumerate(row)) + "</row>"
        for r, row in enumerate(rows, 1)
        if row
    )
    return f"<worksheet {NS}><sheetData>{body}</sheetData></worksheet>"


def workbook(sheets: Mapping[str, Sequence[Sequence[Value]]], *, since_1904: bool = False) -> bytes:
    """A workbook with these sheets; a row is a list of native values. `since_1904`: day numbers as on old Macs."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        overrides = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            for n in range(1, len(sheets) + 1)
        )
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            f"{overrides}</Types>",
        )
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        listed = "".join(
            f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1)
        )
        properties = '<workbookPr date1904="1"/>' if since_1904 else ""
        archive.writestr(
            "xl/workbook.xml", f'<workbook {NS} xmlns:r="{REL}">{properties}<sheets>{listed}</sheets></workbook>'
        )
        relations = "".join(
            f'<Relationship Id="rId{n}" Type="{REL}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(sheets) + 1)
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'{relations}<Relationship Id="rIdS" Type="{REL}/styles" Target="styles.xml"/></Relationships>',
        )
        formats = "".join(f'<xf numFmtId="{n}"/>' for n in (0, 14, 10, 22, 164))
        archive.writestr(
            "xl/styles.xml",
            f'<styleSheet {NS}><numFmts count="1"><numFmt numFmtId="164" formatCode="0.0\\ %"/></numFmts>'
            f'<cellXfs count="5">{formats}</cellXfs></styleSheet>',
        )
        for n, rows in enumerate(sheets.values(), 1):
            archive.writestr(f"xl/worksheets/sheet{n}.xml", _sheet(rows))
    return out.getvalue()
