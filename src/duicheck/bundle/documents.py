"""The JSON documents of a delivery, and the files that they name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from duicheck.bundle.delivery import DeliveredFile, PathRefused, find_one
from duicheck.bundle.manifest import DeclaredFile
from duicheck.errors import NotAvailable
from duicheck.findings import Location
from duicheck.formats import load_schema, read_json_document
from duicheck.model import DOCUMENTS, Anomalie, Document, FichierLivre, PieceJointe, role_absent

if TYPE_CHECKING:
    from duicheck.bundle.delivery import Delivery

__all__ = ["ReadDocument", "attach", "attached_files", "build_documents", "read_documents"]


class ReadDocument(Struct, frozen=True):
    """A document as it was read; `value` is None where an anomaly says why. `named`: pointer -> (path, role)."""

    file: DeliveredFile
    value: Mapping[str, Any] | None
    lines: Mapping[str, int]
    named: Mapping[str, tuple[str, str]]


def read_documents(delivery: Delivery, tell: Callable[[Anomalie], None]) -> dict[str, ReadDocument]:
    """Read the one document of each role that has one; `tell` hears what is wrong."""
    found: dict[str, ReadDocument] = {}
    for file in delivery.files:
        role = file.declared.role
        if role not in DOCUMENTS:
            continue
        if role in found:
            facts = {
                "cause": f"un seul document de rôle « {role} » est attendu, et « {found[role].file.chemin} » en est un"
            }
            tell(Anomalie("livraison/fichier-illisible", Location(file.chemin), facts))
            found[role] = replace(found[role], value=None)
            continue
        reading = read_json_document(file.path, role)
        for problem in reading.problems:
            at = Location(file.chemin, problem.line, problem.column, problem.pointer)
            tell(Anomalie(problem.regle, at, problem.facts))
        named = {} if reading.value is None else dict(_named(reading.value, load_schema(role), ""))
        found[role] = ReadDocument(file, reading.value, reading.lines, named)
    return found


def _named(value: Any, schema: Mapping[str, Any], pointer: str) -> Iterator[tuple[str, tuple[str, str]]]:  # noqa: ANN401
    """The properties of a valid document that name a file: pointer, path as written, role of such a file."""
    if isinstance(value, str) and "x-fichier" in schema:
        yield pointer, (value, schema["x-fichier"])
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _named(item, schema.get("properties", {}).get(key, {}), f"{pointer}/{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _named(item, schema.get("items", {}), f"{pointer}/{number}")


_Pieces = dict[tuple[str, str], tuple[DeliveredFile | None, str | None]]


def attach(delivery: Delivery, documents: Mapping[str, ReadDocument]) -> _Pieces:
    """Look for each file that a document names; by (role of the document, path as written): the file, or why not."""
    known = {file.path.resolve(): file for file in delivery.files}
    pieces: _Pieces = {}
    for role, document in documents.items():
        for written, kind in document.named.values():
            if (role, written) in pieces:
                continue
            try:
                found = find_one(delivery, document.file, written)
            except PathRefused as refusal:
                pieces[role, written] = (None, str(refusal))
                continue
            if found is None:
                pieces[role, written] = (None, "rien ne se trouve à ce chemin")
                continue
            chemin, path = found
            file = known.setdefault(path.resolve(), DeliveredFile(DeclaredFile(kind, chemin), chemin, path))
            pieces[role, written] = (file, None)
    return pieces


def attached_files(delivery: Delivery, pieces: _Pieces) -> list[DeliveredFile]:
    """The files that only a document names, each once, in the order of their names."""
    declared = {file.chemin for file in delivery.files}
    found = {file.chemin: file for file, _ in pieces.values() if file is not None and file.chemin not in declared}
    return [found[chemin] for chemin in sorted(found)]


def every_file(delivery: Delivery) -> list[DeliveredFile]:
    """All that a check reads beside the manifest: the declared files, then those that only a document names."""
    documents = read_documents(delivery, lambda _: None)
    return [*delivery.files, *attached_files(delivery, attach(delivery, documents))]


def build_documents(
    delivery: Delivery, documents: Mapping[str, ReadDocument], pieces: _Pieces, files: Sequence[FichierLivre]
) -> tuple[dict[type[Document], Document], dict[type[Document], NotAvailable]]:
    """The documents that rules may read, and for the other roles the reason why not."""
    delivered = {file.chemin: file for file in files}
    declared = {entry.role for entry in delivery.manifest.fichiers}
    parts: dict[type[Document], Document] = {}
    absent: dict[type[Document], NotAvailable] = {}
    for role, kind in DOCUMENTS.items():
        document = documents.get(role)
        if document is None:
            absent[kind] = role_absent(role, declared)
        elif document.value is None:
            absent[kind] = NotAvailable(f"{role} : le document n'a pas pu être lu", frozenset({role}))
        else:
            joined = {
                pointer: _piece(written, *pieces[role, written], delivered)
                for pointer, (written, _) in document.named.items()
            }
            parts[kind] = kind(document.file.chemin, document.value, document.lines, joined)
    return parts, absent


def _piece(
    written: str, file: DeliveredFile | None, cause: str | None, delivered: Mapping[str, FichierLivre]
) -> PieceJointe:
    return PieceJointe(written, None if file is None else delivered[file.chemin], cause)
