"""CSV extracts: the frozen `etalab-cs1100502` without headings, tables with the headings of FINESS or the SAE."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from duicheck_identifiants.repertoire.puits import Puits

__all__ = ["lire_csv", "titres_connus"]

_STRUCTURE, _GEOLOCALISATION, _EN_TETE = "structureet", "geolocalisation", "finess"
_CHAMPS: Final = 32
_RANGS: Final = {
    "numero": 1,
    "numero_ej": 2,
    "nom": 3,
    "departement": 13,
    "commune": 15,
    "categorie": 18,
    "libelle": 19,
    "siret": 22,
    "ouverture": 28,
}
"""Ranks from 0 in a `structureet` line, its mark included."""

_TITRES: Final[Mapping[str, tuple[str, ...]]] = {
    "numero": ("nofinesset", "finess_et", "num_finess_et", "fi"),
    "numero_ej": ("nofinessej", "finess_ej", "num_finess_ej", "fi_ej"),
    "nom": ("rs", "raison_sociale", "nom_court"),
    "departement": ("departement", "dep"),
    "commune": ("ligneacheminement", "libcom", "nomcom"),
    "categorie": ("categetab", "categorie", "code_categorie", "cat"),
    "libelle": ("libcategetab", "categorie_libelle"),
    "siret": ("siret", "sir"),
    "ouverture": ("dateouv", "date_ouverture"),
    "fermeture": ("datefermeture", "date_fermeture"),
}
_SAE: Final = frozenset({"bor", "an", "fi", "fi_ej"})
_ANNEE: Final = re.compile(r"[12][0-9]{3}")


def titres_connus(titres: Iterable[str]) -> dict[str, int]:
    """Column -> rank, for the headings that are known; empty without the establishment's number."""
    rangs = {titre.strip().strip('"').casefold(): rang for rang, titre in reversed(list(enumerate(titres)))}
    trouves = {colonne: rangs[nom] for colonne, noms in _TITRES.items() for nom in noms[::-1] if nom in rangs}
    return trouves if {"numero", "numero_ej"} <= trouves.keys() else {}


def lire_csv(lignes: Iterable[str], puits: Puits) -> bool:
    """Read the lines of a CSV; False where it is none of these.

    Lines are physical: no field of these files holds a newline.
    """
    courantes = ((rang, ligne.rstrip("\r\n")) for rang, ligne in enumerate(lignes, 1))
    premiere = next(courantes, None)
    if premiere is None:
        return False
    marque = premiere[1].partition(";")[0].strip().casefold()
    if marque in {_STRUCTURE, _GEOLOCALISATION, _EN_TETE}:
        _sans_titres(_reprise(premiere, courantes), puits)
        return True
    separateur = ";" if ";" in premiere[1] else ","
    titres = next(csv.reader([premiere[1]], delimiter=separateur))
    rangs = titres_connus(titres)
    if not rangs:
        return False
    _avec_titres(courantes, titres, rangs, separateur, puits)
    return True


def _reprise(premiere: tuple[int, str], autres: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    yield premiere
    yield from autres


def _sans_titres(lignes: Iterator[tuple[int, str]], puits: Puits) -> None:
    source = puits.sources[-1]
    source.forme = "etalab-cs1100502"
    for rang, ligne in lignes:
        marque = ligne.partition(";")[0].strip().casefold()
        if marque == _STRUCTURE:
            champs = _coupe(ligne, ";", _CHAMPS)
            if len(champs) != _CHAMPS:
                cause = f"{len(champs)} champs au lieu de {_CHAMPS} : la ligne est coupée ou décalée"
                puits.illisible(str(rang), cause)
                continue
            puits.etablissement(str(rang), {colonne: champs[place] for colonne, place in _RANGS.items()})
        elif marque == _EN_TETE:
            source.date_extrait = source.date_extrait or _jour(ligne.split(";")[-1])
        elif marque and marque != _GEOLOCALISATION:
            cause = "ligne d'une autre nature que « structureet » et « geolocalisation »"
            puits.illisible(str(rang), cause)


def _avec_titres(
    lignes: Iterator[tuple[int, str]],
    titres: Sequence[str],
    rangs: Mapping[str, int],
    separateur: str,
    puits: Puits,
) -> None:
    source = puits.sources[-1]
    noms = [titre.strip().casefold() for titre in titres]
    sae = noms.index("an") if set(noms) >= _SAE else None
    source.forme = "csv" if sae is None else "sae"
    # The SAE asks hospitals alone: who is not in it may well exist.
    source.complet = sae is None
    source.fermes = "fermeture" in rangs
    annees: set[int] = set()
    for rang, ligne in lignes:
        if not ligne.strip():
            continue
        champs = _coupe(ligne, separateur, len(titres))
        if len(champs) != len(titres):
            cause = f"{len(champs)} champs au lieu de {len(titres)} : la ligne est coupée ou décalée"
            puits.illisible(str(rang), cause)
            continue
        puits.etablissement(str(rang), {colonne: champs[place] for colonne, place in rangs.items()})
        if sae is not None and _ANNEE.fullmatch(champs[sae].strip()):
            annees.add(int(champs[sae]))
    if annees and source.date_extrait is None:
        source.date_extrait = date(max(annees), 12, 31)


def _coupe(ligne: str, separateur: str, attendus: int) -> list[str]:
    """The cells of a line; quotes are read as such only where they are needed to make the count."""
    champs = ligne.split(separateur)
    if len(champs) == attendus and '"' not in ligne:
        return champs
    try:
        cites = next(csv.reader([ligne], delimiter=separateur))
    except (csv.Error, StopIteration):
        return champs
    return cites if len(cites) == attendus else champs


def _jour(texte: str) -> date | None:
    try:
        return date.fromisoformat(texte.strip()[:10])
    except ValueError:
        return None
