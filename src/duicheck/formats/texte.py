"""Any delivered file as blocks of text: every cell counts, rejected rows, unknown columns and other sheets too.

Nothing here judges a file: what cannot be opened as what it should be is read as bytes.
"""

from __future__ import annotations

import codecs
import csv
import html
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from duicheck.discretion import mask
from duicheck.formats.bloc import Bloc, Genre, Lines, Situation
from duicheck.formats.headings import shown
from duicheck.formats.pieces import BLOCK, Guarded, Gunzipped, Readable, is_utf16, latin, pieces, recoded
from duicheck.formats.rawfile import kind_of
from duicheck.formats.textetable import parquet_as_csv, rows_of, table_copy

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

__all__ = ["blocks_of_text"]

_WHOLE = 32 << 20  # bytes of an XML document taken in one block
_SHEET_CELLS = re.compile(r"xl/(?:worksheets/[^/]+\.xml|sharedStrings\.xml|styles\.xml|theme/.*)\Z")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|([/\"\\bfnrt]))")
_KEY = re.compile(r'"((?:[^"\\]|\\.){0,120})"\s*:')
_PROPERTY = re.compile(r"[a-z][a-z0-9_]*")  # a name of a program's; in a document, another key may be somebody's
_BINARY = ("ole", "pdf", "7z", "rar", "zstd", "bzip2", "xz", "image", "sqlite", "gzip")


def blocks_of_text(path: Path, workdir: Path, schema: str | None = None, *, plain: bool = False) -> Iterator[Bloc]:
    """Every text of a file, in bounded memory. Never raises for what the file holds.

    Args:
        path: where the bytes are.
        workdir: an existing folder for temporary files.
        schema: the row schema of its role, which helps to find the headings.
        plain: lines of text that are neither cells nor JSON, whatever they look like (a manifest).
    """
    try:
        if plain:
            with path.open("rb") as source:
                yield from _located(pieces(source, source.read(BLOCK)), "texte", None)
            return
        with path.open("rb") as source:
            head = source.read(4096)
            source.seek(0)
            kind = kind_of(head)
            if kind == "gzip":
                yield from _stream(Guarded(Gunzipped(source), path.stat().st_size), schema)
                return
        if kind == "zip" and zipfile.is_zipfile(path):
            yield from _archive(path, workdir, schema)
            return
        if kind == "parquet" and (copy := parquet_as_csv(path, workdir)) is not None:
            yield from table_copy(copy, schema, 0)
            return
        with path.open("rb") as source:
            yield from _stream(source, schema)
    except (EOFError, OSError):
        return  # truncated: what came before was given; the reading says what is wrong


def _stream(source: Readable, schema: str | None, part: str | None = None) -> Iterator[Bloc]:
    """The blocks of an open stream, by what its first bytes say that it is."""
    first = source.read(BLOCK)
    kind = kind_of(first[:4096])
    if kind in _BINARY or (kind == "text" and b"\0" in first[:4096] and not is_utf16(first)):
        yield from _located(pieces(source, first, str_of=latin), "binaire", part)
    elif kind == "utf16" or is_utf16(first):
        text = recoded(source, first)
        yield from rows_of(text, schema, part)
    elif kind == "json":
        yield from _located(pieces(source, first), "json", part, table=schema is not None)
    elif kind in ("xml", "rtf") or first[:64].removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<"):
        whole = first
        while len(whole) < _WHOLE and (more := source.read(BLOCK)):
            whole += more
        yield from _located(pieces(source, whole), "xml", part)
    else:
        yield from rows_of(pieces(source, first), schema, part)


def _without_escapes(text: str) -> str:
    """The text of a JSON file with its escapes read; none becomes a quote or a line end, which lay out the text."""
    if "\\" not in text:
        return text

    def read(found: re.Match[str]) -> str:
        char = chr(int(found[1], 16)) if found[1] else found[2]
        return " " if char in '"\\\n\rbfnrt' and not (found[1] and char.isalnum()) else char

    return _ESCAPE.sub(read, text)


def _without_references(text: str) -> str:
    """The text of an XML file with its character references read, line ends kept where they are."""
    if "&" not in text:
        return text
    return re.sub(r"&#?\w{1,10};", lambda found: html.unescape(found[0]).replace("\n", " ").replace("\r", " "), text)


def _located(texts: Iterator[str], genre: Genre, part: str | None, *, table: bool = False) -> Iterator[Bloc]:
    """Blocks of a text that is no table of cells: a line, and in JSON the key and the row's pointer."""
    line, braces, prefix = 1, 0, None
    for raw in texts:
        text = {"json": _without_escapes, "xml": _without_references}.get(genre, str)(raw)
        lines = Lines(text, line)
        if prefix is None:
            prefix = _row_pointer(text) if table and genre == "json" else ""
        yield Bloc(text, genre, _placer(text, genre, lines, part, prefix, braces, table=table))
        line = lines(len(text))
        if prefix:
            braces += text.count("{")


def _row_pointer(text: str) -> str:
    """How the pointer of a row of a JSON table begins: "" for NDJSON, whose rows have lines."""
    start = text.lstrip()
    if start.startswith("["):
        return "/"
    return "/lignes/" if re.match(r'\{\s*(?:"[^"]*"\s*:\s*(?:"[^"]*"|[\w.-]+)\s*,\s*)*"lignes"\s*:\s*\[', start) else ""


def _placer(  # noqa: PLR0913 -- what the text is, and where it begins
    text: str, genre: Genre, lines: Lines, part: str | None, prefix: str, braces: int, *, table: bool
) -> Callable[[int], Situation]:
    at, opened = 0, braces
    envelope = 2 if prefix == "/lignes/" else 1

    def place(offset: int) -> Situation:
        nonlocal at, opened
        line = None if genre == "binaire" or part else lines(offset)
        if genre != "json":
            return Situation(line, None, part)
        opened += text.count("{", at, offset) if offset >= at else -text.count("{", offset, at)
        at = offset
        around = text[max(0, offset - 400) : offset]
        keys = list(_KEY.finditer(around))
        key = shown(keys[-1][1]) if keys and (table or _PROPERTY.fullmatch(keys[-1][1])) else None
        if not prefix or opened < envelope:
            return Situation(line, key, part)
        row = f"{prefix}{opened - envelope}"
        return Situation(line, key, row if key is None else f"{row}/{key.replace('~', '~0').replace('/', '~1')}")

    return place


# -- archives and workbooks ------------------------------------------------------------------------------


def _archive(path: Path, workdir: Path, schema: str | None) -> Iterator[Bloc]:
    """A workbook by its cells and its other parts; any other archive by its members."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            workbook = any(name.startswith("xl/") for name in names)
            by_cell = False
            if workbook:
                for bloc in _sheets(path, workdir, schema):
                    by_cell = True
                    yield bloc
            for name in names:
                if by_cell and _SHEET_CELLS.match(name):
                    continue
                if not workbook:
                    yield Bloc(name, "texte", _at("(nom d'un membre de l'archive)"))
                with archive.open(name) as member:
                    guarded = Guarded(member, path.stat().st_size)
                    yield from _stream(guarded, None, mask(name))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, UnicodeError):
        with path.open("rb") as source:
            yield from _located(pieces(source, source.read(BLOCK), str_of=latin), "binaire", None)


def _at(pointer: str) -> Callable[[int], Situation]:
    """The same place for every character of a name."""
    return lambda _: Situation(pointer=pointer)


def _sheets(path: Path, workdir: Path, schema: str | None) -> Iterator[Bloc]:
    """Every sheet of a workbook, rows as records: the line is the row of the sheet."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 -- heavy, seldom needed

    try:
        book = CalamineWorkbook.from_path(str(path))
        for number, meta in enumerate(book.sheets_metadata, 1):
            yield Bloc(meta.name, "texte", _at(f"(nom de la feuille {number})"))
            if not str(meta.typ).endswith("WorkSheet"):
                continue
            sheet = book.get_sheet_by_name(meta.name)
            if sheet.start is None:
                continue
            target = workdir / "texte-feuille.csv"
            with target.open("w", encoding="utf-8", newline="") as sink:
                csv.writer(sink, lineterminator="\n").writerows(_cells(sheet))
            yield from table_copy(target, schema, sheet.start[0] + 1, f"feuille {number}")
    except (CalamineError, OSError, ValueError):
        return


def _cells(sheet: CalamineSheet) -> Iterator[list[str]]:
    for row in sheet.iter_rows():
        yield [_written(value) for value in row]


def _written(value: object) -> str:
    """A native cell as text on one line; a number as a person reads it."""
    if isinstance(value, float):
        return format(value, ".0f") if value.is_integer() and abs(value) < 1e16 else repr(value)  # noqa: PLR2004
    return re.sub(r"[\r\n]+", " ", str(value))
