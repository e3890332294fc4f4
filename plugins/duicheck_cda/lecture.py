"""Reading one CDA document without trusting it: nothing is expanded, fetched or followed, and everything is bounded.

expat walks through first, since it can stop at the first DOCTYPE, before any entity exists; lxml only reads what
expat has found harmless.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.parsers import expat

from msgspec import Struct, field

from duicheck.findings import Fact
from duicheck_cda.conventions import bound, conventions
from duicheck_cda.encodage import decoder

__all__ = ["CDA", "Defaut", "Lu", "lire"]

CDA = conventions()["espaces"]["cda"]
_XSL = "http://www.w3.org/1999/XSL/Transform"
_ENVELOPPES = frozenset({f"{{{_XSL}}}stylesheet", f"{{{_XSL}}}transform"})
_RACINE = f"{{{CDA}}}ClinicalDocument"


class Defaut(Struct, frozen=True):
    """Something that the reading met: of which rule, where, and the facts."""

    regle: str
    ligne: int | None
    pointeur: str | None = None
    faits: Mapping[str, Fact] = field(default_factory=dict)


class Lu(Struct, frozen=True):
    """A document read: its tree (rooted at ClinicalDocument), or None and the defects that say why.

    `enveloppe` is the line of the `xsl:stylesheet` around it, if there is one.
    """

    arbre: Any = None  # an lxml ElementTree; lxml ships no types
    defauts: tuple[Defaut, ...] = ()
    enveloppe: int | None = None


class _Refus(Exception):  # noqa: N818 -- internal signal
    """The walk stops here."""

    def __init__(self, ligne: int, regle: str, cause: str) -> None:
        super().__init__(cause)
        self.defaut = Defaut(regle, ligne, None, {"cause": cause})


def lire(source: Path | bytes) -> Lu:
    """Read a document, from a file or from its bytes. Whatever it holds, this returns: what is wrong is a defect."""
    try:
        octets = source if isinstance(source, bytes) else _octets(source)
    except OSError:
        return Lu(defauts=(Defaut("cda/xml-mal-forme", None, None, {"cause": "le système refuse de lire le fichier"}),))
    if len(octets) > bound("octets"):
        cause = f"plus de {bound('octets') // 2**20} Mio"
        return Lu(defauts=(Defaut("cda/borne-depassee", None, None, {"cause": cause}),))
    texte = decoder(octets)
    defauts = []
    if texte.cause is not None:
        defauts.append(Defaut("cda/encodage-faux", texte.ligne, None, {"cause": texte.cause}))
    if texte.texte is None:
        return Lu(defauts=tuple(defauts))
    try:
        # Lone surrogates come from UTF-16 only, and are no XML characters.
        propre = texte.texte.encode("utf-8", "surrogatepass")
        _parcourir(propre)
        arbre = _arbre(propre)
    except _Refus as refus:
        return Lu(defauts=(*defauts, refus.defaut))
    return _deballer(arbre, defauts)


def _octets(fichier: Path) -> bytes:
    """The bytes of a file, one more than the bound at most."""
    with fichier.open("rb") as source:
        return source.read(bound("octets") + 1)


def _parcourir(octets: bytes) -> None:
    """Walk through with expat: DOCTYPE, depth, number of elements, well-formedness."""
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    profondeur, elements = bound("profondeur"), bound("elements")
    etat = [0, 0]

    def doctype(*_: object) -> None:
        cause = "un DOCTYPE (une définition de type, qui peut déclarer des entités)"
        raise _Refus(parser.CurrentLineNumber, "cda/doctype", cause)

    def debut(_nom: str, _attributs: dict[str, str]) -> None:
        etat[0] += 1
        etat[1] += 1
        if etat[0] > profondeur:
            cause = f"plus de {profondeur} éléments emboîtés"
            raise _Refus(parser.CurrentLineNumber, "cda/borne-depassee", cause)
        if etat[1] > elements:
            raise _Refus(parser.CurrentLineNumber, "cda/borne-depassee", f"plus de {elements} éléments")

    def fin(_nom: str) -> None:
        etat[0] -= 1

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = debut
    parser.EndElementHandler = fin
    try:
        parser.Parse(octets, True)  # noqa: FBT003 -- expat's signature
    except expat.ExpatError as error:
        raise _Refus(error.lineno, "cda/xml-mal-forme", _cause(error.code)) from None
    except ValueError:
        raise _Refus(parser.CurrentLineNumber, "cda/xml-mal-forme", "un caractère que XML n'admet pas") from None


_CAUSES = {
    expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS]: "le fichier est vide, ou s'arrête avant la fin",
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN]: "une balise n'est pas fermée (fichier tronqué ?)",
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION]: "une section CDATA n'est pas fermée",
    expat.errors.codes[expat.errors.XML_ERROR_TAG_MISMATCH]: "une balise fermante n'est pas celle de l'élément ouvert",
    expat.errors.codes[expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE]: "un attribut est répété dans une balise",
    expat.errors.codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]: "du texte suit la fin du document",
    expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]: "une entité n'est pas définie",
    expat.errors.codes[expat.errors.XML_ERROR_BAD_CHAR_REF]: "un numéro de caractère que XML n'admet pas",
    expat.errors.codes[expat.errors.XML_ERROR_MISPLACED_XML_PI]: "la déclaration XML n'est pas au tout début",
    expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]: "un caractère n'a pas sa place ici",
    expat.errors.codes[expat.errors.XML_ERROR_XML_DECL]: "la déclaration XML est mal écrite",
}


def _cause(code: int) -> str:
    return _CAUSES.get(code, "la syntaxe XML n'est pas respectée")


def _arbre(octets: bytes) -> Any:  # noqa: ANN401
    """The tree, by lxml, with nothing resolved; expat has bounded what it gets."""
    from lxml import etree  # noqa: PLC0415 -- 45 ms

    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, collect_ids=False
    )
    try:
        return etree.ElementTree(etree.fromstring(octets, parser))
    except etree.XMLSyntaxError as error:
        raise _Refus(error.lineno or 1, "cda/xml-mal-forme", "un préfixe d'espace de noms n'est pas déclaré") from None


def _deballer(arbre: Any, defauts: list[Defaut]) -> Lu:  # noqa: ANN401
    """The ClinicalDocument: the root, or what an `xsl:stylesheet` carries."""
    from lxml import etree  # noqa: PLC0415

    racine = arbre.getroot()
    if racine.tag == _RACINE:
        return Lu(arbre, tuple(defauts))
    if racine.tag not in _ENVELOPPES:
        cause = "la racine n'est pas un ClinicalDocument de l'espace urn:hl7-org:v3"
        return Lu(defauts=(*defauts, Defaut("cda/racine-inconnue", racine.sourceline, "/", {"cause": cause})))
    dedans = list(racine.iter(_RACINE))
    if len(dedans) != 1:
        aucun = "une feuille de style XSL qui ne porte aucun ClinicalDocument"
        cause = "une feuille de style XSL qui porte plusieurs ClinicalDocument" if dedans else aucun
        return Lu(defauts=(*defauts, Defaut("cda/racine-inconnue", racine.sourceline, "/", {"cause": cause})))
    # A copy, so that « / » is above ClinicalDocument for every rule; lines are kept.
    return Lu(etree.ElementTree(copy.deepcopy(dedans[0])), tuple(defauts), racine.sourceline)
