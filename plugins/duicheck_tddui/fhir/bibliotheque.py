"""The structure of a resource by the models of `fhir.resources`, an optional library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from duicheck.discretion import mask_heading
from duicheck.errors import NotAvailable
from duicheck_tddui.conventions import bound
from duicheck_tddui.fhir.lot import Ressource

__all__ = ["Faute", "fautes", "modeles"]

_CAUSES = {
    "missing": "une propriété obligatoire manque",
    "extra_forbidden": "cette propriété n'existe pas dans FHIR R4",
    "value_error": "la valeur n'a pas la forme de son type",
    "string_pattern_mismatch": "la valeur n'a pas la forme de son type",
    "format": "la valeur n'est pas du type attendu",
}


class Faute(Struct, frozen=True):
    """Something that the model refuses: where, and why, without the value."""

    pointeur: str
    cause: str


def modeles() -> Any:  # noqa: ANN401 -- the library is optional
    """The function that gives the model of a resource type.

    Raises:
        NotAvailable: the library is not installed; the sentence says how to have it.
    """
    try:
        from fhir.resources.R4B import get_fhir_model_class  # noqa: PLC0415 -- optional, 100 ms
    except ImportError:
        message = "la structure FHIR demande la bibliothèque fhir.resources : python -m pip install 'duicheck[fhir]'"
        raise NotAvailable(message) from None
    return get_fhir_model_class


def fautes(ressource: Ressource, modele_de: Any) -> list[Faute]:  # noqa: ANN401 -- as above
    """What the model of its type refuses of a resource, in the order of the text; contained resources included."""
    from pydantic import ValidationError  # noqa: PLC0415 -- comes with the library

    try:
        modele = modele_de(ressource.type)
    except (LookupError, ValueError):
        cause = "ce type de ressource n'existe pas dans FHIR R4"
        return [Faute(f"{ressource.pointeur}/resourceType", cause)]
    trouvees = []
    try:
        modele.model_validate(_sans_entrees(ressource.valeur))
    except ValidationError as refus:
        trouvees = [_faute(each, ressource) for each in refus.errors(include_url=False, include_input=False)]
    vues = {each.pointeur: each for each in reversed([*trouvees, *_codes(ressource, modele)])}
    return sorted(vues.values(), key=lambda each: each.pointeur)[: bound("fautes")]


def _sans_entrees(valeur: Mapping[str, Any]) -> dict[str, Any]:
    """A bundle whose resources are replaced by the emptiest one: each is judged by itself, by its own model."""
    if valeur.get("resourceType") != "Bundle" or not isinstance(valeur.get("entry"), list):
        return dict(valeur)
    return {**valeur, "entry": [_sans_ressource(entree) for entree in valeur["entry"]]}


def _sans_ressource(entree: Any) -> Any:  # noqa: ANN401 -- any JSON value
    contenu = entree.get("resource") if isinstance(entree, dict) else None
    if not isinstance(contenu, dict) or not isinstance(contenu.get("resourceType"), str):
        return entree
    return {**entree, "resource": {"resourceType": "Parameters"}}


def _faute(erreur: Mapping[str, Any], ressource: Ressource) -> Faute:
    pas = [each for each in erreur["loc"] if each != "root"]
    genre = str(erreur["type"]).rpartition(".")[2]
    cause = _CAUSES.get(genre, "la valeur n'est pas du type attendu")
    inconnue = genre == "extra_forbidden"
    if inconnue and pas:  # a name that no model knows may be anybody's
        cause = f"la propriété « {mask_heading(str(pas[-1]))[:80]} » n'existe pas dans FHIR R4"
        pas = pas[:-1]
    pointeur = "".join(f"/{each}" for each in pas if isinstance(each, int) or _se_suit(each))
    return Faute(f"{ressource.pointeur}{pointeur}", cause)


def _se_suit(pas: object) -> bool:
    """Whether a step of the library's place is one of the text: it also names classes and branches of unions."""
    return isinstance(pas, str) and pas[:1].islower() and not set(pas) & set("[]()-")


def _codes(ressource: Ressource, modele: Any) -> Iterator[Faute]:  # noqa: ANN401 -- as above
    """The codes of the resource itself that are outside the list that its model knows but does not hold."""
    for champ in modele.model_fields.values():
        nom = champ.alias
        extra = champ.json_schema_extra or {}
        admis = extra.get("enum_values") if isinstance(extra, dict) else None
        code = ressource.valeur.get(nom)
        if admis and isinstance(code, str) and code not in admis:
            yield Faute(f"{ressource.pointeur}/{nom}", f"le code n'est pas de la liste ({', '.join(admis)})")
