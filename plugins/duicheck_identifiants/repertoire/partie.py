"""The extract as parts: the directory that a delivery is checked against, its establishments in it, their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from duicheck.errors import NotAvailable, UsageError
from duicheck.model import (
    ContenuPaquet,
    FichierPaquet,
    Lecture,
    Livraison,
    Paquet,
    Paquets,
    ReparationPaquet,
    Territoire,
    Territoires,
)
from duicheck.rulebook import Rulebook
from duicheck.rules import reader
from duicheck_identifiants.finess import NumerosFiness
from duicheck_identifiants.repertoire.base import Entite, Etablissement, Repertoire
from duicheck_identifiants.repertoire.emplacement import COMMANDE, Installe, installe, ouvrir
from duicheck_identifiants.repertoire.numeros import FORME

if TYPE_CHECKING:
    import duckdb

__all__ = ["Fiches", "fiches", "repertoire", "territoires"]

_ABSENT = (
    "aucun extrait du fichier FINESS n'est chargé sur cette machine ni joint à la livraison ; "
    f"{COMMANDE} en charge un, un fichier de rôle « finess » le joint"
)
_CONTENU = "finess"
_COLLECTIVITE = 3  # characters of the INSEE code of a place overseas


class Fiches(Struct, frozen=True):
    """What the extract says of the numbers of the delivery, asked for at once."""

    repertoire: Repertoire
    etablissements: Mapping[str, Etablissement]
    entites: Mapping[str, Entite]


@reader
def repertoire(livraison: Livraison, lecture: Lecture, paquets: Paquets) -> Repertoire:
    """The extract that the delivery brings (role `finess`), or else the one of this machine, which the report pins.

    Raises:
        NotAvailable: there is none (role `finess`), or what there is cannot be read (no role: never green).
    """
    if Repertoire.role in livraison.roles:
        return _joint(lecture)
    trouve = installe()
    if trouve is None:
        raise NotAvailable(_ABSENT, frozenset({Repertoire.role}))
    ouvert = ouvrir(trouve)
    paquets.joindre(_en_paquet(trouve, ouvert))
    return ouvert


def _joint(lecture: Lecture) -> Repertoire:
    """The extract among the files of the delivery; its digests are with theirs."""
    import duckdb  # noqa: PLC0415 -- 110 ms

    from duicheck_identifiants.repertoire.chargement import remplir  # noqa: PLC0415 -- with it

    fichiers = [
        (fichier.lu, fichier.chemin)
        for fichier in lecture.fichiers
        if fichier.role == Repertoire.role and fichier.lu is not None
    ]
    if not fichiers:
        message = "finess : le manifeste l'annonce mais le fichier manque"
        raise NotAvailable(message, frozenset({Repertoire.role}))
    connexion = duckdb.connect()
    try:
        remplir(connexion, fichiers)
    except UsageError as erreur:
        raise NotAvailable(str(erreur)) from None

    @contextmanager
    def ouverte() -> Iterator[duckdb.DuckDBPyConnection]:
        yield connexion

    return Repertoire(ouverte)


def _en_paquet(trouve: Installe, ouvert: Repertoire) -> Paquet:
    """The extract of this machine as the report names it: what it was made from, and its rows, by their digests."""
    fichier = FichierPaquet(trouve.base.name, trouve.octets, trouve.base.stat().st_size)
    jour = ouvert.date_extrait
    date = "" if jour is None else f", {jour.isoformat()}"
    ecartes = sum(source.ecartes for source in ouvert.sources)
    dites = []
    if ecartes:
        combien = "une ligne écartée" if ecartes == 1 else f"{ecartes} lignes écartées"
        dites.append(
            ReparationPaquet("ecarte", ", ".join(trouve.noms), f"{combien} (« duicheck finess etat » dit tout)")
        )
    contenu = ContenuPaquet(_CONTENU, trouve.contenu, (fichier,))
    return Paquet(
        _CONTENU, Path(trouve.base.parent), f"{', '.join(trouve.noms)}{date}", trouve.source, (contenu,), dites
    )


@reader
def fiches(numeros: NumerosFiness, repertoire: Repertoire) -> Fiches:
    """Every well-formed number of the delivery, looked up once for all the rules."""
    cherches = [numero.valeur for numero in numeros.numeros if FORME.fullmatch(numero.valeur)]
    etablissements = repertoire.etablissements(cherches)
    juridiques = [fiche.numero_ej for fiche in etablissements.values() if fiche.numero_ej]
    return Fiches(repertoire, etablissements, repertoire.entites([*cherches, *juridiques]))


@reader
def territoires(rulebook: Rulebook, fiches: Fiches | None) -> Territoires:
    """The place of any number: by the département that the extract gives, else by how the number begins."""
    collectivites: Mapping[str, str] = rulebook.get("collectivites_finess", {})
    departements: Mapping[str, list[str]] = rulebook.get("regions_departements", {})
    regions = {departement: region for region, tous in departements.items() for departement in tous}

    def trouver(finess: str) -> Territoire | None:
        fiche = None if fiches is None else fiches.etablissements.get(finess)
        connu = None if fiche is None else fiche.departement
        departement = connu or _du_numero(finess, collectivites)
        if departement is None:
            return None
        region = regions.get(departement)
        ultramarin = len(departement) == _COLLECTIVITE
        corse = departement in {"2A", "2B"}
        return Territoire(departement, region, ultramarin, corse, connu is not None)

    return Territoires(trouver)


def _du_numero(finess: str, collectivites: Mapping[str, str]) -> str | None:
    """The INSEE code of the place that a number begins with; None where it is not well-formed or says none."""
    if not FORME.fullmatch(finess):
        return None
    longs = sorted((prefixe for prefixe in collectivites if finess.startswith(prefixe)), key=len, reverse=True)
    if longs:
        return collectivites[longs[0]]
    return None if finess.startswith(("97", "98")) else finess[:2]
