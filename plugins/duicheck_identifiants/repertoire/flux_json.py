"""The JSON of FINESS+ (2026): legal entities (`pmej`), each with its establishments (`ege`), read one entity at a time.

The whole file weighs hundreds of megabytes, nearly all of it history: it is never in memory at once.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import IO, Any, Final

from duicheck.errors import UsageError
from duicheck_identifiants.repertoire.puits import Puits

__all__ = ["lire_json_finess"]

_BLOC: Final = 4 << 20
_DEBUT: Final = re.compile(r'"pmej"\s*:\s*\[')
_DATE: Final = re.compile(r'"generatedAt"\s*:\s*"(\d{4}-\d{2}-\d{2})')
_BLANCS: Final = re.compile(r"[\s,]*")
_ADRESSE: Final = "03"  # usage of an address: the main one
_PLUS_GROS: Final = 64 << 20  # characters of one entity: the largest that was seen has under one million
_OUTRE_MER: Final = ("97", "98")


def lire_json_finess(flux: IO[bytes], puits: Puits) -> None:
    """Read one file of structures.

    Raises:
        UsageError: it is not JSON, not UTF-8, not FINESS+, or the file of activities.
    """
    source = puits.sources[-1]
    source.forme = "finess-plus"
    source.fermes = True
    try:
        for rang, (pmej, jour) in enumerate(_entites(flux)):
            source.date_extrait = source.date_extrait or jour
            _entite(f"/pmej/{rang}", pmej, puits)
    except UnicodeDecodeError:
        message = f"{source.fichier} : ce JSON n'est pas en UTF-8 ; reprenez le fichier à sa source"
        raise UsageError(message) from None
    except (ValueError, RecursionError):
        message = f"{source.fichier} : ce JSON est coupé ou mal formé ; reprenez le fichier à sa source"
        raise UsageError(message) from None
    if not source.lus:
        message = (
            f"{source.fichier} : ce JSON ne donne aucune structure ; donnez le fichier « structures » de FINESS+, "
            "celui des activités n'a ni nom ni SIRET"
        )
        raise UsageError(message)


def _entites(flux: IO[bytes]) -> Iterator[tuple[Any, date | None]]:
    """Each item of the array `pmej`, and the day of the file where it has been met.

    Raises:
        ValueError: the text ends before the array does, or is no JSON there.
    """
    decodeur = codecs.getincrementaldecoder("utf-8-sig")()
    lit = json.JSONDecoder().raw_decode
    texte, fini, jour, dedans, place = "", False, None, False, 0
    while not fini:
        bloc = flux.read(_BLOC)
        fini = not bloc
        texte = texte[place:] + decodeur.decode(bloc, final=fini)
        place = 0
        if not dedans:
            if jour is None and (trouve := _DATE.search(texte)):
                jour = date.fromisoformat(trouve[1])
            debut = _DEBUT.search(texte)
            if debut is None:
                place = max(0, len(texte) - 64)  # a mark may be cut between two blocks
                continue
            dedans, place = True, debut.end()
        while True:
            place = _BLANCS.match(texte, place).end()  # type: ignore[union-attr]  # it matches nothing at least
            if texte.startswith("]", place):
                return
            try:
                valeur, place = lit(texte, place)
            except json.JSONDecodeError:
                break  # cut: more is needed
            yield valeur, jour
        if len(texte) - place > _PLUS_GROS:
            break
    if dedans:
        message = "the array does not end"
        raise ValueError(message)


def _entite(pointeur: str, pmej: Any, puits: Puits) -> None:  # noqa: ANN401 -- any JSON value
    infos = _objet(pmej, "informationsGeneralesPMEJ", "informationsGeneralesPmej")
    if not infos:
        return  # a file of activities, or something else: counted by what is not read
    numero = _texte(infos.get("numFinessPm"))
    nom = _texte(infos.get("denominationPm")) or _texte(infos.get("denominationLonguePmSmsse"))
    siren, fermeture = _texte(infos.get("siren")), _texte(infos.get("dateFermeture"))
    puits.entite(pointeur, {"numero": numero, "nom": nom, "siren": siren, "fermeture": fermeture})
    for rang, ege in enumerate(pmej.get("ege") or ()):
        infos = _objet(ege, "informationsGeneralesEGE")
        puits.etablissement(
            f"{pointeur}/ege/{rang}",
            {
                "numero": _texte(infos.get("numFinessEge")),
                "numero_ej": numero,
                "nom": _texte(infos.get("nomEgeCourt")) or _texte(infos.get("nomEgeLong")),
                "departement": _departement(adresse := _adresse(ege)),
                "commune": _texte(adresse.get("ligneAcheminement")),
                "categorie": _code(ege),
                "siret": _texte(infos.get("siret")) or _texte(ege.get("siret")),
                "ouverture": _texte(infos.get("dateOuverture")),
                "fermeture": _texte(infos.get("dateFermeture")),
            },
        )


def _objet(valeur: Any, *noms: str) -> dict[str, Any]:  # noqa: ANN401 -- any JSON value
    """The object under the first of these keys; an empty one where there is none."""
    if not isinstance(valeur, dict):
        return {}
    return next((valeur[nom] for nom in noms if isinstance(valeur.get(nom), dict)), {})


def _texte(valeur: Any) -> str | None:  # noqa: ANN401 -- any JSON value
    return valeur if isinstance(valeur, str) else None


def _code(ege: dict[str, Any]) -> str | None:
    """The category: the schema makes it an object, the files a text, under two spellings."""
    for nom in ("categorieentiteGeographiqueExercice", "categorieEntiteGeographiqueExercice"):
        valeur = ege.get(nom)
        code = valeur.get("code") if isinstance(valeur, dict) else valeur
        if isinstance(code, str):
            return code
    return None


def _adresse(ege: dict[str, Any]) -> dict[str, Any]:
    adresses = [each for each in ege.get("adresse") or () if isinstance(each, dict)]
    return next((each for each in adresses if each.get("usageAdresse") == _ADRESSE), adresses[0] if adresses else {})


def _departement(adresse: dict[str, Any]) -> str | None:
    """The département of a commune's INSEE code: three characters overseas, two elsewhere."""
    commune = _texte(adresse.get("cogCommune")) or ""
    return commune[: 3 if commune.startswith(_OUTRE_MER) else 2] or None
