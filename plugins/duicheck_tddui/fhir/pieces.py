"""The documents that the resources carry: decoded once, judged by rules, handed to whoever reads their kind."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

from msgspec import Struct

from duicheck.discretion import Discreet
from duicheck.errors import NotAvailable
from duicheck.findings import Location, Severity, Violation
from duicheck.model import DocumentsTransportes, DocumentTransporte
from duicheck.rules import reader, rule
from duicheck_tddui.conventions import conventions
from duicheck_tddui.fhir.lot import Lot, Ressource, objets
from duicheck_tddui.fhir.lots import LotsLus

__all__ = [
    "Piece",
    "Pieces",
    "cda_absent",
    "documents_transportes",
    "du_lot",
    "piece_alteree",
    "piece_discordante",
    "piece_illisible",
    "pieces",
]

_BLANCS = re.compile(r"[ \t\r\n]+")
_XML = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*\x00?<")
_PROGRAMMES = (b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"#!")


class Piece(Discreet, frozen=True):
    """One attachment. `octets` is None where `data` is no base64; `at` is the place of the text in base64."""

    HIDDEN: ClassVar[frozenset[str]] = frozenset({"lot", "ressource", "octets"})

    lot: Lot
    ressource: Ressource
    at: Location
    media: str | None
    octets: bytes | None
    taille: int | None
    empreinte: str | None

    @property
    def xml(self) -> bool:
        """Whether its bytes begin like XML."""
        return self.octets is not None and _XML.match(self.octets[:64]) is not None


class Pieces(Struct, frozen=True):
    """Every attachment that the bundles hold themselves; there may be none."""

    role: ClassVar[str] = "tddui"

    pieces: Sequence[Piece]


@reader
def pieces(lus: LotsLus) -> Pieces:
    """Decode the attachments: those in place, and those in a Binary of the same bundle."""
    return Pieces([piece for lot in lus.lots for piece in du_lot(lot)])


def du_lot(lot: Lot) -> Iterator[Piece]:
    """The attachments of one bundle."""
    for ressource in lot.ressources:
        for pointeur, objet in objets(ressource.valeur, ressource.pointeur):
            if "contentType" not in objet and "data" not in objet:
                continue
            # A Binary is read through the attachment that names it, which knows its size and hash.
            if objet.get("resourceType") == "Binary":
                continue
            url = objet.get("url")
            ailleurs = lot.resoudre(url, ressource) if isinstance(url, str) else None
            if isinstance(data := objet.get("data"), str):
                ou = lot.at(f"{pointeur}/data")
            elif ailleurs is not None and ailleurs.type == "Binary":
                data, ou = ailleurs.valeur.get("data"), lot.at(f"{ailleurs.pointeur}/data")
            if isinstance(data, str):
                media, taille, empreinte = (objet.get(nom) for nom in ("contentType", "size", "hash"))
                yield Piece(
                    lot,
                    ressource,
                    ou,
                    media.partition(";")[0].strip().lower() if isinstance(media, str) else None,
                    _decoder(data),
                    taille if isinstance(taille, int) else None,
                    empreinte if isinstance(empreinte, str) else None,
                )


def _decoder(data: str) -> bytes | None:
    try:
        return base64.b64decode(_BLANCS.sub("", data), validate=True)
    except (binascii.Error, ValueError):
        return None


@reader
def documents_transportes(trouvees: Pieces) -> DocumentsTransportes:
    """The XML documents among the attachments, for the plugin that reads them.

    Raises:
        NotAvailable: there is none.
    """
    documents = [
        DocumentTransporte(piece.at, piece.octets)
        for piece in trouvees.pieces
        if piece.xml and piece.octets is not None
    ]
    if not documents:
        message = "tddui : aucun lot ne porte de document XML"
        raise NotAvailable(message, frozenset({"tddui"}))
    return DocumentsTransportes(documents)


@rule(
    "tddui/piece-illisible",
    severity=Severity.ERROR,
    message="{ressource} : le contenu de la pièce jointe n'est pas de la base 64.",
    remedy="Encodez le document en base 64, sans autre texte ni adresse « data: ».",
    since="0.1",
)
def piece_illisible(trouvees: Pieces) -> Iterator[Violation]:
    """Le contenu d'une pièce jointe ne peut pas être décodé.

    La propriété « data » d'une pièce jointe, ou de la ressource Binary qu'elle désigne dans le lot, est de la base 64.
    Les blancs et les fins de ligne sont admis.

    Source : FHIR R4, type base64Binary.
    """
    for piece in trouvees.pieces:
        if piece.octets is None:
            yield Violation(piece.at, {"ressource": piece.ressource.type})


@rule(
    "tddui/piece-alteree",
    severity=Severity.ERROR,
    message="{ressource} : {cause}.",
    remedy="Recalculez la taille et l'empreinte sur le document tel qu'il est joint, avant la base 64.",
    since="0.1",
)
def piece_alteree(trouvees: Pieces) -> Iterator[Violation]:
    """Une pièce jointe n'a pas la taille ou l'empreinte annoncées.

    « size » compte les octets du document et « hash » est son empreinte SHA-1, en base 64. Un document modifié en route
    se reconnaît là.

    Source : FHIR R4, type Attachment.
    """
    for piece in trouvees.pieces:
        if piece.octets is None:
            continue
        if piece.taille is not None and piece.taille != len(piece.octets):
            cause = "la pièce jointe n'a pas la taille annoncée"
            yield Violation(piece.at, {"ressource": piece.ressource.type, "cause": cause})
        if piece.empreinte is not None and piece.empreinte != _sha1(piece.octets):
            cause = "la pièce jointe n'a pas l'empreinte annoncée"
            yield Violation(piece.at, {"ressource": piece.ressource.type, "cause": cause})


def _sha1(octets: bytes) -> str:
    return base64.b64encode(hashlib.sha1(octets, usedforsecurity=False).digest()).decode("ascii")


@rule(
    "tddui/piece-discordante",
    severity=Severity.ERROR,
    message="{ressource} : {cause}.",
    remedy="Joignez le document du type annoncé, ou corrigez contentType.",
    since="0.1",
)
def piece_discordante(trouvees: Pieces) -> Iterator[Violation]:
    """Une pièce jointe n'est pas du type qu'elle annonce, ou s'exécute.

    Un PDF commence par « %PDF », un document XML par « < ». Un programme n'a pas sa place dans un dossier, quel que
    soit le type annoncé. Les autres types ne sont pas vérifiés.

    Source : FHIR R4, Attachment.contentType ; les débuts des formats PDF (ISO 32000) et XML 1.0 ; convention duicheck
    pour les programmes.
    """
    for piece in trouvees.pieces:
        if (cause := _discordance(piece)) is not None:
            yield Violation(piece.at, {"ressource": piece.ressource.type, "cause": cause})


def _discordance(piece: Piece) -> str | None:
    types = conventions()["pieces"]
    if piece.media in types["executables"] or (piece.octets or b"").startswith(_PROGRAMMES):
        return "la pièce jointe est un programme"
    if piece.octets is None:
        return None
    # Readers of PDF admit some bytes before the mark.
    if piece.media in types["pdf"] and b"%PDF-" not in piece.octets[:1024]:
        return "la pièce jointe se dit PDF et n'en est pas un"
    if piece.media in types["xml"] and not piece.xml:
        return "la pièce jointe se dit XML et n'en est pas"
    return None


@rule(
    "tddui/cda-absent",
    severity=Severity.WARNING,
    message="Ce lot de version 1 ne porte aucun document CDA (pièces jointes d'un autre type : {pieces}).",
    remedy="Joignez à chaque DocumentReference le document CDA du transfert de données.",
    since="0.1",
)
def cda_absent(lus: LotsLus, trouvees: Pieces) -> Iterator[Violation]:
    """Un lot de version 1 ne porte aucun document CDA.

    En version 1, les données de l'usager sont dans les documents CDA que portent les DocumentReference ; sans eux, il
    n'y a rien à transférer. L'exemple publié du guide ne porte qu'un texte : c'est un avertissement.

    Source : ANS, guide d'implémentation « Transfert de données DUI » 1.0, description des flux.
    """
    marque = conventions()["pieces"]["espace_cda"].encode("ascii")
    for lot in lus.lots:
        jointes = [piece for piece in trouvees.pieces if piece.lot is lot]
        if lot.version == "1" and not any(piece.xml and marque in (piece.octets or b"") for piece in jointes):
            yield Violation(lot.at("/resourceType"), {"pieces": len(jointes)})
