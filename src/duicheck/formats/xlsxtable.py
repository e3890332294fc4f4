"""Reading a spreadsheet: its cells as a CSV file of ours, then the same sieve."""

from __future__ import annotations

import csv
import itertools
import re
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from msgspec import Struct
from msgspec.structs import replace

from duicheck.formats.csvtable import Outcome, Request, read_csv
from duicheck.formats.headings import Found, column_named, find_headings
from duicheck.formats.places import Places
from duicheck.formats.plan import plan_of
from duicheck.formats.problems import EMPTY_FILE, Problem, UnreadableFile

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

__all__ = ["is_workbook", "read_xlsx"]

_LARGEST = 4 << 30  # bytes once unzipped
_SUSPECT_FROM = 64 << 20
_LARGEST_RATIO = 250
_TITLES = 30  # rows among which the headings are looked for
_PERCENT_FORMATS = frozenset({9, 10})  # built-in number formats 0 % and 0,00 % (ECMA-376 §18.8.30)
_ORIGIN, _ORIGIN_1904 = date(1899, 12, 30), date(1904, 1, 1)  # of day numbers (ECMA-376 §18.17.4.1)
_FIRST_DAY, _LAST_DAY = 61, 2_958_465  # from where 1900 is rightly no leap year, to 31 December 9999
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def is_workbook(path: Path) -> bool:
    """Whether a zip archive is a spreadsheet in Office Open XML.

    Raises:
        UnreadableFile: the archive is damaged, swells like a bomb, or holds something else that we can name.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            total = sum(each.file_size for each in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        message = "archive zip ou classeur endommagé : il ne s'ouvre pas (fichier tronqué ?)"
        raise UnreadableFile(message) from error
    if total > _LARGEST or (total > _SUSPECT_FROM and total > _LARGEST_RATIO * path.stat().st_size):
        message = f"classeur suspect : son contenu dépasse {_LARGEST_RATIO} fois sa taille une fois décompressé"
        raise UnreadableFile(message)
    if "[Content_Types].xml" in names:
        if any(name.startswith("xl/") for name in names):
            return True
        message = "document Office qui n'est pas un classeur"
        raise UnreadableFile(message)
    if "mimetype" in names:
        message = "document OpenDocument (.ods, .odt) : enregistrez-le en .xlsx ou en CSV"
        raise UnreadableFile(message)
    return False


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[int]:
    """The cell styles that show a number as a percentage."""
    try:
        root = ET.fromstring(archive.read("xl/styles.xml"))  # noqa: S314 -- expat bounds entity expansion
    except KeyError:
        return frozenset()
    custom = {
        int(each.get("numFmtId", "-1"))
        for each in root.iter(f"{_MAIN}numFmt")
        if "%" in re.sub(r'"[^"]*"|\\.', "", each.get("formatCode", ""))
    }
    cells = root.find(f"{_MAIN}cellXfs")
    formats = [int(each.get("numFmtId", "0")) for each in cells] if cells is not None else []
    return frozenset(rank for rank, each in enumerate(formats) if each in _PERCENT_FORMATS | custom)


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The path of a sheet's XML inside the workbook."""
    book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    relations = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    for each in book.iter(f"{_MAIN}sheet"):
        if each.get("name") == sheet:
            target = targets.get(each.get(_RELATION), "")
            return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
    return None


def _percent_cells(path: Path, sheet: str) -> frozenset[str]:
    """The references (`G12`) of the cells that show a percentage: 0.7368 there means 73.68 %."""
    try:
        with zipfile.ZipFile(path) as archive:
            styles = _percent_styles(archive)
            part = _part_of(archive, sheet)
            if not styles or part is None:
                return frozenset()
            found = set()
            with archive.open(part) as source:
                for _, element in ET.iterparse(source):  # noqa: S314
                    if element.tag == f"{_MAIN}c" and int(element.get("s", "0")) in styles:
                        found.add(element.get("r", ""))
                    elif element.tag == f"{_MAIN}row":
                        element.clear()
            return frozenset(found)
    except (KeyError, ValueError, ET.ParseError) as error:
        message = "classeur endommagé : ses styles ne se lisent pas"
        raise UnreadableFile(message) from error


def _reference(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def _written(value: Any, *, percent: bool) -> str:  # noqa: ANN401 -- one line per native type
    """A native cell as the text that says the same."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        number = Decimal(format(value, ".15g"))  # what a spreadsheet shows at most; 0.1 + 0.2 is 0.3
        if percent:
            return f"{(number * 100).normalize():f}%"
        return f"{number.normalize():f}" if number != number.to_integral() else f"{number:.0f}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _rows(
    sheet: CalamineSheet, start: tuple[int, int], percents: frozenset[str] = frozenset(), days: _Days | None = None
) -> Iterable[list[str]]:
    for number, row in enumerate(sheet.iter_rows(), start[0] + 1):
        yield [
            _written(
                value if days is None else days.of(value, number - start[0] - 1, position),
                percent=bool(percents) and _reference(number, start[1] + position) in percents,
            )
            for position, value in enumerate(row)
        ]


class _Days(Struct, frozen=True):
    """The columns of dates, below their headings: a bare number there counts days from the workbook's origin."""

    titles: int
    columns: frozenset[int]
    origin: date

    def of(self, value: Any, rank: int, position: int) -> Any:  # noqa: ANN401 -- any native cell
        """The day that a number means in such a column; any other value as it is."""
        if rank <= self.titles or position not in self.columns or isinstance(value, bool):
            return value
        if not isinstance(value, int | float) or value != int(value) or not _FIRST_DAY <= value <= _LAST_DAY:
            return value
        return self.origin + timedelta(days=int(value))


def _days(path: Path, found: Found, request: Request) -> _Days:
    """Which columns are of dates, under the headings that were found."""
    columns = (column_named(cell, request.schema, request.columns) for cell in found.cells)
    dated = frozenset(
        position for position, column in enumerate(columns) if column and column.schema.get("format") == "date"
    )
    try:
        with zipfile.ZipFile(path) as archive:
            book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 -- expat bounds entity expansion
    except (KeyError, ET.ParseError) as error:
        message = "classeur endommagé : ses propriétés ne se lisent pas"
        raise UnreadableFile(message) from error
    properties = book.find(f"{_MAIN}workbookPr")
    old_mac = properties is not None and properties.get("date1904", "0") in {"1", "true"}
    return _Days(found.last, dated, _ORIGIN_1904 if old_mac else _ORIGIN)


def _chosen(sheets: Iterable[tuple[str, CalamineSheet]], request: Request) -> tuple[str, Found] | None:
    """The sheet whose headings are ours, and where they are; a model of it that nobody filled does not count.

    Raises:
        UnreadableFile: two sheets have them alike.
    """
    known: list[tuple[Found, str, bool]] = []
    for name, sheet in sheets:
        if sheet.start is not None:
            rows = list(itertools.islice(_rows(sheet, sheet.start), _TITLES))
            found = find_headings(rows, request.schema, request.columns)
            known.append((found, name, any("".join(row).strip() for row in rows[found.last + 1 :])))
    if not known:
        return None
    most = max(found.score for found, _, _ in known)
    best = [each for each in known if each[0].score == most]
    best = [each for each in best if each[2]] or best
    if most and len(best) > 1:
        listed = ", ".join(f"« {name} »" for _, name, _ in best)
        message = f"plusieurs feuilles ont ces titres ({listed}) : n'en laissez qu'une"
        raise UnreadableFile(message)
    return best[0][1], best[0][0]


def read_xlsx(path: Path, request: Request) -> Outcome:
    """Sort and load the sheet whose headings are ours.

    Raises:
        UnreadableFile: nothing in it can be used.
    """
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 -- heavy, seldom needed

    try:
        book = CalamineWorkbook.from_path(str(path))
        # Sheets of charts or macros cannot be read as cells.
        sheets = {}
        for each in book.sheets_metadata:
            if str(each.typ).endswith("WorkSheet"):
                sheets[each.name] = book.get_sheet_by_name(each.name)
        chosen = _chosen(sheets.items(), request)
        if chosen is None:
            if not sheets:
                message = "classeur sans feuille de calcul"
                raise UnreadableFile(message)  # noqa: TRY301 -- passed on below
            request.on_problem(Problem(EMPTY_FILE, facts={"cause": "toutes les feuilles du classeur sont vides"}))
            return Outcome(Places(), 0, frozenset(), readable=False)
        name, found = chosen
        sheet = sheets[name]
        start = sheet.start or (0, 0)
        rates = any(column.schema.get("x-unite") == "%" for column in plan_of(request.schema).columns)
        percents = _percent_cells(path, name) if rates else frozenset()
        target = request.workdir / "feuille.csv"
        with target.open("w", encoding="utf-8", newline="") as sink:
            csv.writer(sink, lineterminator="\n").writerows(_rows(sheet, start, percents, _days(path, found, request)))
    except UnreadableFile:
        raise
    except (CalamineError, OSError, ValueError) as error:
        message = "classeur illisible : endommagé, tronqué ou protégé par un mot de passe"
        raise UnreadableFile(message) from error
    outcome = read_csv(target, replace(request, separator=","), by_record=True, first_line=start[0] + 1)
    return replace(outcome, sheet=name)
