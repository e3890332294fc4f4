"""The identifiers that a bundle holds: INS, FINESS, and what their texts say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from duicheck.discretion import Discreet
from duicheck_tddui.conventions import conventions
from duicheck_tddui.fhir.lot import Lot, objets

__all__ = ["Identifiant", "finess_de", "identifiants", "oid_ins", "un_finess"]

_FINESS = re.compile(r"(?:[0-9]{2}|2A|2B)[0-9]{7}", re.ASCII)


class Identifiant(Discreet, frozen=True):
    """A system and a value, and where the value stands. `porteur` is the resource or object that it identifies."""

    HIDDEN: ClassVar[frozenset[str]] = frozenset({"valeur", "porteur"})

    systeme: str
    valeur: str
    pointeur: str
    porteur: Mapping[str, Any]
    codes: frozenset[str] = frozenset()


def identifiants(lot: Lot) -> Iterator[Identifiant]:
    """Every identifier of the resources of a bundle, contained ones included."""
    for ressource in lot.ressources:
        for pointeur, objet in objets(ressource.valeur, ressource.pointeur):
            yield from ceux_de(objet, pointeur)


def ceux_de(objet: Mapping[str, Any], pointeur: str) -> Iterator[Identifiant]:
    """The identifiers that an object has of its own."""
    for nom in ("identifier", "masterIdentifier"):
        dits = objet.get(nom)
        liste = isinstance(dits, list)
        for rang, dit in enumerate(dits if isinstance(dits, list) else [dits]):
            if isinstance(dit, dict) and isinstance(dit.get("system"), str) and isinstance(dit.get("value"), str):
                ici = f"{pointeur}/{nom}/{rang}/value" if liste else f"{pointeur}/{nom}/value"
                yield Identifiant(dit["system"], dit["value"], ici, objet, _codes(dit))


def _codes(dit: Mapping[str, Any]) -> frozenset[str]:
    genre = dit.get("type")
    codages = genre.get("coding") if isinstance(genre, dict) else None
    return frozenset(
        str(each["code"])
        for each in (codages if isinstance(codages, list) else ())
        if isinstance(each, dict) and "code" in each
    )


def oid_ins(systeme: str) -> str | None:
    """The OID of an identity of health that a system names, if it is in the arc of the ANS; None otherwise."""
    ins = conventions()["ins"]
    oid = systeme.removeprefix(ins["prefixe"])
    return oid if oid == ins["arc"] or oid.startswith(ins["arc"] + ".") else None


def un_finess(texte: str) -> bool:
    """Whether a text has the form of a FINESS number."""
    return _FINESS.fullmatch(texte) is not None


def finess_de(identifiant: Identifiant) -> str | None:
    """The text that stands where a FINESS number is due in an identifier, well formed or not; None: none is due."""
    systemes = conventions()["systemes"]
    if identifiant.systeme in systemes["finess"]:
        return identifiant.valeur
    if identifiant.systeme == systemes["structure"]:
        prefixe = systemes["prefixe_finess"]
        return identifiant.valeur[1:] if identifiant.valeur[:1] == prefixe else None
    if identifiant.systeme in {systemes[nom] for nom in ("sejour", "evenement", "projet", "usager")}:
        prefixe = systemes["prefixe_local"]
        tete, barre, _ = identifiant.valeur.partition("/")
        return tete[1:] if barre and tete[:1] == prefixe else None
    return None
