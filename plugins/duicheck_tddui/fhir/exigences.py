"""What FHIR and the TDDUI profiles ask of each resource, as `conventions.toml` says it, held against a resource."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from duicheck_tddui.conventions import conventions
from duicheck_tddui.fhir.lot import Ressource, objets

__all__ = ["codes_hors_liste", "manquants", "vides"]

_ENTREE = re.compile(r"/entry/[0-9]+/resource(?:/|$)")


def _demandes(ressource: Ressource) -> Iterator[Mapping[str, Any]]:
    """The entries of the data that apply: the resource type's, then those of its profiles."""
    convenu = conventions()
    if ressource.type in convenu["ressources"]:
        yield convenu["ressources"][ressource.type]
    for profil in ressource.profils:
        if profil in convenu["exigences"]:
            yield convenu["exigences"][profil]


def manquants(ressource: Ressource) -> Iterator[tuple[str, str]]:
    """The required properties that are not there: (path in words, pointer)."""
    vus = set()
    for demande in _demandes(ressource):
        for chemin in demande["obligatoires"]:
            for pointeur in _absents(ressource.valeur, chemin.split("."), ressource.pointeur):
                if pointeur not in vus:
                    vus.add(pointeur)
                    yield chemin, pointeur


def _absents(valeur: Any, pas: Sequence[str], pointeur: str) -> Iterator[str]:  # noqa: ANN401 -- any JSON value
    """Where the last step of a path is missing; a step that is missing before it is another requirement's concern."""
    if isinstance(valeur, list):
        for rang, each in enumerate(valeur):
            yield from _absents(each, pas, f"{pointeur}/{rang}")
        return
    if not isinstance(valeur, dict):
        return
    premier, *suite = pas
    suivant = valeur.get(premier)
    # A primitive may be absent and explained: « _status » holds the extension that says why.
    if _vide(suivant) and f"_{premier}" not in valeur:
        if not suite or premier == "period":
            yield f"{pointeur}/{premier}"
    elif suite:
        yield from _absents(suivant, suite, f"{pointeur}/{premier}")


def _vide(valeur: Any) -> bool:  # noqa: ANN401 -- any JSON value
    return valeur is None or valeur in ("", [], {})


def codes_hors_liste(ressource: Ressource) -> Iterator[tuple[str, str, Sequence[str]]]:
    """The codes outside their list: (path in words, pointer, what the list admits)."""
    for demande in _demandes(ressource):
        for chemin, admis in demande["codes"].items():
            for pointeur, code in _valeurs(ressource.valeur, chemin.split("."), ressource.pointeur):
                if code not in admis:
                    yield chemin, pointeur, admis


def _valeurs(valeur: Any, pas: Sequence[str], pointeur: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    if isinstance(valeur, list):
        for rang, each in enumerate(valeur):
            yield from _valeurs(each, pas, f"{pointeur}/{rang}")
    elif not pas:
        yield pointeur, valeur
    elif isinstance(valeur, dict) and pas[0] in valeur:
        yield from _valeurs(valeur[pas[0]], pas[1:], f"{pointeur}/{pas[0]}")


def vides(ressource: Ressource) -> Iterator[str]:
    """The properties that FHIR does not admit: null, empty, or with a null in a list that no extension explains."""
    for pointeur, objet in objets(ressource.valeur, ressource.pointeur):
        if not ressource.pointeur and _ENTREE.match(pointeur):
            continue  # the resource of an entry is seen by itself
        for nom, valeur in objet.items():
            liste = isinstance(valeur, list) and None in valeur
            explique = f"_{nom}" in objet or nom.startswith("_")
            if _vide(valeur) or (liste and not explique):
                yield f"{pointeur}/{nom.replace('~', '~0').replace('/', '~1')}"
