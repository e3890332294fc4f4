"""Bringing the catalogues of a checkout up to date, or saying what they lack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from duicheck.docs.catalogue import pofile
from duicheck.docs.catalogue.sources import all_messages

__all__ = ["stale_catalogues", "untranslated", "write_catalogues"]


def stale_catalogues(root: Path) -> list[Path]:
    """The files of catalogues that are not what the code and their translations give, byte for byte."""
    return [path for path, content in _wanted(root) if not path.is_file() or path.read_bytes() != content]


def write_catalogues(root: Path) -> list[Path]:
    """Write the stale files and return them."""
    found = []
    for path, content in _wanted(root):
        if not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)
            found.append(path)
    return found


def untranslated(root: Path) -> Iterator[str]:
    """What is wrong with the translations of a checkout, one line each."""
    for language in pofile.languages(root):
        known = pofile.read(_path(root, language, "po").read_bytes(), language)
        yield from (f"{language}: {fault}" for fault in pofile.defects(pofile.merged(all_messages(), known), language))


def _wanted(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file of a catalogue, with what it must hold."""
    for language in pofile.languages(root):
        path = _path(root, language, "po")
        pairs = pofile.merged(all_messages(), pofile.read(path.read_bytes(), language))
        yield path, pofile.written(pairs, language)
        yield _path(root, language, "mo"), pofile.compiled(pairs, language)


def _path(root: Path, language: str, suffix: str) -> Path:
    return root / pofile.FOLDER / language / "LC_MESSAGES" / f"{pofile.NAME}.{suffix}"
