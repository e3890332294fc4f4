"""The lock file: which packs there are, and the digest of every file in them."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

from msgspec import Struct

from duicheck.errors import PackError
from duicheck.model import ContenuPaquet, FichierPaquet, Paquet, ReparationPaquet
from duicheck.paquets.home import LOCK

__all__ = ["Entry", "alone", "read_lock", "write_lock"]

FORMAT: Final = 1
_PATIENCE: Final = 10.0  # seconds: writing a lock takes milliseconds, adding a pack a few seconds


class Entry(Struct, frozen=True):
    """One pack of the lock file, as the rules see it, and what only its keeper needs.

    `url` and `archive`: where it was fetched from, and the SHA-256 of what came; None where it was not fetched, and
    for a folder.
    """

    paquet: Paquet
    duicheck: str
    url: str | None = None
    archive: str | None = None


def read_lock(home: Path) -> list[Entry]:
    """The packs of a folder, in the order in which they were added; none where there is no lock file.

    Raises:
        PackError: the lock file is damaged, or of another format.
    """
    path = home / LOCK
    if not path.is_file():
        return []
    from duicheck.formats import read_json_document  # noqa: PLC0415 -- jsonschema costs 90 ms

    try:
        reading = read_json_document(path, "paquets")
    except OSError as error:
        message = f"{path} : lecture impossible ({error.strerror})"
        raise PackError(message) from None
    if reading.problems:
        first = reading.problems[0]
        where = "" if first.line is None else f", ligne {first.line}"
        what = first.facts.get("cause") or f"il faut {first.facts.get('attendu')}"
        message = (
            f"{path}{where} : ce verrou de paquets n'est pas celui que duicheck a écrit ({what}) ; supprimez-le et "
            "remettez les paquets (duicheck packs add ou pull)"
        )
        raise PackError(message)
    return [_entry(home, each) for each in reading.value["paquets"]]


def _entry(home: Path, value: dict[str, Any]) -> Entry:
    contenus = [
        ContenuPaquet(
            each["contenu"],
            each["sha256"],
            tuple(FichierPaquet(file["chemin"], file["sha256"], file["octets"]) for file in each["fichiers"]),
        )
        for each in value["contenus"]
    ]
    repairs = [ReparationPaquet(each["nature"], each["fichier"], each["texte"]) for each in value["reparations"]]
    origine = value["origine"]
    source = value["source"]["sha256"]
    paquet = Paquet(value["nom"], home / value["dossier"], origine["nom"], source, tuple(contenus), tuple(repairs))
    return Entry(paquet, value["duicheck"], origine.get("url"), origine.get("sha256"))


def write_lock(home: Path, entries: Sequence[Entry]) -> None:
    """Replace the lock file, whole or not at all; same entries, same bytes.

    Raises:
        PackError: it cannot be written.
    """
    value = {"format": FORMAT, "paquets": [_json(each) for each in entries]}
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    partial = None
    try:
        with NamedTemporaryFile("w", encoding="utf-8", newline="\n", dir=home, delete=False) as sink:
            partial = Path(sink.name)
            sink.write(text)
            sink.flush()
            os.fsync(sink.fileno())
        partial.replace(home / LOCK)
    except OSError as error:
        if partial is not None:
            partial.unlink(missing_ok=True)
        message = f"{home / LOCK} : écriture impossible ({error.strerror})"
        raise PackError(message) from None


def _json(entry: Entry) -> dict[str, Any]:
    paquet = entry.paquet
    origine = {"nom": paquet.origine, "url": entry.url, "sha256": entry.archive}
    return {
        "nom": paquet.nom,
        "dossier": paquet.dossier.name,
        "duicheck": entry.duicheck,
        "origine": {key: value for key, value in origine.items() if value is not None},
        "source": {"sha256": paquet.source},
        "contenus": [
            {
                "contenu": each.contenu,
                "sha256": each.sha256,
                "fichiers": [
                    {"chemin": file.chemin, "sha256": file.sha256, "octets": file.octets} for file in each.fichiers
                ],
            }
            for each in paquet.contenus
        ],
        "reparations": [
            {"nature": each.nature, "fichier": each.fichier, "texte": each.texte} for each in paquet.reparations
        ],
    }


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Keep another duicheck from changing the packs meanwhile.

    Raises:
        PackError: one is at it, or was stopped while it was; or the folder cannot be written.
    """
    guard = home / ".occupe"
    try:
        home.mkdir(parents=True, exist_ok=True)
        _take(guard)
    except OSError as error:
        message = f"{home} : ce dossier de paquets ne peut pas être écrit ({error.strerror})"
        raise PackError(message) from None
    try:
        yield
    finally:
        guard.unlink(missing_ok=True)


def _take(guard: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            os.close(os.open(guard, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except (FileExistsError, PermissionError):  # Windows refuses a file that is being deleted
            if not guard.exists() and time.monotonic() < until:
                continue
            if time.monotonic() >= until:
                message = (
                    f"un autre duicheck change les paquets en ce moment ; si ce n'est pas le cas, supprimez {guard}"
                )
                raise PackError(message) from None
            time.sleep(0.05)
        else:
            return
