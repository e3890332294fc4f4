"""The XML flows of FINESS: `structureet` and `structureej`, streamed, from a document that is not trusted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import IO, Any, Final

from duicheck.errors import UsageError
from duicheck_identifiants.repertoire.puits import Puits

__all__ = ["lire_xml"]

_ET: Final = {
    "nofinesset": "numero",
    "nofinessej": "numero_ej",
    "rs": "nom",
    "departement": "departement",
    "ligneacheminement": "commune",
    "categetab": "categorie",
    "libcategetab": "libelle",
    "siret": "siret",
    "dateouv": "ouverture",
    "datefermeture": "fermeture",
}
_RACINE: Final = "fluxfiness"
_LUS: Final = (_RACINE, "structureet", "structureej", "horodatage")
_EJ: Final = {"nofiness": "numero", "rs": "nom", "siren": "siren", "datefermeture": "fermeture"}


def lire_xml(flux: IO[bytes], puits: Puits) -> None:
    """Read one flow.

    Raises:
        UsageError: a DOCTYPE, XML that is not well-formed, another document, or a flow without structures.
    """
    from lxml import etree  # noqa: PLC0415 -- only where there is XML

    source = puits.sources[-1]
    source.forme = "fluxfiness"
    source.fermes = True
    source.complet = False
    try:
        for element in _enfants(etree.iterparse(flux, events=("start", "end"), tag=_LUS, **_SUR), source.fichier):
            if element.tag == "structureet":
                source.complet = True
                puits.etablissement(str(element.sourceline), _valeurs(element, _ET))
            elif element.tag == "structureej":
                puits.entite(str(element.sourceline), _valeurs(element, _EJ))
            elif element.tag == "horodatage":
                source.date_extrait = _jour(element.findtext("datemaj"))
    except etree.XMLSyntaxError as erreur:
        ligne = f", ligne {erreur.lineno}" if erreur.lineno else ""
        message = f"{source.fichier}{ligne} : ce XML n'est pas bien formé ; reprenez le fichier à sa source"
        raise UsageError(message) from None
    if not source.lus:
        message = (
            f"{source.fichier} : ce flux FINESS ne contient ni « structureet » ni « structureej » ; donnez celui des "
            "structures (cs1400102 pour les établissements, cs1400101 pour les entités juridiques)"
        )
        raise UsageError(message)


_SUR: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def _enfants(evenements: Any, fichier: str) -> Iterator[Any]:  # noqa: ANN401 -- lxml ships no types
    """The children of the root that matter, whole, each forgotten once it has been read."""
    racine = None
    for quoi, element in evenements:
        if racine is None:
            if element.getroottree().docinfo.doctype:
                message = f"{fichier} : ce XML commence par un DOCTYPE, refusé : un flux FINESS n'en a pas"
                raise UsageError(message)
            if element.tag != _RACINE or element.getparent() is not None:
                break
            racine = element
        elif quoi == "end" and element.getparent() is racine:
            yield element
            element.clear()
            while element.getprevious() is not None:
                del racine[0]
    if racine is None:
        message = f"{fichier} : ce XML n'est pas un flux FINESS, sa racine n'est pas « {_RACINE} »"
        raise UsageError(message)


def _valeurs(element: Any, noms: dict[str, str]) -> dict[str, str | None]:  # noqa: ANN401
    return {noms[enfant.tag]: enfant.text for enfant in element if enfant.tag in noms}


def _jour(texte: str | None) -> date | None:
    try:
        return date.fromisoformat((texte or "").strip()[:10])
    except ValueError:
        return None
