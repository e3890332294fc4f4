"""The parts that the rules read, and the reader that makes them from the files of the role `cda`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from duicheck.errors import NotAvailable
from duicheck.findings import Location, Violation
from duicheck.model import Lecture, Livraison
from duicheck.rules import reader
from duicheck_cda.conventions import conventions
from duicheck_cda.lecture import Defaut, lire
from duicheck_cda.vue import Vue, voir

__all__ = ["DocumentCda", "DocumentsCda", "DocumentsLus", "documents_cda", "documents_lus"]

ROLE = "cda"


@dataclass(frozen=True, slots=True)
class DocumentCda:
    """One delivered document. `vue` is None where it could not be read; `defauts` say why.

    `enveloppe` is the line of the `xsl:stylesheet` that it was taken out of.
    """

    chemin: str
    fichier: Path
    vue: Vue | None
    defauts: Sequence[Defaut]
    enveloppe: int | None

    @property
    def transfert(self) -> bool:
        """Whether it is a transfer of DUI data, whose templates are not those of the clinical documents."""
        gabarit = conventions()["gabarits"]["transfert_dui"]
        return self.vue is not None and any(root == gabarit for root, _ in self.vue.gabarits)


@dataclass(frozen=True, slots=True)
class DocumentsCda:
    """Every document of the delivery, in the order of its files, readable or not."""

    documents: Sequence[DocumentCda]

    def defauts(self, regle: str) -> Iterator[Violation]:
        """What the reading met, for one rule."""
        for document in self.documents:
            for defaut in document.defauts:
                if defaut.regle == regle:
                    yield Violation(Location(document.chemin, defaut.ligne, None, defaut.pointeur), defaut.faits)


@dataclass(frozen=True, slots=True)
class DocumentsLus:
    """The documents that could be read; there is at least one."""

    documents: Sequence[DocumentCda]

    def vues(self) -> Iterator[Vue]:
        """The documents as the rules see them."""
        for document in self.documents:
            if document.vue is not None:
                yield document.vue


@reader
def documents_cda(lecture: Lecture, livraison: Livraison) -> DocumentsCda:
    """Read the documents, one after the other: only what the rules need is kept.

    Raises:
        NotAvailable: the delivery holds none.
    """
    fichiers = [fichier for fichier in lecture.fichiers if fichier.role == ROLE and fichier.lu is not None]
    if not fichiers:
        why = "le manifeste en annonce mais le fichier manque" if ROLE in livraison.roles else "absent de la livraison"
        message = f"{ROLE} : {why}"
        raise NotAvailable(message, frozenset({ROLE}))
    documents = []
    for fichier in fichiers:
        assert fichier.lu is not None  # noqa: S101 -- chosen above
        lu = lire(fichier.lu)
        vue = None if lu.arbre is None else voir(fichier.chemin, lu.arbre)
        documents.append(DocumentCda(fichier.chemin, fichier.lu, vue, lu.defauts, lu.enveloppe))
    return DocumentsCda(tuple(documents))


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
