"""The schema of CDA with what it includes, and nothing else of its folder."""

from __future__ import annotations

import posixpath
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from duicheck.errors import PackError
from duicheck.model import ReparationPaquet
from duicheck.paquets.paths import Index, Match, relative
from duicheck.paquets.recognition import Source

__all__ = ["copy_xsd"]

_XS: Final = "{http://www.w3.org/2001/XMLSchema}"


def copy_xsd(source: Source, folder: Path, index: Index) -> Iterator[ReparationPaquet]:
    """Copy the main schema and all that it reaches; say what had to be mended.

    Raises:
        PackError: a schema is not well-formed.
    """
    if source.xsd is None:
        return
    base = posixpath.dirname(source.xsd)
    waiting, seen = [source.xsd], {source.xsd}
    while waiting:
        chemin = waiting.pop()
        target = relative(chemin, base)
        if target.startswith("../"):
            yield ReparationPaquet("ecarte", chemin, "écarté, car ce schéma est hors du dossier du schéma principal")
            continue
        tree = _schema(source.files[chemin])
        repairs, included = _settle(tree, chemin, index)
        yield from repairs
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        if any(each.nature == "casse" for each in repairs):
            tree.write(str(folder / target), encoding="UTF-8", xml_declaration=True)
        else:
            shutil.copyfile(source.files[chemin], folder / target)
        waiting += [each for each in included if each not in seen]
        seen.update(included)
    folders = {posixpath.dirname(each) for each in seen}
    for chemin in sorted(source.files):
        # A schema may begin with a DOCTYPE that names a file of its own folder.
        if chemin.lower().endswith(".dtd") and posixpath.dirname(chemin) in folders:
            target = relative(chemin, base)
            if not target.startswith("../"):
                shutil.copyfile(source.files[chemin], folder / target)


def _settle(tree: Any, chemin: str, index: Index) -> tuple[list[ReparationPaquet], list[str]]:  # noqa: ANN401
    """Follow what one schema includes; (what had to be said, the files)."""
    repairs, included = [], []
    for element in tree.iter(f"{_XS}include", f"{_XS}import", f"{_XS}redefine"):
        href = element.get("schemaLocation")
        if href is None or "://" in href:
            continue
        match = index.find(posixpath.dirname(chemin), href)
        if match is None:
            text = f"« {href} » est inclus et n'est nulle part dans la source"
            repairs.append(ReparationPaquet("manquant", chemin, text))
            continue
        if match[1] is Match.CASE:
            text = f"le schéma inclus « {href} » a été retrouvé sous « {match[0]} », à la casse près"
            repairs.append(ReparationPaquet("casse", chemin, text))
            element.set("schemaLocation", relative(match[0], posixpath.dirname(chemin)))
        included.append(match[0])
    return repairs, included


def _schema(path: Path) -> Any:  # noqa: ANN401 -- an lxml tree
    """An XSD: the one kind of file that may have a DOCTYPE (the schema of schemas does); nothing of it is loaded."""
    from lxml import etree  # noqa: PLC0415 -- 45 ms

    try:
        return etree.parse(str(path), etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        message = f"{path.name}, ligne {error.lineno} : ce schéma n'est pas du XML bien formé"
        raise PackError(message) from None
