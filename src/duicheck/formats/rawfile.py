"""From a file as it was delivered to plain UTF-8 text on disk, or the reason why there is none."""

from __future__ import annotations

import codecs
import gzip
import re
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from duicheck.formats.problems import UnreadableFile

__all__ = ["BLOCK", "kind_of", "nameable", "plain_text", "unzipped"]

BLOCK = 4 << 20
"""Bytes read at a time."""

_LARGEST = 64 << 30  # bytes: no delivery is larger; beyond, it is an attack or a mistake
_SUSPECT_FROM = 64 << 20  # bytes out of a compressed file before its ratio says anything
_LARGEST_RATIO = 250  # logs compress 5 to 30 times; a bomb 1,000 times

_MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PAR1", "parquet"),
    (b"\x1f\x8b", "gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"%PDF", "pdf"),
    (b"\xff\xfe", "utf16"),
    (b"\xfe\xff", "utf16"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "rar"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"{\\rtf", "rtf"),
    (b"SQLite format 3", "sqlite"),
)


def kind_of(head: bytes) -> str:
    """What the first bytes of a file say that it is; `text` when they say nothing."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if start[:1] in (b"[", b"{"):
        return "json"
    if start[:5].lower() in (b"<?xml", b"<html", b"<!doc"):
        return "xml"
    return "text"


def unzipped(path: Path, workdir: Path) -> Path:
    """The content of a gzip file, in a new file of `workdir`.

    Raises:
        UnreadableFile: truncated, damaged, or swelling like a bomb.
    """
    target = workdir / "decompresse.txt"
    size = path.stat().st_size
    written = 0
    try:
        with gzip.open(path, "rb") as source, target.open("wb") as sink:
            while block := source.read(BLOCK):
                written += len(block)
                if written > _LARGEST or (written > _SUSPECT_FROM and written > _LARGEST_RATIO * size):
                    message = (
                        f"archive gzip suspecte : elle dépasse {_LARGEST_RATIO} fois sa taille une fois décompressée"
                    )
                    raise UnreadableFile(message)
                sink.write(block)
    except EOFError as error:
        message = "fichier gzip tronqué : la fin manque"
        raise UnreadableFile(message) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        message = "fichier gzip endommagé : il ne se décompresse pas"
        raise UnreadableFile(message) from error
    return target


def blocks_of(source: BinaryIO) -> Iterator[bytes]:
    """The rest of an open file, block by block."""
    while block := source.read(BLOCK):
        yield block


_NAMES = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "cp1252": "cp1252",
    "latin-1": "latin-1",
    "iso8859-1": "latin-1",
    "iso8859-15": "iso8859-15",
}
_SEQUENCE = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_ASCII = bytes(range(0x80))
_ENOUGH = 10_000  # accented characters that settle whether a text is meant as UTF-8
_C1 = re.compile(rb"[\x80-\x9f]")
_HOLES_OF_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_EURO_OR_LIGATURE = re.compile(rb"[\xa4\xbc\xbd]")


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as source:
            for block in blocks_of(source):
                if decoder.getstate()[0] or not block.isascii():
                    decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _survey(path: Path) -> str:
    """The encoding of a text, from all its bytes.

    A text with more well-formed UTF-8 sequences than other high bytes is UTF-8 with faults: its rows say where.

    Raises:
        UnreadableFile: none of our encodings has all these bytes.
    """
    if _is_utf8(path):
        return "utf-8"
    sequences = high = 0
    seen: set[int] = set()
    with path.open("rb") as source:
        for block in blocks_of(source):
            beyond = block.translate(None, _ASCII)
            seen.update(beyond)
            if high + sequences < _ENOUGH:
                found = _SEQUENCE.findall(block)
                sequences += len(found)
                high += len(beyond) - sum(map(len, found))
    if sequences > high:
        return "utf-8"
    marks = bytes(sorted(seen))
    if _HOLES_OF_CP1252.search(marks):
        message = "octets indécodables : ni UTF-8, ni cp1252, ni latin-1, ni iso-8859-15"
        raise UnreadableFile(message)
    if not _C1.search(marks) and _EURO_OR_LIGATURE.search(marks):
        return "iso8859-15"
    return "cp1252"


def nameable(path: Path, workdir: Path) -> Path:
    """The file, or a copy of it in `workdir`, by a path that DuckDB can be told: its names are UTF-8.

    Python holds a name that its locale cannot decode in characters that no other program understands.
    """
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return Path(shutil.copyfile(path, workdir / "copie"))
    return path


def plain_text(path: Path, encoding: str | None, workdir: Path) -> Path:
    """The same text in UTF-8: the file itself where it is already, else a copy in `workdir`.

    Raises:
        UnreadableFile: the encoding is not one of ours, or the bytes are not of that encoding.
    """
    if encoding is None:
        name = _survey(path)
    else:
        try:
            name = _NAMES[codecs.lookup(encoding).name]
        except (LookupError, KeyError) as error:
            message = f"encodage « {encoding} » inconnu ; attendu : utf-8, cp1252, latin-1 ou iso-8859-15"
            raise UnreadableFile(message) from error
    if name == "utf-8":
        return path
    target = workdir / "transcode.txt"
    decoder = codecs.getincrementaldecoder(name)()
    line = 1
    try:
        with path.open("rb") as source, target.open("wb") as sink:
            for block in blocks_of(source):
                sink.write(decoder.decode(block).encode("utf-8"))
                line += block.count(b"\n")
    except UnicodeDecodeError as error:
        message = f"octet qui n'existe pas en {name}"
        raise UnreadableFile(message, line + bytes(error.object[: error.start]).count(b"\n")) from error
    return target
