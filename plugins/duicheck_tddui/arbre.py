"""XML read without trusting it, as a light tree with lines: expat alone, which stops at the first DOCTYPE."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import ClassVar
from xml.parsers import expat

from msgspec import field

from duicheck.discretion import Discreet

__all__ = ["Element", "Nature", "XmlRefuse", "lire_xml"]

PROFONDEUR = 256
"""Elements nested at most: the default bound of libxml2."""


class Nature(StrEnum):
    """Why a text is not read."""

    DOCTYPE = "doctype"
    BORNES = "bornes"
    MAL_FORME = "mal_forme"
    INCONNU = "inconnu"  # it is something else


class XmlRefuse(Exception):  # noqa: N818 -- a signal between the readers of traces
    """A text that is not read. `cause` is French; `ligne` from 1."""

    def __init__(self, nature: Nature, cause: str, ligne: int) -> None:
        super().__init__(cause)
        self.nature = nature
        self.cause = cause
        self.ligne = ligne


class Element(Discreet, frozen=True):
    """One element. `nom` has neither prefix nor namespace."""

    HIDDEN: ClassVar[frozenset[str]] = frozenset({"attributs", "enfants"})

    nom: str
    attributs: Mapping[str, str]
    ligne: int
    enfants: list[Element] = field(default_factory=list)

    def tous(self, nom: str) -> Iterator[Element]:
        """The children of that name."""
        return (enfant for enfant in self.enfants if enfant.nom == nom)

    def un(self, *chemin: str) -> Element | None:
        """The first descendant along a path of names."""
        ici: Element | None = self
        for nom in chemin:
            ici = next(ici.tous(nom), None) if ici is not None else None
        return ici

    def dedans(self) -> Iterator[Element]:
        """The element and all its descendants, in the order of the text."""
        reste = [self]
        while reste:
            each = reste.pop()
            yield each
            reste += reversed(each.enfants)

    def attribut(self, *noms: str) -> str | None:
        """The first of these attributes that is there and not blank."""
        return next((valeur for nom in noms if (valeur := self.attributs.get(nom, "").strip())), None)


def lire_xml(texte: bytes, elements: int) -> Element:
    """The root of an XML text; text nodes are left out, entities never exist.

    Args:
        texte: the bytes, in any encoding that expat reads.
        elements: how many are admitted.

    Raises:
        XmlRefuse: it has a DOCTYPE, is out of bounds, or is not well-formed.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    pile: list[Element] = []
    racines: list[Element] = []
    compte = 0

    def doctype(*_: object) -> None:
        raise XmlRefuse(Nature.DOCTYPE, "un DOCTYPE, qui peut déclarer des entités", parser.CurrentLineNumber)

    def debut(nom: str, attributs: dict[str, str]) -> None:
        nonlocal compte
        compte += 1
        if compte > elements:
            raise XmlRefuse(Nature.BORNES, f"plus de {elements} éléments", parser.CurrentLineNumber)
        if len(pile) >= PROFONDEUR:
            raise XmlRefuse(Nature.BORNES, f"plus de {PROFONDEUR} éléments emboîtés", parser.CurrentLineNumber)
        element = Element(nom.rpartition(" ")[2], attributs, parser.CurrentLineNumber)
        (pile[-1].enfants if pile else racines).append(element)
        pile.append(element)

    def fin(_nom: str) -> None:
        pile.pop()

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = debut
    parser.EndElementHandler = fin
    try:
        parser.Parse(texte, True)  # noqa: FBT003 -- expat's signature
    except expat.ExpatError as error:
        raise XmlRefuse(Nature.MAL_FORME, "la syntaxe XML n'est pas respectée", error.lineno) from None
    except (ValueError, LookupError):
        raise XmlRefuse(Nature.MAL_FORME, "l'encodage n'est pas lisible", 1) from None
    return racines[0]
