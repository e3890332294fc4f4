"""One JSON text of any shape, read as strictly as the documents that have a schema."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from msgspec import Struct, field

from duicheck.discretion import Discreet

__all__ = ["FauteJson", "JsonLu", "lire_json"]


class FauteJson(Struct, frozen=True):
    """Why a text cannot be taken at its word. `nature`: `bornes`, `cle_repetee` or `mal_forme`; `cause` is French."""

    nature: str
    cause: str
    ligne: int | None = None


class JsonLu(Discreet, frozen=True):
    """The value, or the faults that say why there is none.

    Numbers with a point are Decimal. `lignes`: pointer of each value -> physical line, from 1.
    """

    HIDDEN: ClassVar[frozenset[str]] = frozenset({"lignes"})

    valeur: Any = None
    fautes: tuple[FauteJson, ...] = ()
    lignes: Mapping[str, int] = field(default_factory=dict)


def lire_json(fichier: Path, *, octets: int, profondeur: int) -> JsonLu:
    """Read a file of JSON: UTF-8 (a BOM is tolerated), no key twice, no NaN, no half character, bounded.

    Args:
        fichier: where the text is.
        octets: the largest size that is read, in bytes.
        profondeur: how many arrays and objects may be nested.

    Returns:
        Whatever the file holds, a value or faults; every line of a repeated key is one fault.
    """
    try:
        with fichier.open("rb") as source:
            contenu = source.read(octets + 1)
    except OSError:
        return _refus("mal_forme", "le système refuse de lire le fichier")
    if len(contenu) > octets:
        return _refus("bornes", f"plus de {octets >> 20} Mio")
    return _texte(contenu, profondeur)


def _refus(nature: str, cause: str, ligne: int | None = None) -> JsonLu:
    return JsonLu(None, (FauteJson(nature, cause, ligne),))


def _texte(contenu: bytes, profondeur: int) -> JsonLu:
    if contenu[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return _refus("mal_forme", "texte enregistré en UTF-16 ; l'encodage de JSON est UTF-8")
    contenu = contenu.removeprefix(codecs.BOM_UTF8)
    if not contenu.strip():
        return _refus("mal_forme", "le fichier est vide")
    try:
        texte = contenu.decode("utf-8")
    except UnicodeDecodeError as error:
        return _refus(
            "mal_forme", "ce n'est pas de l'UTF-8, seul encodage de JSON", contenu.count(b"\n", 0, error.start) + 1
        )
    return _valeur(texte, profondeur)


def _valeur(texte: str, profondeur: int) -> JsonLu:
    from duicheck.formats.jsondocument import lines_of, repeated_lines  # noqa: PLC0415 -- jsonschema costs 90 ms
    from duicheck.formats.strictjson import JsonFault, RepeatedKey, TooDeep, loads  # noqa: PLC0415

    try:
        valeur = loads(texte)
    except RepeatedKey as fault:
        # The text may still be broken further on: where its places cannot be told, one fault is enough.
        lignes = _lignes_repetees(repeated_lines(texte)) or [None]
        cause = fault.cause if len(lignes) == 1 else "une clé est répétée dans un même objet"
        return JsonLu(None, tuple(FauteJson("cle_repetee", cause, ligne) for ligne in lignes))
    except TooDeep as fault:
        return _refus("bornes", fault.cause)
    except JsonFault as fault:
        return _refus("mal_forme", fault.cause, fault.line)
    if trop := _hors_bornes(valeur, profondeur):
        return _refus("bornes", trop)
    if _demi_caractere(valeur):
        return _refus("mal_forme", "un texte contient la moitié d'un caractère (échappement \\ud800 à \\udfff isolé)")
    return JsonLu(valeur, (), lines_of(texte))


def _lignes_repetees(lignes: Iterator[int]) -> list[int | None]:
    try:
        return list(lignes)
    except (IndexError, ValueError):
        return []


def _hors_bornes(valeur: Any, profondeur: int) -> str | None:  # noqa: ANN401 -- any JSON value
    """The cause, where containers are nested too deep; no recursion, whatever the depth."""
    niveau = [valeur]
    for _ in range(profondeur):
        niveau = [
            enfant
            for each in niveau
            if isinstance(each, dict | list)
            for enfant in (each.values() if isinstance(each, dict) else each)
        ]
        if not niveau:
            return None
    deepest = any(isinstance(each, dict | list) for each in niveau)
    return f"plus de {profondeur} objets et tableaux emboîtés" if deepest else None


def _demi_caractere(valeur: Any) -> bool:  # noqa: ANN401 -- any JSON value
    reste = [valeur]
    while reste:
        each = reste.pop()
        if isinstance(each, dict):
            reste += each.keys()
            reste += each.values()
        elif isinstance(each, list):
            reste += each
        elif isinstance(each, str):
            try:
                each.encode("utf-8")
            except UnicodeEncodeError:
                return True
    return False
