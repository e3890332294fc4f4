"""Opening what was delivered: a folder, a zip, or one lone file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from duicheck.bundle.archive import is_delivery_zip, unpack
from duicheck.bundle.manifest import NAME, DeclaredFile, Manifest, read_manifest
from duicheck.errors import DeliveryError
from duicheck.findings import Location
from duicheck.model import Anomalie, FichierLivre

__all__ = ["Delivery", "DeliveredFile", "open_delivery"]


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """One file that is there, with what the manifest says of how to read it."""

    declared: DeclaredFile
    chemin: str
    path: Path

    def digest(self) -> FichierLivre:
        """Its size and SHA-256."""
        with self.path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        return FichierLivre(self.declared.role, self.chemin, sha256, self.path.stat().st_size, lu=self.path)


@dataclass(frozen=True, slots=True)
class Delivery:
    """An opened delivery: its manifest, the files found, and what is wrong with the others."""

    manifest: Manifest
    files: Sequence[DeliveredFile]
    anomalies: Sequence[Anomalie]


def open_delivery(path: Path, workdir: Path, *, role: str = "indicateurs") -> Delivery:
    """Open a delivery.

    Args:
        path: a folder or zip with a manifest at its root, or one lone file.
        workdir: where a zip may be unpacked; the caller removes it.
        role: what a lone file is taken for.

    Raises:
        DeliveryError: nothing there, or nothing usable; one sentence.
    """
    if not path.exists():
        message = f"{path} : ce dossier ou ce fichier n'existe pas"
        raise DeliveryError(message)
    if path.is_dir():
        return _open_folder(path, path.name or str(path))
    try:
        zipped = is_delivery_zip(path)
    except OSError as error:
        message = f"{path.name} : lecture impossible ({error.strerror})"
        raise DeliveryError(message) from None
    except Exception:  # noqa: BLE001 -- zipfile raises many types on a damaged directory
        zipped = True
    if zipped:
        folder = workdir / "livraison"
        folder.mkdir()
        unpack(path, folder)
        return _open_folder(_root(folder), path.name)
    if path.suffix.lower() == ".zip":
        message = f"{path.name} : ce n'est pas une archive zip lisible (tronquée ?) ; refaites l'archive"
        raise DeliveryError(message)
    if path.name == NAME:
        return _open_folder(path.parent, path.parent.name)
    declared = DeclaredFile(role, path.name)
    manifest = Manifest(None, None, False, None, {}, {}, {}, [declared], None)  # noqa: FBT003 -- not said
    return Delivery(manifest, [DeliveredFile(declared, path.name, path)], [])


def _root(folder: Path) -> Path:
    """The folder of the manifest: many zip programs wrap everything in one folder."""
    inside = [entry for entry in folder.iterdir() if entry.name != "__MACOSX"]
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
        except _Leaves:
            facts = {"fichier": declared.chemin, "cause": "ce chemin sort du dossier de la livraison"}
            anomalies.append(Anomalie("livraison/fichier-illisible", at, facts))
            continue
        if not found:
            anomalies.append(Anomalie("livraison/fichier-absent", at, {"fichier": declared.chemin}))
        files += [DeliveredFile(declared, chemin, path) for chemin, path in found]
    return Delivery(manifest, files, anomalies)


class _Leaves(Exception):  # noqa: N818 -- internal signal
    """A path that leads out of the delivery."""


def _find(folder: Path, chemin: str) -> Iterator[tuple[str, Path]]:
    """The files that a declared path or glob names: (path as declared, path on this machine)."""
    pure = PurePosixPath(chemin.replace("\\", "/"))
    if pure.is_absolute() or ".." in pure.parts or ":" in chemin:
        raise _Leaves
    root = folder.resolve()
    literal = folder / pure
    matches = [literal] if literal.is_file() else sorted(folder.glob(str(pure))) if set(chemin) & set("*?[") else []
    for match in matches:
        if not match.is_file():
            continue
        if not match.resolve().is_relative_to(root):
            raise _Leaves
        yield match.relative_to(folder).as_posix(), match
