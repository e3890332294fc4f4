"""Making a pack out of a source: schemas expanded, lists rebuilt, everything copied to one layout, repairs said."""

from __future__ import annotations

import posixpath
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from duicheck.errors import PackError
from duicheck.model import (
    CDA_SCHEMATRONS,
    CDA_XSD,
    JEUX_DE_VALEURS,
    TERMINOLOGIES,
    ContenuPaquet,
    ReparationPaquet,
)
from duicheck.paquets.digests import digest, digest_of_set, of_file
from duicheck.paquets.expansion import Expander, Missing
from duicheck.paquets.paths import Index
from duicheck.paquets.recognition import Source
from duicheck.paquets.references import SCHEMATRONS, VALUE_SETS, References
from duicheck.paquets.references import TERMINOLOGIES as TERMINOLOGY_FOLDER
from duicheck.paquets.vocabulary import vocabulary
from duicheck.paquets.xsd import copy_xsd

__all__ = ["contents", "make"]

_XSD: Final = "xsd"
_SHOWN: Final = 3  # missing includes that a sentence names


def make(source: Source, folder: Path) -> tuple[str, list[ReparationPaquet]]:
    """Write the files of a pack below an empty folder.

    Returns:
        The digest of the source files that were read, and the repairs, sorted.

    Raises:
        PackError: a file cannot be read or written.
    """
    try:
        repairs = sorted(_made(source, folder), key=lambda each: (each.nature, each.fichier, each.texte))
        return digest_of_set((chemin, digest(path)) for chemin, path in source.files.items()), repairs
    except OSError as error:
        message = f"{error.filename or folder} : le paquet ne peut pas être préparé ({error.strerror})"
        raise PackError(message) from None


def contents(folder: Path) -> list[ContenuPaquet]:
    """The files that were made, by kind, with their digests."""
    kinds = {
        CDA_SCHEMATRONS: SCHEMATRONS,
        JEUX_DE_VALEURS: VALUE_SETS,
        CDA_XSD: _XSD,
        TERMINOLOGIES: TERMINOLOGY_FOLDER,
    }
    found = []
    for kind, name in kinds.items():
        paths = sorted(path.relative_to(folder).as_posix() for path in (folder / name).rglob("*") if path.is_file())
        if paths:
            files = tuple(of_file(folder, chemin) for chemin in paths)
            found.append(ContenuPaquet(kind, digest_of_set((each.chemin, each.sha256) for each in files), files))
    return found


def _made(source: Source, folder: Path) -> Iterator[ReparationPaquet]:
    yield from source.aside
    index = Index(source.files)
    destination: dict[str, str] = {}
    yield from _place(source.value_sets, VALUE_SETS, destination)
    for chemin, goes in destination.items():
        _copy(source.files[chemin], folder / goes)
    terminologies: dict[str, str] = {}
    yield from _place(dict.fromkeys(source.terminologies, ""), TERMINOLOGY_FOLDER, terminologies)
    for chemin, goes in terminologies.items():
        _copy(source.files[chemin], folder / goes)
    yield from _schematrons(source, folder, index, destination, terminologies)
    yield from copy_xsd(source, folder / _XSD, index)


def _place(files: Mapping[str, str], where: str, destination: dict[str, str]) -> Iterator[ReparationPaquet]:
    """Put files side by side in one folder; the second of two names that some system takes for one is set aside."""
    taken: dict[str, str] = {}
    for chemin in sorted(files):
        name = posixpath.basename(chemin)
        if name.casefold() in taken:
            text = f"écarté, car « {taken[name.casefold()]} » porte déjà ce nom"
            yield ReparationPaquet("ecarte", chemin, text)
            continue
        taken[name.casefold()] = chemin
        destination[chemin] = f"{where}/{name}"


def _schematrons(
    source: Source, folder: Path, index: Index, destination: Mapping[str, str], terminologies: Mapping[str, str]
) -> Iterator[ReparationPaquet]:
    expander = Expander(source.files, index)
    references = References(source, index, destination, terminologies)
    base = posixpath.commonpath([posixpath.dirname(chemin) or "." for chemin in source.schematrons] or ["."]) or "."
    for chemin in source.schematrons:
        target = posixpath.normpath(posixpath.join(SCHEMATRONS, posixpath.relpath(chemin, base)))
        try:
            root = expander.expand(chemin)
        except Missing as missing:
            yield ReparationPaquet("ecarte", chemin, _set_aside(missing.asked))
            continue
        except PackError as error:
            yield ReparationPaquet("ecarte", chemin, f"écarté, car il ne se lit pas ({error})")
            continue
        references.settle(root, chemin, target)
        _write(root, folder / target)
    for goes, chemin in references.placed.copied.items():
        _copy(source.files[chemin], folder / goes)
    for goes, oid in references.placed.built.items():
        content = vocabulary(source.files[references.value_set(oid)])
        (folder / goes).parent.mkdir(parents=True, exist_ok=True)
        (folder / goes).write_bytes(content)
    yield from expander.repairs.values()
    yield from references.repairs.values()
    if followed := references.followed:
        # Counts in brackets: a sentence that is right for one and for many.
        text = (
            "les jeux de valeurs ne sont plus où l'éditeur les a mis ; les Schematrons les retrouvent par leur nom "
            f"(références suivies : {sum(followed.values())} ; Schematrons : {len(followed)})"
        )
        yield ReparationPaquet("deplace", SCHEMATRONS, text)


def _set_aside(asked: list[str]) -> str:
    shown = ", ".join(f"« {posixpath.basename(href)} »" for href in asked[:_SHOWN])
    more = f" et {len(asked) - _SHOWN} autres" if len(asked) > _SHOWN else ""
    what = "un fichier inclus est absent" if len(asked) == 1 else f"{len(asked)} fichiers inclus sont absents"
    return f"écarté, car {what} de la source ({shown}{more})"


def _write(root: Any, path: Path) -> None:  # noqa: ANN401
    from lxml import etree  # noqa: PLC0415

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
