"""What a document embeds (ED): its announced type, and what its first and last bytes say that it is."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from duicheck.findings import Location
from duicheck_cda.lecture import CDA

__all__ = ["Contenu", "Situer", "contenus"]

Situer = Callable[[int | None, str | None], Location]
"""From a line and an XPath of a document to a place of the delivery."""

_H = f"{{{CDA}}}"
_BLANCS = re.compile(r"[ \t\r\n]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}\Z")
_TETE = 4096  # characters of base64 that are decoded at each end
_PDF_DEBUT = 1024  # bytes in which readers look for the mark of a PDF
_MARQUES = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/tiff": (b"II*\x00", b"MM\x00*"),
    "text/rtf": (b"{\\rtf",),
    "application/rtf": (b"{\\rtf",),
    "application/msword": (b"\xd0\xcf\x11\xe0",),
}
_PROGRAMMES = (
    (b"MZ", "un programme Windows"),
    (b"\x7fELF", "un programme Linux"),
    (b"\xfe\xed\xfa\xce", "un programme macOS"),
    (b"\xfe\xed\xfa\xcf", "un programme macOS"),
    (b"\xce\xfa\xed\xfe", "un programme macOS"),
    (b"\xcf\xfa\xed\xfe", "un programme macOS"),
    (b"\xca\xfe\xba\xbe", "un programme Java ou macOS"),
    (b"#!", "un script"),
)


class Contenu(Struct, frozen=True):
    """One embedded content. `code` is whether it is coded in base64.

    `type_mime` is None where none is said. `cause` is why it cannot be opened as what it says, in words; `autre` the
    type of image or text that it is instead; `programme` what the bytes are where they can be run. None quotes a byte.
    """

    type_mime: str | None
    code: bool
    cause: str | None
    programme: str | None
    at: Location
    autre: str | None = None


def contenus(situer: Situer, racine: Any) -> Iterator[Contenu]:  # noqa: ANN401 -- lxml ships no types
    """The embedded contents of a document: what carries base64, and what announces a type."""
    for element in racine.iter():
        if not isinstance(element.tag, str):
            continue
        annonce, codage = element.get("mediaType"), element.get("representation")
        corps = element.tag == f"{_H}text" and element.getparent().tag == f"{_H}nonXMLBody"
        if annonce is None and codage is None and not corps:
            continue
        yield _juger(situer, element, annonce, codage)


def _juger(situer: Situer, element: Any, annonce: str | None, codage: str | None) -> Contenu:  # noqa: ANN401
    from duicheck_cda.schematron.places import path_of  # noqa: PLC0415 -- start-up

    lieu = situer(element.sourceline, path_of(element))
    propre = None if annonce is None else annonce.partition(";")[0].strip().lower()
    if codage != "B64":
        texte = "".join(element.itertext()).lstrip() if propre == "application/pdf" else ""
        en_clair = propre == "application/pdf" and bool(texte)
        cause = "le type est PDF, le contenu n'est pas codé en base64 (representation)" if en_clair else None
        return Contenu(propre, code=False, cause=cause, programme=None, at=lieu)
    # Comments and processing instructions are no text; CDATA is.
    texte = _BLANCS.sub("", "".join(element.xpath("text()")))
    if not texte:
        reference = element.find(f"{_H}reference") is not None
        return Contenu(
            propre,
            code=True,
            cause=None if reference or element.get("nullFlavor") else "il n'y a rien",
            programme=None,
            at=lieu,
        )
    if not _BASE64.match(texte) or len(texte) % 4:
        return Contenu(
            propre,
            code=True,
            cause="ce n'est pas du base64 (caractère étranger, ou longueur tronquée)",
            programme=None,
            at=lieu,
        )
    debut, fin = _bouts(texte, element.get("compression"))
    if debut is None:
        return Contenu(
            propre, code=True, cause="la compression annoncée n'est pas celle des octets", programme=None, at=lieu
        )
    programme = next((dit for marque, dit in _PROGRAMMES if debut.startswith(marque)), None)
    autre = _autre(propre, debut)
    cause = None if autre else _contredit(propre, debut, fin)
    return Contenu(propre, code=True, cause=cause, programme=programme, at=lieu, autre=autre)


def _autre(annonce: str | None, debut: bytes) -> str | None:
    """The type that the bytes are of, where it is another of the same family than the one announced."""
    reel = next((nom for nom, marques in _MARQUES.items() if debut.startswith(marques)), None)
    if annonce is None or reel is None or reel == annonce or {reel, annonce} == {"text/rtf", "application/rtf"}:
        return None
    return reel if reel.partition("/")[0] == annonce.partition("/")[0] else None


def _bouts(texte: str, compression: str | None) -> tuple[bytes | None, bytes | None]:
    """The first and last bytes; the last are None where the content is compressed."""
    try:
        debut = base64.b64decode(texte[:_TETE])
        if compression in {"DF", "ZL", "GZ"}:
            fenetre = {"DF": -15, "ZL": 15, "GZ": 31}[compression]
            # Bounded: the head of what a bomb would give.
            return zlib.decompressobj(fenetre).decompress(debut, _TETE), None
        return debut, base64.b64decode(texte[-_TETE:])
    except (binascii.Error, zlib.error):
        return None, None


def _contredit(type_mime: str | None, debut: bytes, fin: bytes | None) -> str | None:
    """What is wrong between the type and the bytes; None where nothing is, or nothing can be said."""
    if type_mime == "application/pdf":
        if b"%PDF-" not in debut[:_PDF_DEBUT]:
            return "le type est PDF, les octets ne sont pas ceux d'un PDF"
        if fin is not None and b"%%EOF" not in fin:
            return "le PDF est tronqué : sa fin manque"
        return None
    marques = _MARQUES.get(type_mime or "")
    if marques is not None and not debut.startswith(marques):
        return f"le type est {type_mime}, les octets ne le sont pas"
    if type_mime in {None, "text/plain"} and debut.startswith(b"%PDF-"):
        return "les octets sont ceux d'un PDF, le type est du texte"
    return None
