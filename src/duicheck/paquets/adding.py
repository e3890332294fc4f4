"""Installing a pack: from a folder, a zip, or a list of solutions; whole or not at all."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from msgspec import Struct

from duicheck import __version__
from duicheck.bundle.archive import Bounds, is_delivery_zip, unpack
from duicheck.errors import DeliveryError, PackError
from duicheck.model import CDA_SCHEMATRONS, CDA_XSD, SOLUTIONS, ContenuPaquet, Paquet, ReparationPaquet
from duicheck.paquets.digests import digest, digest_of_set
from duicheck.paquets.lock import Entry, alone, read_lock, write_lock
from duicheck.paquets.making import contents, make
from duicheck.paquets.recognition import KEPT, look
from duicheck.paquets.solutions import SUFFIXES, copy_list

__all__ = ["BOUNDS", "Origin", "add", "remove"]

BOUNDS: Final = Bounds(50_000, 8 * 2**30)
"""What the archive of a pack may hold: the largest that was seen has 6,500 files, and a terminology one gigabyte."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class Origin(Struct, frozen=True):
    """Where a pack was fetched from; all None for one that was there already."""

    url: str | None = None
    name: str | None = None


def add(path: Path, home: Path, *, name: str | None = None, origin: Origin | None = None) -> Paquet:
    """Install what lies at a path; a pack of the same name is replaced.

    Args:
        path: a folder, a zip, or a list of solutions (CSV, XLSX, JSON).
        home: the folder of the packs.
        name: the pack's name; by default after what it holds: `cda` or `solutions`.
        origin: where it was fetched from.

    Raises:
        PackError: nothing there, nothing that is recognised, a content that another pack has, no room; one sentence.
    """
    if name is not None and not _NAME.fullmatch(name):
        message = f"« {name} » n'est pas un nom de paquet : des minuscules, des chiffres, « - », « _ » et « . »"
        raise PackError(message)
    origin = origin or Origin()
    with alone(home):
        entries = read_lock(home)
        try:
            with TemporaryDirectory(prefix=".ajout-", dir=home, ignore_cleanup_errors=True) as folder:
                return _added(path, Path(folder), home, entries, name, origin)
        except OSError as error:
            message = f"{path.name} : le paquet ne peut pas être installé dans {home} ({error.strerror})"
            raise PackError(message) from None


def remove(name: str, home: Path) -> None:
    """Take a pack away, its files with it.

    Raises:
        PackError: there is none of that name.
    """
    with alone(home):
        entries = read_lock(home)
        gone = _named(entries, name)
        write_lock(home, [each for each in entries if each is not gone])
        shutil.rmtree(gone.paquet.dossier, ignore_errors=True)


def _named(entries: Iterable[Entry], name: str) -> Entry:
    for each in entries:
        if each.paquet.nom == name:
            return each
    message = f"aucun paquet ne s'appelle « {name} » (« duicheck packs list » les donne)"
    raise PackError(message)


def _added(  # noqa: PLR0913 -- the steps of one installation
    path: Path, work: Path, home: Path, entries: list[Entry], name: str | None, origin: Origin
) -> Paquet:
    made = work / "paquet"
    made.mkdir()
    source, archive, kinds, repairs = _prepare(path, work, made)
    name = name or (SOLUTIONS if {each.contenu for each in kinds} == {SOLUTIONS} else "cda")
    _no_rival(name, kinds, entries)
    folder = home / f"{name}-{digest_of_set((each.contenu, each.sha256) for each in kinds)[:12]}"
    seen_as = origin.name or path.resolve().name or str(path)
    paquet = Paquet(name, folder, seen_as, source, tuple(kinds), tuple(repairs))
    previous = next((each.paquet.dossier for each in entries if each.paquet.nom == name), None)
    # A folder of that name may be an altered copy: what was just made takes its place.
    if folder.exists():
        folder.rename(work / "ancien")
    made.rename(folder)
    entry = Entry(paquet, __version__, origin.url, archive)
    kept = [each for each in entries if each.paquet.nom != name]
    write_lock(home, [*kept, entry])
    if previous is not None and previous != folder:
        shutil.rmtree(previous, ignore_errors=True)
    return paquet


_Prepared = tuple[str, str | None, list[ContenuPaquet], list[ReparationPaquet]]


def _prepare(path: Path, work: Path, made: Path) -> _Prepared:
    """Make the files of the pack; (digest of the source, of the archive, kinds, repairs)."""
    if path.is_dir():
        source, repairs = _from_folder(path, path.name or str(path), made)
        return source, None, contents(made), repairs
    if not path.is_file():
        message = f"{path} : ce dossier ou ce fichier n'existe pas"
        raise PackError(message)
    archive = digest(path)
    if path.suffix.lower() in SUFFIXES and not (path.suffix.lower() != ".xlsx" and _zipped(path)):
        kind, repairs = copy_list(path, made, work)
        return archive, archive, [kind], repairs
    if not _zipped(path):
        message = (
            f"{path.name} : ce n'est pas une archive zip lisible ; un paquet est un dossier, un zip, ou une liste de "
            f"solutions ({', '.join(sorted(SUFFIXES))})"
        )
        raise PackError(message)
    folder = work / "source"
    folder.mkdir()
    _open(path, folder)
    source, repairs = _from_folder(folder, path.name, made)
    return source, archive, contents(made), repairs


def _zipped(path: Path) -> bool:
    try:
        return is_delivery_zip(path)
    except Exception:  # noqa: BLE001 -- zipfile raises many types on a damaged directory
        return True


def _open(path: Path, folder: Path) -> None:
    wanted: Callable[[PurePosixPath], bool] = lambda target: target.suffix.lower() in KEPT  # noqa: E731
    try:
        unpack(path, folder, bounds=BOUNDS, wanted=wanted)
    except DeliveryError as error:
        raise PackError(str(error)) from None


def _from_folder(folder: Path, name: str, made: Path) -> tuple[str, list[ReparationPaquet]]:
    source = look(folder)
    if source.empty:
        message = (
            f"{name} : ni Schematron, ni jeu de valeurs, ni schéma XSD de CDA ; donnez le dossier ou le zip du paquet "
            "de test des contenus CDA de l'ANS"
        )
        raise PackError(message)
    return make(source, made)


def _no_rival(name: str, kinds: Iterable[ContenuPaquet], entries: Iterable[Entry]) -> None:
    """One pack at most for each kind of content: which rules apply must never be a matter of chance."""
    brought = {each.contenu for each in kinds}
    if not brought:
        message = "ce paquet n'apporte rien : tout ce qu'il contenait a été écarté"
        raise PackError(message)
    # Schematrons with value sets of another edition would judge by neither.
    linked = {CDA_SCHEMATRONS, "jeux-de-valeurs", CDA_XSD}
    for each in entries:
        if each.paquet.nom == name:
            continue
        common = sorted({kind.contenu for kind in each.paquet.contenus} & brought)
        if common or ({kind.contenu for kind in each.paquet.contenus} & linked and brought & linked):
            what = ", ".join(common or sorted(brought & linked))
            message = (
                f"le paquet « {each.paquet.nom} » apporte déjà {what} ; ôtez-le (duicheck packs remove "
                f"{each.paquet.nom}) ou remplacez-le (--nom {each.paquet.nom})"
            )
            raise PackError(message)
