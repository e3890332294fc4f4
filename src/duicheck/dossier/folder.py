"""The folder to upload by hand: the pieces under plain names, an index, what is missing, the checklist and the report.

Written beside under another name, then renamed: there is never half a folder. Nothing is sent anywhere.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from duicheck.dossier.listing import index_csv, readme
from duicheck.dossier.words import lines_of
from duicheck.errors import DeliveryError, UsageError

__all__ = ["PIECES", "check_place", "prepare"]

Json = Mapping[str, Any]

PIECES: Final = "pieces"
"""The folder, in the folder, of what is to be uploaded: nothing else is."""

_BLOCK: Final = 1 << 20


def check_place(target: Path, delivery: Path) -> Path:
    """The place of the folder, made absolute, before anything long is done.

    Raises:
        UsageError: something is there already, there is no folder to put it in, or it would be in the delivery.
    """
    place = target.resolve()
    if place.exists() and not (place.is_dir() and not any(place.iterdir())):
        message = f"--preparer : {target} existe déjà et n'est pas vide ; rien n'y est écrit, donnez un autre nom"
        raise UsageError(message)
    if not place.parent.is_dir():
        message = f"--preparer : le dossier {target.parent} n'existe pas"
        raise UsageError(message)
    if delivery.is_dir() and place.is_relative_to(delivery.resolve()):
        message = f"--preparer : {target} serait dans la livraison, et la changerait ; donnez un dossier à côté"
        raise UsageError(message)
    return place


def prepare(place: Path, dossier: Json, sources: Mapping[str, Path], beside: Mapping[str, bytes]) -> int:
    """Write the folder; how many pieces it holds.

    Args:
        place: where, as `check_place` gave it.
        dossier: the checklist, whose lines name the pieces to copy.
        sources: where the bytes of each file of the delivery are, by its path in the delivery.
        beside: what else goes in, by name: the checklist and the report as people read them.

    Raises:
        DeliveryError: a piece is no longer the one that was checked.
        UsageError: the folder cannot be written.
    """
    draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}.tmp")
    try:
        count = _write(draft, dossier, sources, beside)
        if place.is_dir():  # empty, as it was checked: Windows does not rename over a folder
            place.rmdir()
        draft.rename(place)
    except OSError as error:
        message = f"--preparer : {place} ne peut pas être écrit ({error.strerror})"
        raise UsageError(message) from None
    finally:
        with suppress(OSError):
            shutil.rmtree(draft)
    return count


def _write(draft: Path, dossier: Json, sources: Mapping[str, Path], beside: Mapping[str, bytes]) -> int:
    (draft / PIECES).mkdir(parents=True)
    files = [file for line in lines_of(dossier) for file in line["fichiers"]]
    for file in files:
        _copy(sources[file["chemin"]], draft / PIECES / file["nom"], file)
    for name, content in {"LISEZMOI.txt": readme(dossier), "index.csv": index_csv(dossier), **beside}.items():
        (draft / name).write_bytes(content)
    return len(files)


def _copy(source: Path, target: Path, file: Json) -> None:
    """Copy a piece, and hold the copy to the digest of what was checked."""
    digest = hashlib.sha256()
    with source.open("rb") as read, target.open("xb") as written:
        while block := read.read(_BLOCK):
            digest.update(block)
            written.write(block)
    if digest.hexdigest() != file["sha256"]:
        message = f"{file['chemin']} a changé pendant le contrôle ; rien n'est préparé, relancez la commande"
        raise DeliveryError(message)
