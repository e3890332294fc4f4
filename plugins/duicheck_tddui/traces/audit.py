"""Audit messages in the schema of DICOM (ATNA), alone, one after the other, or behind syslog headers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

from duicheck.discretion import Discreet
from duicheck_tddui.arbre import Element, Nature, XmlRefuse, lire_xml
from duicheck_tddui.conventions import bound

__all__ = ["Audit", "Objet", "lire_audit"]

_DEBUT = re.compile(rb"<AuditMessage[\s>]")
_FIN = re.compile(rb"</AuditMessage\s*>")
_DECLARATION = re.compile(rb"<\?xml[^>]*\?>\s*\Z")
_SYSLOG = re.compile(rb"\s*(?:[0-9]{1,7} )?(?:<[0-9]{1,3}>(?:1 )?[^<>]*)?\s*", re.DOTALL)
_BOM = b"\xef\xbb\xbf"


class Objet(Discreet, frozen=True):
    """What the event is about: the kind of object (1: a person, 2: a thing), of identifier, and the identifier."""

    HIDDEN: ClassVar[frozenset[str]] = frozenset({"identifiant"})

    type: str
    nature: str
    identifiant: str


class Audit(Discreet, frozen=True):
    """One message. `evenement` and `transactions` are codes; `site` names the establishment, `instant` as written."""

    HIDDEN: ClassVar[frozenset[str]] = frozenset({"site", "objets"})

    ligne: int
    evenement: str
    transactions: frozenset[str]
    issue: str
    instant: str | None
    site: str | None
    objets: Sequence[Objet]


def lire_audit(octets: bytes) -> list[Audit]:
    """The messages of a file, in order.

    Raises:
        XmlRefuse: a DOCTYPE, something between the messages that is no syslog header, or one that is not well-formed.
    """
    trouves: list[Audit] = []
    fin = 0
    octets = octets.removeprefix(_BOM)
    for debut, suite in _places(octets):
        _entre(octets, fin, debut)
        if len(trouves) >= bound("messages"):
            cause = f"plus de {bound('messages')} messages"
            raise XmlRefuse(Nature.BORNES, cause, _ligne(octets, debut))
        trouves.append(_audit(octets[debut:suite], _ligne(octets, debut)))
        fin = suite
    if not trouves:
        _entier(octets)
    _entre(octets, fin, len(octets))
    return trouves


def _places(octets: bytes) -> Iterator[tuple[int, int]]:
    """Where each message starts, its XML declaration included, and ends."""
    avant = 0
    while (ouvre := _DEBUT.search(octets, avant)) and (ferme := _FIN.search(octets, ouvre.end())):
        declare = _DECLARATION.search(octets, max(avant, ouvre.start() - 200), ouvre.start())
        yield declare.start() if declare else ouvre.start(), ferme.end()
        avant = ferme.end()


def _ligne(octets: bytes, place: int) -> int:
    return octets.count(b"\n", 0, place) + 1


def _entre(octets: bytes, debut: int, fin: int) -> None:
    """Between two messages: nothing, or a syslog header."""
    texte = octets[debut:fin].replace(_BOM, b"")  # RFC 5424 puts one before a message in UTF-8
    if (place := texte.upper().find(b"<!DOCTYPE")) >= 0:
        raise XmlRefuse(Nature.DOCTYPE, "un DOCTYPE, qui peut déclarer des entités", _ligne(octets, debut + place))
    if _SYSLOG.fullmatch(texte) is None:
        cause = "du texte qui n'est ni un message d'audit entier, ni un en-tête syslog"
        raise XmlRefuse(Nature.MAL_FORME, cause, _ligne(octets, debut))


def _entier(octets: bytes) -> None:
    """A file without any whole message: what is it?

    Raises:
        XmlRefuse: always.
    """
    if (place := octets.upper().find(b"<!DOCTYPE")) >= 0:
        raise XmlRefuse(Nature.DOCTYPE, "un DOCTYPE, qui peut déclarer des entités", _ligne(octets, place))
    if b"<AuditMessage" in octets:
        cause = "la fin d'un message d'audit manque (fichier tronqué ?)"
        raise XmlRefuse(Nature.MAL_FORME, cause, _ligne(octets, octets.index(b"<AuditMessage")))
    raise XmlRefuse(Nature.INCONNU, "ni message d'audit, ni message HL7 v2", 1)


def _audit(texte: bytes, ligne: int) -> Audit:
    try:
        racine = lire_xml(texte, bound("elements"))
    except XmlRefuse as refus:
        raise XmlRefuse(refus.nature, refus.cause, refus.ligne + ligne - 1) from None
    evenement = racine.un("EventIdentification")
    source = racine.un("AuditSourceIdentification")
    return Audit(
        ligne,
        _code(None if evenement is None else evenement.un("EventID")) or "",
        frozenset(filter(None, map(_code, () if evenement is None else evenement.tous("EventTypeCode")))),
        "" if evenement is None else evenement.attribut("EventOutcomeIndicator") or "",
        None if evenement is None else evenement.attribut("EventDateTime"),
        None if source is None else source.attribut("AuditEnterpriseSiteID"),
        tuple(_objets(racine)),
    )


def _code(element: Element | None) -> str | None:
    return None if element is None else element.attribut("csd-code", "code")


def _objets(racine: Element) -> Iterator[Objet]:
    for each in racine.tous("ParticipantObjectIdentification"):
        identifiant = each.attribut("ParticipantObjectID")
        if identifiant is not None:
            nature = _code(each.un("ParticipantObjectIDTypeCode")) or ""
            yield Objet(each.attribut("ParticipantObjectTypeCode") or "", nature, identifiant)
