"""Validation against the XML Schema of CDA, which comes with a package: it is not ours to ship.

The messages of libxml2 quote the values that they refuse; only their kind and the names of elements are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from duicheck.errors import NotAvailable
from duicheck.findings import Location
from duicheck.model import Paquets
from duicheck.rules import reader
from duicheck_cda.documents import DocumentCda, DocumentsLus
from duicheck_cda.lecture import lire
from duicheck_cda.paquet import PaquetCda

__all__ = ["EcartXsd", "ValidationXsd", "validation_xsd"]

_NOM = re.compile(r"\{[^{}]*\}([\w.-]+)")
_SUJET = re.compile(r"Element '(?:\{[^{}]*\})?([\w.-]+)'(?:, attribute '(?:\{[^{}]*\})?([\w.-]+)')?")
_ATTENDUS = re.compile(r"Expected is (?:one of )?\( (.*) \)\.?\s*\Z")
_CAUSES = (
    ("ELT_CONTENT", "l'élément « {element} » n'a pas sa place ici, ou il en manque un avant lui"),
    ("ELEMENT_CONTENT", "l'élément « {element} » n'a pas sa place ici, ou il en manque un avant lui"),
    ("CVC_COMPLEX_TYPE_4", "un attribut obligatoire manque à « {element} »"),
    ("CVC_COMPLEX_TYPE_3", "« {element} » porte un attribut que le schéma n'admet pas"),
    ("CVC_COMPLEX_TYPE_2_4", "le contenu de « {element} » est incomplet"),
    ("CVC_COMPLEX_TYPE_2_3", "« {element} » porte du texte là où le schéma n'en admet pas"),
    ("CVC_ELT_1", "« {element} » n'est pas un élément que le schéma connaît"),
    ("CVC_ELT_4", "le type annoncé (xsi:type) de « {element} » n'est pas admis"),
    ("CVC_TYPE_2", "le type de « {element} » est abstrait : xsi:type doit dire lequel"),
    ("CVC_ATTRIBUTE_4", "l'attribut n'a pas la valeur que le schéma fixe"),
    ("CVC_IDC", "un identifiant interne (ID) est répété ou ne désigne rien"),
    ("PATTERN", "la valeur n'a pas la forme demandée"),
    ("ENUMERATION", "la valeur n'est pas dans la liste du schéma"),
    ("DATATYPE", "la valeur n'est pas du type demandé"),
)


class EcartXsd(Struct, frozen=True):
    """One departure from the schema: what, in words; where; what was expected there (names of elements)."""

    cause: str
    attendu: str | None
    at: Location


class ValidationXsd(Struct, frozen=True):
    """What the schema says of the documents that could be read."""

    ecarts: Sequence[EcartXsd]


@reader
def validation_xsd(lus: DocumentsLus, paquet: PaquetCda) -> ValidationXsd:
    """Validate every document that could be read.

    Raises:
        NotAvailable: the package has no schema, or one that cannot be compiled.
    """
    if paquet.xsd is None:
        message = "le paquet de règles nationales n'a pas le schéma XSD de CDA"
        raise NotAvailable(message, frozenset({Paquets.role}))
    schema = _compiler(paquet.xsd)
    ecarts = [each for document in lus.documents for each in _valider(schema, document)]
    return ValidationXsd(ecarts)


def _compiler(chemin: Path) -> Any:  # noqa: ANN401 -- lxml ships no types
    from lxml import etree  # noqa: PLC0415

    try:
        return etree.XMLSchema(etree.parse(str(chemin), etree.XMLParser(no_network=True, resolve_entities=False)))
    except (OSError, etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
        message = f"{chemin.name} : le schéma XSD du paquet ne se compile pas ({type(error).__name__})"
        raise NotAvailable(message) from None


def _valider(schema: Any, document: DocumentCda) -> Iterator[EcartXsd]:  # noqa: ANN401
    arbre = lire(document.source).arbre
    if arbre is None or schema.validate(arbre):
        return
    lieux: dict[str | None, str | None] = {}
    prefixes = {prefix: uri for each in arbre.iter("*") for prefix, uri in each.nsmap.items() if prefix}
    for error in schema.error_log:
        if error.path not in lieux:
            lieux[error.path] = _pointeur(arbre, error.path, prefixes)
        at = document.situer(error.line or None, lieux[error.path])
        cause, attendu = _dire(error.type_name, error.message)
        yield EcartXsd(cause, attendu, at)


def _pointeur(arbre: Any, chemin: str | None, prefixes: dict[str, str]) -> str | None:  # noqa: ANN401
    """The XPath of libxml2 (`/*/*[3]/pharm:quantity`) with names."""
    from lxml import etree  # noqa: PLC0415

    from duicheck_cda.schematron.places import path_of  # noqa: PLC0415 -- start-up

    try:
        trouves = arbre.xpath(chemin, namespaces=prefixes) if chemin else []
    except etree.XPathError:
        return None
    return path_of(trouves[0]) if trouves and hasattr(trouves[0], "tag") else None


def _dire(genre: str, message: str) -> tuple[str, str | None]:
    sujet = _SUJET.match(message)
    element = sujet[1] if sujet else "?"
    phrase = next((dit for debut, dit in _CAUSES if debut in genre), "le schéma n'est pas respecté en « {element} »")
    cause = phrase.format(element=element)
    if sujet and sujet[2] and "attribut" not in cause:
        cause = f"attribut « {sujet[2]} » de « {element} » : {cause}"
    attendus = _ATTENDUS.search(message)
    noms = list(dict.fromkeys(_NOM.findall(attendus[1]))) if attendus else []
    return cause, ", ".join(noms[:8]) + (", …" if len(noms) > 8 else "") if noms else None  # noqa: PLR2004
