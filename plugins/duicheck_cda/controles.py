"""Which Schematrons each document must pass, and what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from duicheck.errors import NotAvailable
from duicheck.findings import Location
from duicheck.model import Paquets
from duicheck.rules import reader
from duicheck_cda.conventions import conventions
from duicheck_cda.documents import DocumentCda, DocumentsLus
from duicheck_cda.paquet import PaquetCda

if TYPE_CHECKING:
    from duicheck_cda.schematron import Failure, Report

__all__ = ["Controle", "ControlesSchematron", "Trou", "controles_schematron"]


class Controle(Struct, frozen=True):
    """One schema over one document. `rapport` is None where it could not be run, for the reason `raison`.

    `propre`: the schema is that of this kind of document, not one for all.
    """

    document: DocumentCda
    schema: str
    rapport: Report | None
    raison: str | None
    propre: bool

    @property
    def muet(self) -> bool:
        """Whether it ran and fired no rule."""
        return self.rapport is not None and not self.rapport.fired


class Trou(Struct, frozen=True):
    """Something that was not checked: which schema (None: none exists for this document), why, where."""

    schema: str | None
    cause: str
    at: Location


class ControlesSchematron(Struct, frozen=True):
    """Every control that was due. `entete` is the schema of the header; None where the package has none."""

    controles: Sequence[Controle]
    entete: str | None
    sans_profil: Sequence[DocumentCda]

    def echecs(self, *, entete: bool) -> Iterator[tuple[Controle, Failure]]:
        """The failures of the header's schema, or of the others."""
        for controle in self.controles:
            if (controle.schema == self.entete) is entete and controle.rapport is not None:
                for failure in controle.rapport.failures:
                    yield controle, failure

    def trous(self) -> Iterator[Trou]:
        """What should have been checked and was not: nothing of it may be green."""
        for controle in self.controles:
            yield from self._trous(controle)
        for document in self._documents():
            contenus = [each for each in self.controles if each.document is document and each.schema != self.entete]
            if contenus and all(each.muet for each in contenus):
                cause = "aucune règle d'aucun Schematron de contenu ne s'est déclenchée : rien n'a été vérifié"
                yield Trou(None, cause, document.situer(None, None))

    def muets(self) -> Iterator[Trou]:
        """The general schemas of content that found nothing to look at in a document, and the missing profiles."""
        for controle in self.controles:
            if controle.muet and controle.schema != self.entete and not controle.propre:
                yield Trou(
                    controle.schema, "aucune de ses règles ne s'est déclenchée", controle.document.situer(None, None)
                )
        for document in self.sans_profil:
            cause = "aucun n'est celui de ce type et de cette version de document"
            yield Trou(None, cause, document.situer(None, None))

    def _documents(self) -> Iterator[DocumentCda]:
        return iter({id(controle.document): controle.document for controle in self.controles}.values())

    def _trous(self, controle: Controle) -> Iterator[Trou]:
        ici = controle.document.situer(None, None)
        rapport = controle.rapport
        if rapport is None:
            yield Trou(controle.schema, controle.raison or "le contrôle n'a pas eu lieu", ici)
            return
        if controle.muet and (controle.propre or controle.schema == self.entete):
            yield Trou(controle.schema, "aucune de ses règles ne s'est déclenchée : rien n'a été vérifié", ici)
        for manque in rapport.missing:
            yield Trou(controle.schema, f"le fichier {manque.rpartition('/')[2]} manque au paquet", ici)
        for each in rapport.unchecked:
            if not each.reason.startswith("fichier absent"):
                at = controle.document.situer(each.line, each.pointer)
                yield Trou(controle.schema, each.reason, at)

    def exiger(self, *, entete: bool) -> None:
        """Refuse to call green what was not looked at.

        Raises:
            NotAvailable: a control of that kind has a hole.
        """
        noms = {self.entete} if entete else {each.schema for each in self.controles} - {self.entete} | {None}
        trous = [trou for trou in self.trous() if trou.schema in noms]
        if entete and self.entete is None:
            message = "le paquet de règles nationales n'a pas le Schematron de la structuration minimale"
            raise NotAvailable(message, frozenset({Paquets.role}))
        if trous:
            message = f"{trous[0].schema or 'Schematrons'} : {trous[0].cause}"
            raise NotAvailable(message)
        if not any((each.schema == self.entete) is entete and not each.muet for each in self.controles):
            message = "aucun Schematron de cette sorte n'a rien vérifié"
            raise NotAvailable(message)


@reader
def controles_schematron(lus: DocumentsLus, paquet: PaquetCda) -> ControlesSchematron:
    """Run the schemas of the package over every document that could be read.

    Raises:
        NotAvailable: the package has no Schematron.
    """
    from duicheck_cda.equipe import executer  # noqa: PLC0415 -- start-up
    from duicheck_cda.executant import Travail  # noqa: PLC0415

    if not paquet.schematrons:
        message = "le paquet de règles nationales n'a pas de Schematron"
        raise NotAvailable(message, frozenset({Paquets.role}))
    communs = [nom for nom in (paquet.entete, *paquet.generaux) if nom is not None]
    travaux, sans_profil = [], []
    for document in lus.documents:
        assert document.vue is not None  # noqa: S101 -- DocumentsLus holds no other
        type_document = document.vue.type_document
        profil = paquet.choisir(document.vue.gabarits, None if type_document is None else type_document.code)
        if profil is None and not _sans_profil_propre(document):
            sans_profil.append(document)
        schemas = tuple(dict.fromkeys([*communs, *([] if profil is None else [profil.nom])]))
        travaux.append(Travail(document.source, schemas))
    controles = []
    for document, travail, resultat in zip(lus.documents, travaux, executer(paquet, travaux), strict=True):
        for nom in travail.schemas:
            rapport, raison = resultat.rapports.get(nom), resultat.raisons.get(nom)
            controles.append(Controle(document, nom, rapport, raison, nom not in communs))
    return ControlesSchematron(tuple(controles), paquet.entete, tuple(sans_profil))


def _sans_profil_propre(document: DocumentCda) -> bool:
    """Whether no schema of its own is due: a body that is not structured has none but the header's."""
    assert document.vue is not None  # noqa: S101 -- as above
    niveau_1 = conventions()["gabarits"]["non_structure"]
    return any(root == niveau_1 for root, _ in document.vue.gabarits)
