"""Digests of files and of sets of files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from duicheck.model import FichierPaquet

__all__ = ["digest", "digest_of_set", "of_file"]


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def of_file(folder: Path, chemin: str) -> FichierPaquet:
    """What the lock file says of one file below a folder."""
    path = folder / chemin
    return FichierPaquet(chemin, digest(path), path.stat().st_size)


def digest_of_set(files: Iterable[tuple[str, str]]) -> str:
    """The SHA-256 of the sorted lines "path NUL sha256": the same files give the same digest, wherever they lie."""
    lines = sorted(f"{chemin}\0{sha256}\n" for chemin, sha256 in files)
    return hashlib.sha256("".join(lines).encode("utf-8")).hexdigest()
