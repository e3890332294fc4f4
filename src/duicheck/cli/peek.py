"""A look at the beginning of a file: enough to tell what it is, whatever its size."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from duicheck.formats.dialect import SEPARATORS, cut_sample
from duicheck.formats.rawfile import kind_of
from duicheck.langue import N_

__all__ = ["Glimpse", "peek"]

SAMPLE: Final = 1 << 18
"""Bytes looked at."""

ROWS: Final = 20

_REFUSED: Final = {
    "ole": "classeur Excel 97-2003 ou protégé : à enregistrer en .xlsx, sans mot de passe",
    "pdf": N_("document PDF"),
    "utf16": "texte en UTF-16 : à enregistrer en UTF-8",
    "image": N_("image"),
    "rtf": N_("document RTF"),
    "sqlite": "base de données SQLite : à exporter en CSV",
    "7z": "archive 7z : à décompresser",
    "rar": "archive RAR : à décompresser",
    "zstd": "archive zstd : à décompresser",
    "bzip2": "archive bzip2 : à décompresser",
    "xz": "archive xz : à décompresser",
}


_MARKED: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<(?:[0-9]{1,3}>1 |[A-Za-z])|\x0b?(?:MSH|FHS|BHS)[|^])")
"""XML without a declaration, a syslog line (RFC 5424), or an HL7 v2 message or batch."""

_RESOURCE: Final = re.compile(r'"resourceType"\s*:\s*"(?:Bundle|DocumentReference)"')


class Glimpse(Struct, frozen=True):
    """What the beginning of a file holds.

    `tables` are possible readings of it as rows of text, headings among the first; `keys` the properties of
    a JSON document; `root` the start of an XML one. `refused` is the French reason why it cannot be used.
    """

    tables: Sequence[Sequence[Sequence[str]]] = ()
    keys: frozenset[str] = frozenset()
    root: str = ""
    refused: str | None = None


def peek(path: Path) -> Glimpse:  # noqa: PLR0911 -- one per kind of file
    """Look at a file; one that cannot be read gives the reason, never an exception."""
    try:
        head, whole = _head(path)
    except (OSError, EOFError, zlib.error):
        return Glimpse(refused="fichier qui ne s'ouvre pas")
    kind = kind_of(head)
    if not head.strip():
        return Glimpse(refused="fichier vide")
    if kind in _REFUSED:
        return Glimpse(refused=_REFUSED[kind])
    if kind == "zip":
        return _workbook(path)
    if kind == "parquet":
        return _parquet(path)
    if kind == "json":
        return _json(head)
    if kind == "xml" or _MARKED.match(head):
        return Glimpse(root=head[:4096].decode("utf-8", "replace"))
    if b"\0" in head:
        return Glimpse(refused="fichier binaire")
    return Glimpse(tables=_texts(head, last=whole))


def _head(path: Path) -> tuple[bytes, bool]:
    """The first bytes, decompressed, and whether they are all."""
    with path.open("rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
    with gzip.open(path, "rb") if zipped else path.open("rb") as source:
        head = source.read(SAMPLE + 1)
    return head[:SAMPLE], len(head) <= SAMPLE


def _texts(head: bytes, *, last: bool) -> list[list[list[str]]]:
    """The first records under each separator that cuts them at all."""
    head = head.removeprefix(b"\xef\xbb\xbf")
    tables = []
    for separator in SEPARATORS:
        records = cut_sample(head, separator.encode(), ROWS, last=last)
        rows = [[_decoded(cell) for cell in record.cells] for _, record in records]
        if any(len(row) > 1 for row in rows):
            tables.append(rows)
    return tables


def _decoded(cell: bytes) -> str:
    try:
        return cell.decode("utf-8")
    except UnicodeDecodeError:
        return cell.decode("cp1252", "replace")


def _workbook(path: Path) -> Glimpse:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 -- seldom needed

    try:
        book = CalamineWorkbook.from_path(path)
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
        rows = [sheet.to_python(nrows=ROWS) for sheet in sheets]
    except Exception:  # noqa: BLE001 -- the reader of a damaged file raises many types
        return Glimpse(refused="archive ou classeur qui ne s'ouvre pas comme un tableau XLSX")
    return Glimpse(tables=[[[str(cell) for cell in row] for row in sheet] for sheet in rows])


def _parquet(path: Path) -> Glimpse:
    import duckdb  # noqa: PLC0415 -- seldom needed here

    try:
        with duckdb.connect() as connection:
            found = connection.execute("SELECT name FROM parquet_schema(?)", [str(path)]).fetchall()
    except duckdb.Error:
        return Glimpse(refused="fichier Parquet qui ne s'ouvre pas")
    return Glimpse(tables=[[[str(name) for (name,) in found[1:]]]])


def _json(head: bytes) -> Glimpse:
    """The keys of the first object, and of the first row of an array."""
    text = head.decode("utf-8-sig", "replace")
    start = text.find("{")
    document = _first_object(text, start)
    if document is None and _RESOURCE.search(text, 0, 4096):
        return Glimpse(keys=frozenset({"resourceType"}))
    if document is None:  # longer than the sample: its keys are those of the first row, or unknown
        inner = _first_object(text, text.find("{", start + 1))
        return Glimpse(
            tables=[[list(inner)]] if inner else [], refused=None if inner else N_("document JSON illisible")
        )
    rows = document.get("lignes")
    if isinstance(rows, list) and rows and isinstance(rows[0], dict):
        return Glimpse(tables=[[list(rows[0])]])
    return Glimpse(tables=[[list(document)]], keys=frozenset(document))


def _first_object(text: str, start: int) -> dict[str, Any] | None:
    if start < 0:
        return None
    try:
        value, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
