"""Unpacking a delivered zip without trusting it."""

from __future__ import annotations

import stat
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from msgspec import Struct

from duicheck.errors import DeliveryError

__all__ = ["Bounds", "is_delivery_zip", "unpack"]

MAX_FILES = 10_000
MAX_BYTES = 64 * 2**30
MAX_RATIO = 200  # a log of events compresses about 10 to 1; a bomb, 1,000 to 1
RATIO_FROM = 16 * 2**20  # below this size a great ratio harms nobody
CHUNK = 2**20


class Bounds(Struct, frozen=True):
    """How much an archive may hold: a number of files, and bytes once open."""

    files: int
    octets: int


def is_delivery_zip(path: Path) -> bool:
    """Whether the file is a zip other than a spreadsheet (XLSX files are zips too)."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return "[Content_Types].xml" not in archive.namelist()


def unpack(
    path: Path,
    folder: Path,
    *,
    bounds: Bounds | None = None,
    wanted: Callable[[PurePosixPath], bool] | None = None,
) -> None:
    """Unpack an archive into a folder of ours.

    Args:
        path: the archive.
        folder: where it goes.
        bounds: what it may hold; by default, what a delivery may.
        wanted: which files are written; every name is judged, whatever becomes of the file.

    Raises:
        DeliveryError: damaged, encrypted, bomb, or a name that leaves the folder; each in its own words.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            targets = _inspect(path, members, bounds or Bounds(MAX_FILES, MAX_BYTES))
            for member, target in zip(members, targets, strict=True):
                if wanted is not None and not wanted(target):
                    continue
                _extract(archive, member, folder / target, path)
    except DeliveryError:
        raise
    except OSError as error:
        message = f"{path.name} : l'archive ne peut pas être ouverte ({error.strerror or 'données illisibles'})"
        raise DeliveryError(message) from None
    except Exception as error:  # noqa: BLE001 -- zipfile raises a dozen types on damaged bytes
        message = f"{path.name} : archive zip endommagée ou tronquée ({type(error).__name__}) ; refaites l'archive"
        raise DeliveryError(message) from None


def _inspect(path: Path, members: list[zipfile.ZipInfo], bounds: Bounds) -> list[PurePosixPath]:
    """Refuse what can be refused from the archive's own directory; say where each member goes."""
    name = path.name
    if len(members) > bounds.files:
        message = f"{name} : {len(members)} fichiers dans l'archive, {bounds.files} au plus"
        raise DeliveryError(message)
    total = sum(member.file_size for member in members)
    if total > bounds.octets:
        message = f"{name} : l'archive annonce plus de {bounds.octets // 2**30} Gio une fois ouverte"
        raise DeliveryError(message)
    # Members may share the same compressed bytes: only the whole against the file's size tells.
    if total > RATIO_FROM and total > MAX_RATIO * path.stat().st_size:
        raise _bomb(name)
    targets = [_target(name, member) for member in members]
    seen = {str(target).casefold() for target in targets}
    folders = {str(parent).casefold() for target in targets for parent in target.parents}
    if len(seen) < len(targets) or seen & folders:
        message = f"{name} : deux fichiers de l'archive portent le même nom"
        raise DeliveryError(message)
    return targets


def _target(name: str, member: zipfile.ZipInfo) -> PurePosixPath:
    """Where a member goes, below our folder."""
    # macOS writes accents apart from their letters; manifests, and everybody else, do not.
    target = PurePosixPath(unicodedata.normalize("NFC", member.filename.replace("\\", "/")))
    if not target.parts or target.is_absolute() or ".." in target.parts or ":" in member.filename:
        message = f"{name} : un nom de fichier sort du dossier de l'archive ; refaites l'archive"
        raise DeliveryError(message)
    if stat.S_ISLNK(member.external_attr >> 16):
        message = f"{name} : l'archive contient un lien symbolique ; remplacez-le par le fichier"
        raise DeliveryError(message)
    if member.flag_bits & 1:
        message = f"{name} : l'archive est chiffrée ; remettez-la sans mot de passe"
        raise DeliveryError(message)
    return target


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, path: Path) -> None:
    """Copy one member, counting the bytes that really come out: the directory may lie."""
    target.parent.mkdir(parents=True, exist_ok=True)
    packed = max(1, min(member.compress_size, path.stat().st_size))
    written = 0
    with archive.open(member) as source, target.open("wb") as sink:
        while block := source.read(CHUNK):
            written += len(block)
            if written > RATIO_FROM and written > MAX_RATIO * packed:
                raise _bomb(path.name)
            sink.write(block)


def _bomb(name: str) -> DeliveryError:
    return DeliveryError(f"{name} : l'archive se déploie plus de {MAX_RATIO} fois ; elle est refusée (bombe zip)")
