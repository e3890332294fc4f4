"""Documents that others carry: taken out by the plugin that reads the carrier, read by the one that knows them.

A bundle of DocumentReference holds CDA documents in base64. The plugin of bundles provides `DocumentsTransportes`, the
one of CDA reads it; neither knows the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import Struct

from duicheck.discretion import Discreet
from duicheck.findings import Location

__all__ = ["DocumentTransporte", "DocumentsTransportes"]


class DocumentTransporte(Discreet, frozen=True):
    """One document: where its carrier holds it (file, line, JSON pointer), and its bytes, decoded.

    Its own lines are not the carrier's: a finding stands at `at`, and its XPath comes after that pointer.
    """

    HIDDEN: ClassVar[frozenset[str]] = frozenset({"octets"})

    at: Location
    octets: bytes

    def within(self, pointer: str | None) -> Location:
        """The place of something inside the document: the carrier's line, both pointers one after the other."""
        place = " ".join(filter(None, (self.at.pointer, pointer)))
        return Location(self.at.file, self.at.line, self.at.column, place or None)


class DocumentsTransportes(Struct, frozen=True):
    """The XML documents that the bundles of the delivery carry, in their order; there is at least one."""

    role: ClassVar[str] = "tddui"

    documents: Sequence[DocumentTransporte]
