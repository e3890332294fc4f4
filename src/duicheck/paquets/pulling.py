"""Fetching a pack and installing it; held against what it was the last time."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from duicheck.errors import PackError
from duicheck.model import SOLUTIONS, Paquet
from duicheck.paquets.adding import Origin, add
from duicheck.paquets.addresses import checked, file_name
from duicheck.paquets.download import Limits, fetch
from duicheck.paquets.lock import read_lock
from duicheck.paquets.solutions import SUFFIXES

__all__ = ["LIST_LIMITS", "pull"]

LIST_LIMITS: Final = Limits(size=64 * 2**20, total=600.0)
"""A list of solutions has some hundreds of rows."""

_FOLDER: Final = ".telechargements"
_SHA256: Final = re.compile(r"[0-9a-fA-F]{64}")


def pull(  # noqa: PLR0913 -- by keyword
    url: str,
    home: Path,
    *,
    solutions: bool = False,
    name: str | None = None,
    sha256: str | None = None,
    limits: Limits | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Paquet:
    """Fetch a pack and install it.

    Args:
        url: where it is, by https.
        home: the folder of the packs.
        solutions: a list of solutions, and not an archive.
        name: as for `add`.
        sha256: the digest that the file must have. Without it an archive that was fetched from there before must be
            the same; a list of solutions is expected to change.
        limits: how much is enough.
        progress: called as bytes arrive.

    Raises:
        PackError: each failure in its own words; what was installed before stays.
    """
    if sha256 is not None and not _SHA256.fullmatch(sha256):
        message = "--sha256 : il faut les 64 chiffres hexadécimaux d'une empreinte SHA-256"
        raise PackError(message)
    url = checked(url)
    pinned = None if solutions or sha256 is not None else _pinned(home, url)
    limits = limits or (LIST_LIMITS if solutions else Limits())
    folder = home / _FOLDER
    try:
        arrived = fetch(url, folder, expected=sha256 or pinned, limits=limits, progress=progress)
    except PackError as error:
        if pinned is None or pinned not in str(error):
            raise
        message = f"{error} ; si l'éditeur l'a vraiment changé, donnez la nouvelle empreinte : --sha256"
        raise PackError(message) from None
    except OSError as error:
        message = f"{home} : ce dossier de paquets ne peut pas être écrit ({error.strerror})"
        raise PackError(message) from None
    named = arrived.with_suffix(_suffix(arrived, url) if solutions else ".zip")
    try:
        arrived.replace(named)
        return add(named, home, name=name or (SOLUTIONS if solutions else None), origin=Origin(url, file_name(url)))
    except PackError as error:
        raise PackError(str(error).replace(named.name, file_name(url))) from None
    finally:
        named.unlink(missing_ok=True)
        if folder.is_dir() and not any(folder.iterdir()):
            shutil.rmtree(folder, ignore_errors=True)


def _pinned(home: Path, url: str) -> str | None:
    """The digest of what came from that address before."""
    return next((each.archive for each in reversed(read_lock(home)) if each.url == url), None)


def _suffix(path: Path, url: str) -> str:
    """What kind of table came: told by its bytes, failing that by the address."""
    with path.open("rb") as source:
        head = source.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<"):
        path.unlink()
        message = f"{file_name(url)} : l'adresse donne une page web, pas une liste (CSV, XLSX ou JSON)"
        raise PackError(message)
    if head.startswith(b"PK\x03\x04"):
        return ".xlsx"
    if head.startswith((b"[", b"{")):
        return ".json"
    said = Path(file_name(url)).suffix.lower()
    return said if said in SUFFIXES - {".xlsx", ".json"} else ".csv"
