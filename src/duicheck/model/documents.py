"""JSON documents of a delivery, valid against their schema, with the files that they name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from msgspec import Struct, field

from duicheck.discretion import Discreet
from duicheck.errors import UsageError
from duicheck.findings import Location
from duicheck.model.delivery import FichierLivre

__all__ = ["DOCUMENTS", "Document", "Exigences", "PieceJointe", "Projet", "Referencement", "read_lone_document"]

Kind = TypeVar("Kind", bound="Document")


class PieceJointe(Struct, frozen=True):
    """A file that a document names, as it writes it; `cause` is the French reason where it cannot be had."""

    ecrit: str
    fichier: FichierLivre | None = None
    cause: str | None = None


class Document(Discreet, frozen=True):
    """The one document of a role, as its JSON Schema accepts it.

    `pieces` maps the JSON pointer of each property that names a file (`x-fichier`) to that file.
    """

    HIDDEN: ClassVar[frozenset[str]] = frozenset({"lignes"})

    role: ClassVar[str]
    fichier: str
    valeur: Mapping[str, Any]
    lignes: Mapping[str, int] = field(default_factory=dict)
    pieces: Mapping[str, PieceJointe] = field(default_factory=dict)

    def at(self, pointer: str = "") -> Location:
        """Where a value stands: its JSON pointer, the physical line, the property. A missing one: its parent's line."""
        known = pointer
        while known and known not in self.lignes:
            known = known.rpartition("/")[0]
        last = pointer.rpartition("/")[2]
        return Location(
            self.fichier, self.lignes.get(known), None if not last or last.isdigit() else last, pointer or None
        )


class Referencement(Document, frozen=True):
    """The Ségur claim of a vendor (contract §1.6)."""

    role = "referencement"


class Projet(Document, frozen=True):
    """The project of the grappe (contract §1.5); its establishments are in `Structures`."""

    role = "projet"


class Exigences(Document, frozen=True):
    """A catalogue of Ségur requirements that the delivery brings, in place of the one that ships."""

    role = "exigences"


DOCUMENTS: dict[str, type[Document]] = {kind.role: kind for kind in (Referencement, Projet, Exigences)}
"""The document type of each role that duicheck reads as one JSON document; the schema has the role's name."""


def read_lone_document(path: Path, kind: type[Kind]) -> Kind:
    """A document by itself, outside a delivery; the files that it names are not looked for.

    Raises:
        UsageError: it is not there, is no strict JSON, or breaks its schema; the sentence names the first fault.
    """
    from duicheck.formats import read_json_document  # noqa: PLC0415 -- jsonschema costs 90 ms

    try:
        reading = read_json_document(path, kind.role)
    except OSError as error:
        message = f"{path} : lecture impossible ({error.strerror})"
        raise UsageError(message) from None
    if reading.problems:
        first = reading.problems[0]
        where = "" if first.line is None else f", ligne {first.line}"
        what = first.facts.get("cause") or f"{first.pointer or 'le document'} : il faut {first.facts['attendu']}"
        message = f"{path.name}{where} : {what}"
        raise UsageError(message)
    return kind(path.name, reading.value, reading.lines)
