"""What the rules need of a document, and nothing else: the header's identifiers, its type, what is embedded in it.

Identifiers of persons are held for the rules to judge; no fact, message or representation ever shows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from msgspec import Struct

from duicheck.discretion import Discreet
from duicheck.findings import Location
from duicheck.langue import N_
from duicheck_cda.contenu import Contenu, Situer, contenus
from duicheck_cda.lecture import CDA

__all__ = ["Code", "Identifiant", "Patient", "Reference", "Vue", "voir"]

_H = f"{{{CDA}}}"
_XINCLUDE = "{http://www.w3.org/2001/XInclude}include"
_FEUILLE = re.compile(r"""\bhref\s*=\s*["']([^"']*)["']""")
_AILLEURS = re.compile(r"(?i)\s*(?:[a-z][a-z0-9+.-]*:|//|\\\\)")
_PORTEURS = {
    "assignedAuthor": N_("l'auteur"),
    "representedOrganization": N_("l'organisation de l'auteur"),
    "representedCustodianOrganization": N_("le conservateur"),
}


class Identifiant(Discreet, frozen=True):
    """An `id` (II). `extension` is never shown; None: no such attribute. `porteur` says in words whose it is."""

    HIDDEN: ClassVar[frozenset[str]] = frozenset({"extension"})

    root: str | None
    extension: str | None
    nul: bool
    porteur: str
    at: Location


class Code(Struct, frozen=True):
    """A coded value: code, codeSystem, and whether it says that it is not known (nullFlavor)."""

    code: str | None
    systeme: str | None
    nul: bool
    at: Location


class Patient(Struct, frozen=True):
    """A recordTarget: its identifiers and its administrative gender."""

    identifiants: Sequence[Identifiant]
    sexe: Code | None
    at: Location


class Reference(Struct, frozen=True):
    """Something that points out of the document; `cause` says what, and quotes no address."""

    cause: str
    at: Location


class Vue(Struct, frozen=True):
    """One document as the rules see it. `gabarits` are the templateId of the header: (root, extension)."""

    gabarits: frozenset[tuple[str, str | None]]
    type_document: Code | None
    patients: Sequence[Patient]
    identifiants: Sequence[Identifiant]
    codes: Sequence[Code]
    contenus: Sequence[Contenu]
    references: Sequence[Reference]
    at: Location


def voir(situer: Situer, arbre: Any) -> Vue:  # noqa: ANN401 -- lxml ships no types
    """Look at a document whose root is a ClinicalDocument; `situer` turns its lines and XPaths into places."""
    racine = arbre.getroot()
    gabarits = {(each.get("root", ""), each.get("extension")) for each in racine.findall(f"{_H}templateId")}
    type_document = racine.find(f"{_H}code")
    return Vue(
        frozenset(gabarits),
        None if type_document is None else _code(situer, type_document),
        [_patient(situer, each) for each in racine.findall(f"{_H}recordTarget")],
        list(_identifiants(situer, racine)),
        list(_codes(situer, racine)),
        list(contenus(situer, racine)),
        list(_references(situer, arbre)),
        _lieu(situer, racine),
    )


def _lieu(situer: Situer, element: Any) -> Location:  # noqa: ANN401
    from duicheck_cda.schematron.places import path_of  # noqa: PLC0415 -- start-up

    return situer(element.sourceline, path_of(element))


def _identifiant(situer: Situer, element: Any, porteur: str) -> Identifiant:  # noqa: ANN401
    nul = element.get("nullFlavor") is not None
    return Identifiant(element.get("root"), element.get("extension"), nul, porteur, _lieu(situer, element))


def _code(situer: Situer, element: Any) -> Code:  # noqa: ANN401
    nul = element.get("nullFlavor") is not None
    return Code(element.get("code"), element.get("codeSystem"), nul, _lieu(situer, element))


def _patient(situer: Situer, element: Any) -> Patient:  # noqa: ANN401
    ids = element.findall(f"{_H}patientRole/{_H}id")
    sexe = element.find(f"{_H}patientRole/{_H}patient/{_H}administrativeGenderCode")
    return Patient(
        [_identifiant(situer, each, "patient") for each in ids],
        None if sexe is None else _code(situer, sexe),
        _lieu(situer, element),
    )


def _identifiants(situer: Situer, racine: Any) -> Iterator[Identifiant]:  # noqa: ANN401
    """Every `id` of the document but those of the patients of the header."""
    # The elements themselves are kept: lxml makes another object for one that nobody holds.
    patients = set(racine.findall(f"{_H}recordTarget/{_H}patientRole/{_H}id"))
    entete = set(_entete(racine))
    for element in racine.iter(f"{_H}id"):
        if element in patients:
            continue
        parent = element.getparent()
        nom = "" if parent is None else parent.tag.rpartition("}")[2]
        yield _identifiant(situer, element, _PORTEURS.get(nom, "autre") if element in entete else "autre")


def _entete(racine: Any) -> Iterator[Any]:  # noqa: ANN401
    """The identifiers of the authors and of the custodian of the document itself, not those of its sections."""
    for chemin in (
        f"{_H}author/{_H}assignedAuthor/{_H}id",
        f"{_H}author/{_H}assignedAuthor/{_H}representedOrganization/{_H}id",
        f"{_H}custodian/{_H}assignedCustodian/{_H}representedCustodianOrganization/{_H}id",
    ):
        yield from racine.findall(chemin)


def _codes(situer: Situer, racine: Any) -> Iterator[Code]:  # noqa: ANN401
    """Every code and coded value: what the terminologies list."""
    for element in racine.iter(f"{_H}code", f"{_H}value"):
        code, systeme = element.get("code"), element.get("codeSystem")
        if code is not None and systeme is not None:
            yield _code(situer, element)


def _references(situer: Situer, arbre: Any) -> Iterator[Reference]:  # noqa: ANN401
    from lxml import etree  # noqa: PLC0415

    racine = arbre.getroot()
    frere = racine.getprevious()
    while frere is not None:
        if frere.tag is etree.ProcessingInstruction and frere.target == "xml-stylesheet":
            href = _FEUILLE.search(frere.text or "")
            if href and _AILLEURS.match(href[1]):
                lieu = situer(frere.sourceline, "/")
                yield Reference("une feuille de style à une adresse extérieure", lieu)
        frere = frere.getprevious()
    for element in racine.iter(_XINCLUDE):
        yield Reference("une inclusion (xi:include), que rien ici ne suit", _lieu(situer, element))
    for element in racine.iterfind(f"{_H}component/{_H}nonXMLBody/{_H}text/{_H}reference"):
        yield Reference("un corps qui n'est pas dans le document (reference)", _lieu(situer, element))
    for element in racine.iterfind(f".//{_H}observationMedia/{_H}value/{_H}reference"):
        yield Reference("une image qui n'est pas dans le document (reference)", _lieu(situer, element))
