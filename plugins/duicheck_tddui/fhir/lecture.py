"""From the bytes of a file to a bundle, or the reasons why there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from duicheck.findings import Fact
from duicheck.model import lire_json
from duicheck_tddui.conventions import bound, conventions
from duicheck_tddui.fhir.lot import Lot, Ressource

__all__ = ["Defaut", "LotLu", "lire_lot"]

_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_REGLES = {"mal_forme": "tddui/json-mal-forme", "cle_repetee": "tddui/cle-repetee", "bornes": "tddui/borne-depassee"}


class Defaut(Struct, frozen=True):
    """Something that the reading met: of which rule, where, and the facts."""

    regle: str
    ligne: int | None
    pointeur: str | None = None
    faits: Mapping[str, Fact] = field(default_factory=dict)


class LotLu(Struct, frozen=True):
    """A file read: its bundle, or None and the defects that say why."""

    chemin: str
    lot: Lot | None = None
    defauts: tuple[Defaut, ...] = ()


def lire_lot(fichier: Path, chemin: str) -> LotLu:
    """Read a file. Whatever it holds, this returns."""
    if _est_xml(fichier):
        return LotLu(chemin, None, (Defaut("tddui/xml-non-lu", 1),))
    lu = lire_json(fichier, octets=bound("octets"), profondeur=bound("profondeur"))
    if lu.fautes:
        defauts = tuple(Defaut(_REGLES[faute.nature], faute.ligne, None, {"cause": faute.cause}) for faute in lu.fautes)
        return LotLu(chemin, None, defauts)
    if cause := _pas_une_ressource(lu.valeur):
        return LotLu(chemin, None, (Defaut("tddui/version-inconnue", 1, None, {"cause": cause}),))
    lot = _lot(chemin, lu.valeur, lu.lignes)
    if lot.version is not None:
        return LotLu(chemin, lot)
    cause = "ni des DocumentReference (version 1), ni des ressources aux profils TDDUI (version 2)"
    return LotLu(
        chemin, lot, (Defaut("tddui/version-inconnue", lu.lignes.get("/resourceType", 1), None, {"cause": cause}),)
    )


def _est_xml(fichier: Path) -> bool:
    try:
        with fichier.open("rb") as source:
            return _XML.match(source.read(256)) is not None
    except OSError:
        return False


def _pas_une_ressource(valeur: Any) -> str | None:  # noqa: ANN401 -- any JSON value
    if not isinstance(valeur, dict):
        return "la racine du document n'est pas un objet, donc pas une ressource FHIR"
    if not isinstance(valeur.get("resourceType"), str):
        return "la racine du document n'a pas de resourceType : ce n'est pas une ressource FHIR"
    return None


def _lot(chemin: str, valeur: Mapping[str, Any], lignes: Mapping[str, int]) -> Lot:
    racine = Ressource("", valeur)
    ressources = [racine] if racine.type != "Bundle" else list(_entrees(valeur))
    par_url = {each.url: each for each in reversed(ressources) if each.url is not None}
    par_nom = {f"{each.type}/{each.valeur['id']}": each for each in reversed(ressources) if "id" in each.valeur}
    return Lot(chemin, racine, ressources, _version(racine, ressources), lignes, par_url, par_nom)


def _entrees(valeur: Mapping[str, Any]) -> list[Ressource]:
    """The resources of the entries; an entry without one is left to the structure's rules."""
    entrees = valeur.get("entry")
    trouvees = []
    for rang, entree in enumerate(entrees if isinstance(entrees, list) else ()):
        contenu = entree.get("resource") if isinstance(entree, dict) else None
        if isinstance(contenu, dict) and isinstance(contenu.get("resourceType"), str):
            url = entree.get("fullUrl")
            trouvees.append(Ressource(f"/entry/{rang}/resource", contenu, url if isinstance(url, str) else None))
    return trouvees


def _version(racine: Ressource, ressources: list[Ressource]) -> str | None:
    """Which version of the transfer: by the profiles that the resources claim, failing that by their types."""
    profils = conventions()["profils"]
    premiers = {profils["lot"], *profils["version_1"]}
    if any(set(each.profils) - premiers for each in ressources):
        return "2"
    types = {each.type for each in ressources}
    if "DocumentReference" in types and types <= set(profils["types_version_1"]):
        return "1" if racine.type == "DocumentReference" or racine.valeur.get("type") != "document" else None
    return None
