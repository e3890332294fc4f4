"""Where readers of extracts put what they find: rows that are right go on to be loaded, the others are said."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import IO, Final

from msgspec import Struct, field

from duicheck_identifiants.repertoire.numeros import FORME, cle_juste, restaure

__all__ = ["COLONNES_EJ", "COLONNES_ET", "Puits", "Remarque", "SourceExtrait"]

COLONNES_ET: Final = {
    "numero": "VARCHAR",
    "numero_ej": "VARCHAR",
    "nom": "VARCHAR",
    "departement": "VARCHAR",
    "commune": "VARCHAR",
    "categorie": "VARCHAR",
    "libelle": "VARCHAR",
    "siret": "VARCHAR",
    "ouverture": "DATE",
    "fermeture": "DATE",
}
"""Columns of an establishment; `departement` is the INSEE code (971, 2A), `commune` where letters go."""

COLONNES_EJ: Final = {"numero": "VARCHAR", "nom": "VARCHAR", "siren": "VARCHAR", "fermeture": "DATE"}
"""Columns of a legal entity."""

_HISTORIQUES: Final = {
    "9A": "971",
    "9B": "972",
    "9C": "973",
    "9D": "974",
    "9E": "975",
    "9F": "976",
    "9J": "986",
}
"""Overseas départements as the old flows write them -> INSEE code."""

_BLANCS: Final = str.maketrans({"\t": " ", "\n": " ", "\r": " ", "\0": " "})
_SIRET, _SIREN = 14, 9
_GARDEES: Final = 10_000  # remarks that are kept: a wrong file may have one a line; counts are always whole


class Remarque(Struct, frozen=True):
    """Something about one row of an extract: its place (a line, or a JSON pointer), why, and whether it is left out."""

    fichier: str
    place: str
    cause: str
    ecartee: bool

    @property
    def ou(self) -> str:
        """Which row of which file, in words."""
        return _ou(self.place, self.fichier)


class SourceExtrait(Struct):
    """One file of an extract.

    `complet`: it is meant to hold every establishment. `fermes`: it keeps the closed ones.
    `lus` counts rows of structures, `ecartes` those of them that were not kept.
    """

    fichier: str
    forme: str
    sha256: str
    date_extrait: date | None = None
    complet: bool = True
    fermes: bool = False
    lus: int = 0
    ecartes: int = 0


class Puits(Struct):
    """Sink of one loading: two streams of tab-separated rows, and what was remarked (the first ten thousand).

    The digest is over the rows as they are loaded: the same extract gives the same on every machine.
    """

    etablissements: IO[str]
    entites: IO[str]
    sources: list[SourceExtrait] = field(default_factory=list)
    remarques: list[Remarque] = field(default_factory=list)
    retenus: int = 0
    retenues: int = 0
    _places: dict[str, str] = field(default_factory=dict)
    _entites: set[str] = field(default_factory=set)
    _condense: "hashlib._Hash" = field(default_factory=hashlib.sha256)  # noqa: UP037 -- a name of stubs only

    @property
    def sha256(self) -> str:
        """The digest of everything that was kept."""
        return self._condense.hexdigest()

    def ouvre(self, source: SourceExtrait) -> None:
        """Begin another file."""
        self.sources.append(source)

    def etablissement(self, place: str, ligne: Mapping[str, str | None]) -> None:
        """Take one establishment, its values by the names of COLONNES_ET, or say why not."""
        source = self.sources[-1]
        source.lus += 1
        numero = (ligne.get("numero") or "").strip()
        if (cause := _refus(numero)) is not None:
            self.ecarte(place, cause)
            return
        if numero in self._places:
            self.ecarte(place, f"{numero} est déjà donné {self._places[numero]}")
            return
        self._places[numero] = _ou(place, source.fichier)
        numero_ej = (ligne.get("numero_ej") or "").strip()
        if not cle_juste(numero):
            self.remarque(place, f"{numero} : la clé du numéro ne va pas ; il est gardé tel quel")
        if numero_ej and (faute := _refus(numero_ej)) is not None:
            self.remarque(place, f"{numero} : numéro juridique laissé de côté, {faute}")
            numero_ej = ""
        departement = (ligne.get("departement") or "").strip().upper()
        cellules = [
            numero,
            numero_ej,
            ligne.get("nom"),
            _HISTORIQUES.get(departement, departement),
            ligne.get("commune"),
            ligne.get("categorie"),
            ligne.get("libelle"),
            self._chiffres(place, numero, "SIRET", ligne.get("siret"), _SIRET),
            self._jour(place, numero, ligne.get("ouverture")),
            self._jour(place, numero, ligne.get("fermeture")),
        ]
        self.retenus += 1
        self._ecris(self.etablissements, cellules)

    def entite(self, place: str, ligne: Mapping[str, str | None]) -> None:
        """Take one legal entity, its values by the names of COLONNES_EJ, or say why not."""
        source = self.sources[-1]
        source.lus += 1
        numero = (ligne.get("numero") or "").strip()
        if (cause := _refus(numero)) is not None:
            self.ecarte(place, cause)
            return
        if numero in self._entites:
            self.ecarte(place, f"{numero} est déjà donné")
            return
        self._entites.add(numero)
        self.retenues += 1
        siren = self._chiffres(place, numero, "SIREN", ligne.get("siren"), _SIREN)
        self._ecris(self.entites, [numero, ligne.get("nom"), siren, self._jour(place, numero, ligne.get("fermeture"))])

    def ecarte(self, place: str, cause: str) -> None:
        """Say that a row is not kept. It counts among those that were read already, or is counted by the caller."""
        self.sources[-1].ecartes += 1
        self._note(place, cause, ecartee=True)

    def illisible(self, place: str, cause: str) -> None:
        """Say that a row of structures could not even be cut into cells."""
        self.sources[-1].lus += 1
        self.ecarte(place, cause)

    def remarque(self, place: str, cause: str) -> None:
        """Say something about a row that is kept."""
        self._note(place, cause, ecartee=False)

    def _note(self, place: str, cause: str, *, ecartee: bool) -> None:
        if len(self.remarques) < _GARDEES:
            self.remarques.append(Remarque(self.sources[-1].fichier, place, cause, ecartee))

    def _ecris(self, flux: IO[str], cellules: list[str | None]) -> None:
        ligne = "\t".join([(cellule or "").translate(_BLANCS).strip() for cellule in cellules]) + "\n"
        self._condense.update(ligne.encode())
        flux.write(ligne)

    def _chiffres(self, place: str, numero: str, nom: str, valeur: str | None, longueur: int) -> str:
        """A SIREN or SIRET as digits; anything else is said, and left out."""
        texte = (valeur or "").replace(" ", "").strip()
        if not texte or (len(texte) == longueur and texte.isascii() and texte.isdigit()):
            return texte
        if texte.isascii() and texte.isdigit() and len(texte) < longueur:
            # A SIREN never begins with a zero that a spreadsheet could have taken, but for a handful: said, not mended.
            self.remarque(place, f"{numero} : {nom} de {len(texte)} chiffres au lieu de {longueur}, laissé de côté")
        else:
            self.remarque(place, f"{numero} : {nom} mal formé, laissé de côté")
        return ""

    def _jour(self, place: str, numero: str, valeur: str | None) -> str:
        """A day as ISO text; anything else is said, and left out."""
        texte = (valeur or "").strip()[:10]
        if not texte:
            return ""
        try:
            return date.fromisoformat(texte).isoformat()
        except ValueError:
            self.remarque(place, f"{numero} : une date n'est pas de la forme AAAA-MM-JJ, laissée de côté")
            return ""


def _refus(numero: str) -> str | None:
    """Why a number cannot be one; None where it can."""
    if FORME.fullmatch(numero):
        return None
    if not numero:
        return "le numéro FINESS manque"
    if (entier := restaure(numero)) is not None:
        return f"{numero} a perdu son zéro de tête, sans doute dans un tableur : c'est {entier}"
    return "le numéro FINESS n'est pas de la forme attendue (deux caractères pour le lieu, puis sept chiffres)"


def _ou(place: str, fichier: str) -> str:
    return f"ligne {place} de {fichier}" if place.isdigit() else f"{place} du fichier {fichier}"
