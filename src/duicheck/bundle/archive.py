"""Unpacking a delivered zip without trusting it."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from duicheck.errors import DeliveryError

__all__ = ["is_delivery_zip", "unpack"]

MAX_FILES = 10_000
MAX_BYTES = 64 * 2**30
MAX_RATIO = 200  # a log of events compresses about 10 to 1; a bomb, 1,000 to 1
RATIO_FROM = 16 * 2**20  # below this size a great ratio harms nobody
CHUNK = 2**20


def is_delivery_zip(path: Path) -> bool:
    """Whether the file is a zip other than a spreadsheet (XLSX files are zips too)."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return "[Content_Types].xml" not in archive.namelist()


def unpack(path: Path, folder: Path) -> None:
    """Unpack an archive into a folder of ours.

    Raises:
        DeliveryError: damaged, encrypted, bomb, or a name that leaves the folder; each in its own words.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _inspect(path.name, members)
            for member in members:
                _extract(archive, member, folder, path.name)
    except zipfile.BadZipFile:
        message = f"{path.name} : archive zip endommagée ou tronquée ; refaites l'archive"
        raise DeliveryError(message) from None


def _inspect(name: str, members: list[zipfile.ZipInfo]) -> None:
    """Refuse what can be refused from the archive's own directory."""
    if len(members) > MAX_FILES:
        message = f"{name} : {len(members)} fichiers dans l'archive, {MAX_FILES} au plus"
        raise DeliveryError(message)
    if sum(member.file_size for member in members) > MAX_BYTES:
        message = f"{name} : l'archive annonce plus de {MAX_BYTES // 2**30} Gio une fois ouverte"
        raise DeliveryError(message)
    seen: set[str] = set()
    for member in members:
        parts = PurePosixPath(member.filename.replace("\\", "/")).parts
        if not parts or parts[0] == "/" or ".." in parts or ":" in parts[0]:
            message = f"{name} : un nom de fichier sort du dossier de l'archive ; refaites l'archive"
            raise DeliveryError(message)
        if stat.S_ISLNK(member.external_attr >> 16):
            message = f"{name} : l'archive contient un lien symbolique ; remplacez-le par le fichier"
            raise DeliveryError(message)
        if member.flag_bits & 1:
            message = f"{name} : l'archive est chiffrée ; remettez-la sans mot de passe"
            raise DeliveryError(message)
        if member.filename.casefold() in seen:
            message = f"{name} : deux fichiers de l'archive portent le même nom"
            raise DeliveryError(message)
        seen.add(member.filename.casefold())


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, name: str) -> None:
    """Copy one member, counting the bytes that really come out: the directory may lie."""
    target = folder.joinpath(*PurePosixPath(member.filename.replace("\\", "/")).parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    try:
        with archive.open(member) as source, target.open("wb") as sink:
            while block := source.read(CHUNK):
                written += len(block)
                if written > RATIO_FROM and written > MAX_RATIO * max(1, member.compress_size):
                    message = f"{name} : l'archive se déploie plus de {MAX_RATIO} fois ; elle est refusée (bombe zip)"
                    raise DeliveryError(message)
                sink.write(block)
    except (zlib.error, EOFError, NotImplementedError) as error:
        message = f"{name} : un fichier de l'archive ne s'ouvre pas ({type(error).__name__}) ; refaites l'archive"
        raise DeliveryError(message) from None
