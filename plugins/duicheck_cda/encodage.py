"""The bytes of a document as text, and whether they are what the document says that they are."""

from __future__ import annotations

import codecs
import re

from msgspec import Struct

from duicheck_cda.conventions import conventions

__all__ = ["Texte", "decoder"]

_DECLARED = re.compile(r"""<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"'<>]{1,40})["']""")
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SANS_BOM = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_HAUT_DE_1252 = re.compile(rb"[\x80-\x9f]")
_HORS_ASCII = re.compile(rb"[\x80-\xff]")


class Texte(Struct, frozen=True):
    """What the bytes say. `texte` is None where they cannot be read; `cause` says what is false, at `ligne`."""

    texte: str | None
    cause: str | None = None
    ligne: int | None = None


def decoder(octets: bytes) -> Texte:
    """Read the bytes of an XML document, and compare them with its declaration.

    A document can be readable (`texte`) and lie (`cause`): windows-1252 bytes declared ISO-8859-1.
    """
    bom, codec = next(((bom, name) for bom, name in _BOMS if octets.startswith(bom)), (b"", None))
    if codec is None:
        codec = next((name for start, name in _SANS_BOM if octets.startswith(start)), None)
    corps = octets[len(bom) :]
    tete = corps[:400].decode(codec or "latin-1", "replace")
    trouve = _DECLARED.match(tete.lstrip())
    if codec == "utf-32":
        return Texte(None, "le document est en UTF-32, que les lecteurs de CDA ne lisent pas", 1)
    annonce = _nom(trouve[1]) if trouve else None
    if trouve and annonce is None:
        return Texte(None, "l'encodage déclaré est inconnu ou n'est pas admis", 1)
    if codec is not None and annonce is not None and not _accord(codec, annonce):
        lu = "UTF-8" if codec == "utf-8" else "UTF-16"
        return _lire(
            corps, codec, f"la marque ou la forme des octets est celle de {lu}, l'encodage déclaré en est un autre"
        )
    if codec is None and annonce is not None and annonce.startswith("utf-16"):
        return _lire(corps, "utf-8", "l'encodage déclaré est UTF-16, les octets n'en ont pas la forme")
    return _compare(corps, codec or annonce or "utf-8", declare=annonce is not None)


def _nom(declare: str) -> str | None:
    """The codec of a declared encoding, or None where it is unknown or not admitted."""
    try:
        nom = codecs.lookup(declare.strip()).name
    except (LookupError, ValueError):  # ValueError: a name that no codec can have, with a null in it
        return None
    return nom if nom in conventions()["encodages"]["admis"] else None


def _accord(lu: str, annonce: str) -> bool:
    return lu == annonce or (lu.startswith("utf-16") and annonce == "utf-16")


def _compare(corps: bytes, codec: str, *, declare: bool) -> Texte:
    """Decode with the encoding in force, and look for bytes of another."""
    dit = "déclaré" if declare else "en vigueur sans déclaration"
    try:
        texte = corps.decode(codec)
    except UnicodeDecodeError as error:
        ligne = _ligne(corps, error.start, codec)
        autre = " ; ils ont la forme du latin-1 ou du windows-1252" if codec in {"utf-8", "ascii"} else ""
        return Texte(None, f"des octets ne sont pas ceux de l'encodage {dit} ({_public(codec)}){autre}", ligne)
    if codec in {"iso8859-1", "iso8859-15", "cp1252"} and (haut := _HORS_ASCII.search(corps)):
        if _est_utf8(corps):
            return Texte(
                texte,
                f"les octets sont de l'UTF-8, l'encodage déclaré est {_public(codec)}",
                _ligne(corps, haut.start(), codec),
            )
        if codec != "cp1252" and (haut := _HAUT_DE_1252.search(corps)):
            return Texte(
                texte,
                f"des octets sont du windows-1252, l'encodage déclaré est {_public(codec)}",
                _ligne(corps, haut.start(), codec),
            )
    return Texte(texte)


def _lire(corps: bytes, codec: str, cause: str) -> Texte:
    """The text all the same where it can be had, so that the rest is judged too."""
    try:
        return Texte(corps.decode(codec), cause, 1)
    except UnicodeDecodeError:
        return Texte(None, cause, 1)


def _est_utf8(corps: bytes) -> bool:
    try:
        corps.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _ligne(corps: bytes, place: int, codec: str) -> int:
    fin = "\n".encode(codec if codec.startswith("utf-16-") else "ascii")
    return corps.count(fin, 0, place) + 1


def _public(codec: str) -> str:
    return {"iso8859-1": "ISO-8859-1", "iso8859-15": "ISO-8859-15", "cp1252": "windows-1252", "ascii": "US-ASCII"}.get(
        codec, codec.upper()
    )
