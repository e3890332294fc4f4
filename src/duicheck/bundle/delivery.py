"""Opening what was delivered: a folder, a zip, or one lone file."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from msgspec import Struct

from duicheck.bundle.archive import is_delivery_zip, unpack
from duicheck.bundle.configuration import CONFIGURATION, read_waivers
from duicheck.bundle.manifest import NAME, DeclaredFile, Manifest, read_manifest
from duicheck.errors import DeliveryError
from duicheck.findings import Location
from duicheck.model import Anomalie, Derogation, FichierLivre

__all__ = ["DeliveredFile", "Delivery", "PathRefused", "find_one", "open_delivery"]

_COMPRESSED = frozenset({".gz", ".parquet", ".xlsx"})
_UNFOLDS = 8  # about what gzip makes of a log; it only serves to choose where the rows are kept


class DeliveredFile(Struct, frozen=True):
    """One file that is there, with what the manifest says of how to read it."""

    declared: DeclaredFile
    chemin: str
    path: Path

    def digest(self) -> FichierLivre:
        """Its size and SHA-256.

        Raises:
            DeliveryError: the system does not let us read it.
        """
        try:
            with self.path.open("rb") as stream:
                sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            size = self.path.stat().st_size
        except OSError as error:
            raise _unreadable(self.chemin, error) from None
        annonce = self.declared.sha256
        return FichierLivre(self.declared.role, self.chemin, sha256, size, lu=self.path, annonce=annonce)


class Delivery(Struct, frozen=True):
    """An opened delivery: its manifest, the files found, and what is wrong with the others.

    `derogations`: those of the manifest, then those of the configuration beside it.
    """

    manifest: Manifest
    files: Sequence[DeliveredFile]
    anomalies: Sequence[Anomalie]
    manifest_path: Path | None = None
    derogations: Sequence[Derogation] = ()
    configuration_path: Path | None = None

    @property
    def size(self) -> int:
        """Bytes of the files that are there; of a compressed one, about what it holds."""
        return sum(
            file.path.stat().st_size * (_UNFOLDS if file.path.suffix.lower() in _COMPRESSED else 1)
            for file in self.files
        )


def open_delivery(path: Path, workdir: Path, *, role: str = "indicateurs") -> Delivery:
    """Open a delivery.

    Args:
        path: a folder or zip with a manifest at its root, or one lone file.
        workdir: where a zip may be unpacked; the caller removes it.
        role: what a lone file is taken for.

    Raises:
        DeliveryError: nothing there, or nothing usable; one sentence.
    """
    name = _printable(path.name or str(path))
    try:
        if path.is_dir():
            return _open_folder(path, name)
        if not path.exists():
            message = f"{_printable(str(path))} : ce dossier ou ce fichier n'existe pas"
            raise DeliveryError(message)
        if not path.is_file():
            message = f"{name} : ce n'est ni un dossier ni un fichier"
            raise DeliveryError(message)
        zipped = _is_zip(path)
    except OSError as error:
        raise _unreadable(name, error) from None
    if zipped:
        folder = workdir / "livraison"
        folder.mkdir()
        unpack(path, folder)
        return _open_folder(_root(folder), name)
    if path.suffix.lower() == ".zip":
        message = f"{name} : ce n'est pas une archive zip lisible (tronquée ?) ; refaites l'archive"
        raise DeliveryError(message)
    if path.name == NAME:
        return _open_folder(path.parent, path.parent.name or str(path.parent))
    declared = DeclaredFile(role, name)
    manifest = Manifest(None, None, False, None, {}, {}, {}, [declared], None)  # noqa: FBT003 -- not said
    return Delivery(manifest, [DeliveredFile(declared, name, path)], [])


def _is_zip(path: Path) -> bool:
    """Whether to treat the file as a zip; a damaged one is, so that unpacking says what is wrong."""
    try:
        return is_delivery_zip(path)
    except OSError:
        raise
    except Exception:  # noqa: BLE001 -- zipfile raises many types on a damaged directory
        return True


def _unreadable(name: str, error: OSError) -> DeliveryError:
    return DeliveryError(f"{name} : lecture impossible ({error.strerror})")


def _printable(name: str) -> str:
    """A file name that any output can hold: bytes that are not UTF-8 become U+FFFD."""
    return os.fsencode(name).decode("utf-8", "replace")


def _root(folder: Path) -> Path:
    """The folder of the manifest: many zip programs wrap everything in one folder."""
    inside = [entry for entry in folder.iterdir() if entry.name != "__MACOSX" and not entry.name.startswith(".")]
    if not (folder / NAME).exists() and len(inside) == 1 and (inside[0] / NAME).is_file():
        return inside[0]
    return folder


def _open_folder(folder: Path, name: str) -> Delivery:
    if not (folder / NAME).is_file():
        message = f"{name} : il manque le manifeste {NAME} ; « duicheck init » en écrit un d'après les fichiers"
        raise DeliveryError(message)
    manifest = read_manifest(folder / NAME)
    files: list[DeliveredFile] = []
    anomalies: list[Anomalie] = []
    for number, declared in enumerate(manifest.fichiers):
        at = Location(NAME, pointer=f"/fichiers/{number}")
        try:
            found = sorted(_find(folder, declared.chemin))
        except PathRefused as refusal:
            facts = {"fichier": declared.chemin, "cause": str(refusal)}
            anomalies.append(Anomalie("livraison/fichier-illisible", at, facts))
            continue
        if not found:
            anomalies.append(Anomalie("livraison/fichier-absent", at, {"fichier": declared.chemin}))
        files += [DeliveredFile(declared, chemin, path) for chemin, path in found]
    waivers = [*manifest.derogations, *read_waivers(folder)]
    configuration = folder / CONFIGURATION
    present = configuration if configuration.is_file() else None
    return Delivery(manifest, files, anomalies, folder / NAME, waivers, present)


class PathRefused(Exception):  # noqa: N818 -- a signal between the readers of a delivery
    """A declared path that is not followed; its text says why, in French."""


_LEAVES = "ce chemin sort du dossier de la livraison"


def find_one(delivery: Delivery, document: DeliveredFile, written: str) -> tuple[str, Path] | None:
    """The file that a document names: (path below the delivery, path on this machine); None: nothing there.

    The path starts from the delivery, as those of the manifest do; failing that, from the document itself.

    Raises:
        PathRefused: it leaves the delivery.
    """
    if delivery.manifest_path is None:
        message = "un document remis seul ne donne pas accès aux fichiers qu'il nomme"
        raise PathRefused(message)
    folder = delivery.manifest_path.parent
    beside = PurePosixPath(document.chemin).parent.as_posix()
    for start in dict.fromkeys((".", beside)):
        chemin = written if start == "." else f"{start}/{written}"
        for found in _find(folder, chemin, literal=True):
            return found
    return None


def _find(folder: Path, chemin: str, *, literal: bool = False) -> Iterator[tuple[str, Path]]:
    """The files that a declared path or glob names: (path as declared, path on this machine); `literal`: no glob."""
    pure = PurePosixPath(chemin.replace("\\", "/"))
    if pure.is_absolute() or ".." in pure.parts or ":" in chemin:
        raise PathRefused(_LEAVES)
    root = folder.resolve()
    spellings = _spellings(str(pure))
    matches = [folder / name for name in spellings if (folder / name).is_file()][:1]
    if not matches and not literal:
        matches = sorted({match for pattern in spellings for match in _matching(folder, pattern)})
    for match in matches:
        if not match.is_file():
            continue
        if not match.resolve().is_relative_to(root):
            raise PathRefused(_LEAVES)
        yield _printable(match.relative_to(folder).as_posix()), match


def _spellings(name: str) -> list[str]:
    """A name as it is written, with its accents composed, and decomposed as macOS writes them."""
    return list(dict.fromkeys((name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name))))


def _matching(folder: Path, pattern: str) -> list[Path]:
    """The paths that a glob names; none for a plain path."""
    if not set(pattern) & set("*?["):
        return []
    try:
        return sorted(folder.glob(pattern))
    except ValueError:
        message = "ce motif n'est pas lisible (« ** » doit être seul entre deux barres obliques)"
        raise PathRefused(message) from None
