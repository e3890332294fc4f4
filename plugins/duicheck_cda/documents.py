"""The parts that the rules read, and the reader that makes them from the files of the role `cda`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from msgspec import Struct

from duicheck.discretion import Discreet
from duicheck.errors import NotAvailable
from duicheck.findings import Location, Violation
from duicheck.model import DocumentsTransportes, DocumentTransporte, Lecture, Livraison, role_absent
from duicheck.rules import reader
from duicheck_cda.contenu import Situer
from duicheck_cda.conventions import conventions
from duicheck_cda.lecture import Defaut, lire
from duicheck_cda.vue import Vue, voir

__all__ = ["DocumentCda", "DocumentsCda", "DocumentsLus", "documents_cda", "documents_lus"]

ROLE = "cda"


class DocumentCda(Discreet, frozen=True):
    """One document, delivered as a file or carried by another. `vue` is None where it could not be read.

    `defauts` say why; `enveloppe` is the line of the `xsl:stylesheet` that it was taken out of. `situer` turns a line
    and an XPath of it into a place of the delivery; `source` is where its bytes are, or what they are.
    """

    HIDDEN: ClassVar[frozenset[str]] = frozenset({"source"})

    situer: Situer
    source: Path | bytes
    vue: Vue | None
    defauts: Sequence[Defaut]
    enveloppe: int | None

    @property
    def transfert(self) -> bool:
        """Whether it is a transfer of DUI data, whose templates are not those of the clinical documents."""
        gabarit = conventions()["gabarits"]["transfert_dui"]
        return self.vue is not None and any(root == gabarit for root, _ in self.vue.gabarits)


class DocumentsCda(Struct, frozen=True):
    """Every document of the delivery, in the order of its files, readable or not."""

    role: ClassVar[str] = ROLE

    documents: Sequence[DocumentCda]

    def defauts(self, regle: str) -> Iterator[Violation]:
        """What the reading met, for one rule."""
        for document in self.documents:
            for defaut in document.defauts:
                if defaut.regle == regle:
                    yield Violation(document.situer(defaut.ligne, defaut.pointeur), defaut.faits)


class DocumentsLus(Struct, frozen=True):
    """The documents that could be read; there is at least one."""

    role: ClassVar[str] = ROLE

    documents: Sequence[DocumentCda]

    def vues(self) -> Iterator[Vue]:
        """The documents as the rules see them."""
        for document in self.documents:
            if document.vue is not None:
                yield document.vue


@reader
def documents_cda(lecture: Lecture, livraison: Livraison, transportes: DocumentsTransportes | None) -> DocumentsCda:
    """Read the documents, one after the other: only what the rules need is kept.

    Raises:
        NotAvailable: the delivery holds none, in a file or in a bundle.
    """
    fichiers = [fichier for fichier in lecture.fichiers if fichier.role == ROLE and fichier.lu is not None]
    portes = () if transportes is None else transportes.documents
    if not fichiers and not portes:
        raise role_absent(ROLE, livraison.roles)
    sources: list[tuple[Situer, Path | bytes]] = []
    for fichier in fichiers:
        assert fichier.lu is not None  # noqa: S101 -- chosen above
        sources.append((partial(_dans, fichier.chemin), fichier.lu))
    sources += [(partial(_porte, document), document.octets) for document in portes]
    return DocumentsCda(tuple(_document(situer, source) for situer, source in sources))


def _dans(chemin: str, ligne: int | None, pointeur: str | None) -> Location:
    return Location(chemin, ligne, None, pointeur)


def _porte(document: DocumentTransporte, _ligne: int | None, pointeur: str | None) -> Location:
    return document.within(pointeur)


def _document(situer: Situer, source: Path | bytes) -> DocumentCda:
    lu = lire(source)
    vue = None if lu.arbre is None else voir(situer, lu.arbre)
    return DocumentCda(situer, source, vue, lu.defauts, lu.enveloppe)


@reader
def documents_lus(tous: DocumentsCda) -> DocumentsLus:
    """Keep the documents that could be read.

    Raises:
        NotAvailable: none could.
    """
    lus = tuple(document for document in tous.documents if document.vue is not None)
    if not lus:
        message = "aucun document CDA n'a pu être lu"
        raise NotAvailable(message, frozenset({ROLE}))
    return DocumentsLus(lus)
