"""Reading the XML of a pack without trusting it: no DOCTYPE where none belongs, nothing fetched, nothing expanded."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

from msgspec import Struct, field

from duicheck.errors import PackError

__all__ = ["SCH", "SVS", "Sniff", "parse", "sniff"]

SCH: Final = "http://purl.oclc.org/dsdl/schematron"
SVS: Final = "urn:ihe:iti:svs:2008"
_BLOCK: Final = 16_384
_FAR: Final = 1 << 20  # bytes: a root element that comes later is no document that we know


class Sniff(Struct, frozen=True):
    """The root of a document and its first child, as "namespace name"; None: no XML, or a DOCTYPE comes first."""

    root: str | None = None
    child: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)  # of the child
    doctype: bool = False


class _Enough(Exception):  # noqa: N818 -- internal signal
    pass


def sniff(path: Path) -> Sniff:
    """What kind of document a file holds, by its first two elements. A file that is no XML has no root."""
    names: list[str] = []
    attributes: dict[str, str] = {}
    doctype = False
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, found: dict[str, str]) -> None:
        names.append(name)
        if len(names) == 2:  # noqa: PLR2004 -- root, child
            attributes.update(found)
            raise _Enough

    def refuse(*_: object) -> None:
        nonlocal doctype
        doctype = True
        raise _Enough

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    read = 0
    try:
        with path.open("rb") as source:
            while (block := source.read(_BLOCK)) and read < _FAR:
                parser.Parse(block, False)  # noqa: FBT003 -- expat's signature
                read += len(block)
            if not block:
                parser.Parse(b"", True)  # noqa: FBT003
    except _Enough:
        pass
    except (expat.ExpatError, ValueError, LookupError, OSError):
        return Sniff()
    root, child = (*names, None, None)[:2]
    return Sniff(root, child, attributes, doctype)


def parse(path: Path) -> Any:  # noqa: ANN401 -- an lxml tree; lxml ships no types
    """The tree of a file.

    Raises:
        PackError: not XML, or a DOCTYPE; one sentence.
    """
    from lxml import etree  # noqa: PLC0415 -- 45 ms

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True)
    try:
        tree = etree.fromstring(path.read_bytes(), parser).getroottree()
    except OSError as error:
        message = f"{path.name} : lecture impossible ({error.strerror})"
        raise PackError(message) from None
    except etree.XMLSyntaxError as error:
        message = f"{path.name}, ligne {error.lineno} : ce n'est pas du XML bien formé"
        raise PackError(message) from None
    if tree.docinfo.internalDTD is not None:
        message = f"{path.name} : un DOCTYPE est refusé"
        raise PackError(message)
    return tree
