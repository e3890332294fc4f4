"""The pass over one file: what each candidate turns out to be, and what its columns make of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from duicheck.discretion import Trouvaille, courriels, heading_word, nirs, personal, telephones
from duicheck.findings import Fact, Location, Violation
from duicheck_confidentialite.colonnes import FORMES, Colonne, Forme
from duicheck_confidentialite.donnees import Constats, Prose
from duicheck_confidentialite.motifs import CHIFFRE, autre_nombre

if TYPE_CHECKING:
    from duicheck.formats.bloc import Bloc, Situation

__all__ = ["Passage"]

_TABLES_DE_PERSONNES = frozenset({"indicateurs", "journal", "registre", "decompte", "tableau_de_bord"})
_LISTES = frozenset({"structures", "finess"})
_COLONNES_DU_CONTRAT = frozenset({("tableau_de_bord", "ins")})
"""Columns of ours whose name is also that of a personal number: this one says whether the INS is qualified."""
_COORDONNEES_PUBLIQUES = frozenset({"finess", "cda", "piece"})
"""Roles whose documents bear the addresses and phone numbers of establishments and professionals: a letterhead too."""

_ECHANGES = frozenset({"tddui", "traces"})
"""Roles whose documents are exchanged to name a person: identifiers and addresses are what they are made of."""

_INS = re.compile(r"<(?:\w+:)?id\b[^<>]*\b1\.2\.250\.1\.213\.1\.4\.(?:2|8|9|10|11|13|14)\b[^<>]*>")
_ID = re.compile(r"<(?:\w+:)?id\b[^<>]*>")
_TELECOM = re.compile(r"<(?:\w+:)?telecom\b[^<>]*>")


class Passage:
    """The pass over one file."""

    def __init__(self, role: str, chemin: str, finess: frozenset[str]) -> None:
        self._role = role
        self._chemin = chemin
        self._finess = finess
        self._constats: dict[str, Constats] = {}
        self._colonnes: dict[tuple[str | None, Forme], Colonne] = {}
        self._a_comparer: set[Forme] = set()
        self._phrases: dict[str | None, tuple[Situation, int]] = {}
        self._cles: dict[str, str | None] = {}
        self._permis: tuple[Bloc, list[tuple[int, int]], list[tuple[int, int]]] | None = None
        self._ligne_de_prose: tuple[int | None, str | None] = (None, None)
        self._vu = 0
        self._bloc: Bloc | None = None

    # -- what is looked at

    def nom(self) -> None:
        """The file's name and folders; a name that says « patients » is not a person's."""
        for trouve in personal(PurePosixPath(self._chemin).with_suffix("").as_posix()):
            faits = {"endroit": "Nom du fichier", "nature": trouve.nature}
            self._constats.setdefault(trouve.genre, Constats()).ajouter(Violation(Location(self._chemin), faits))

    def titres(self, bloc: Bloc) -> None:
        """The headings of a table."""
        for titre in bloc.titres:
            mot = self._mot(titre.texte)
            if mot is not None:
                faits: dict[str, Fact] = {"position": titre.position + 1, "nature": mot}
                self._ajouter("titre", bloc.situer(0), faits, ligne=titre.line, colonne=None)

    def juger(self, bloc: Bloc, position: int, extrait: str) -> None:
        """One candidate of a block; candidates come in order."""
        if bloc is not self._bloc:
            self._bloc, self._vu = bloc, 0
        if extrait.startswith("@"):
            debut = max(self._vu, position - 64)
            self._prendre(bloc, courriels(bloc.texte, debut, position + len(extrait)), position)
        elif extrait.endswith(":") and extrait.startswith('"'):
            self._cle(bloc, position, extrait)
        elif CHIFFRE.search(extrait):
            if "+" not in extrait and autre_nombre(bloc.texte, position + (not extrait[0].isdigit())):
                return
            debut, fin = max(0, position - 8), position + len(extrait) + 8
            trouves = [*nirs(bloc.texte, debut, fin), *telephones(bloc.texte, debut, fin)]
            self._prendre(bloc, trouves, position)
        elif bloc.genre in {"table", "json"} and self._role in _TABLES_DE_PERSONNES:
            self._phrase(bloc, position)

    def comparer(self, bloc: Bloc) -> None:
        """The likes of the doubtful numbers of a block, column by column."""
        for forme in self._a_comparer:
            colonnes = {nom: colonne for (nom, sienne), colonne in self._colonnes.items() if sienne is forme}
            if all(colonne.assez_vu for colonne in colonnes.values()):
                continue
            for trouve in forme.semblables.finditer(bloc.texte):
                colonne = colonnes.get(bloc.situer(trouve.start()).column)
                if colonne is not None:
                    if colonne.assez_vu:
                        break
                    colonne.comparer(trouve[0])
        self._a_comparer.clear()

    # -- what is made of it

    def bilan(self) -> dict[str, Constats]:
        """What is certain, and what the columns made likely."""
        for colonne in self._colonnes.values():
            for constats in filter(None, colonne.retenus()):
                self._constats.setdefault(colonne.forme.genre, Constats()).verser(constats)
        for constats in self._constats.values():
            constats.premiers.sort(key=lambda violation: violation.at.line or 0)
        return self._constats

    def prose(self) -> Iterator[Prose]:
        """The columns that hold prose."""
        for situation, nombre in self._phrases.values():
            yield Prose(Location(self._chemin, situation.line, situation.column, situation.pointer), nombre)

    def _prendre(self, bloc: Bloc, trouves: Iterable[Trouvaille], position: int) -> None:
        """Keep what a candidate turned out to be, unless the place needs it."""
        for trouve in trouves:
            if trouve.start < self._vu or trouve.end <= position or self._permise(bloc, trouve):
                continue
            if trouve.genre == "nir" and _adresse(bloc.texte, trouve.end):
                continue  # the INS in a patient's address: the address says it
            self._vu = trouve.end
            situation = bloc.situer(trouve.start)
            faits = {"endroit": situation.column or "Texte", "nature": trouve.nature}
            nombre = bloc.texte[trouve.start : trouve.end]
            if nombre.isdigit():
                if nombre[:9] in self._finess:
                    continue  # a counter of that establishment
                forme = FORMES[trouve.genre, len(nombre)]
                colonne = self._colonnes.setdefault((situation.column, forme), Colonne(forme))
                colonne.places(nombre).ajouter(Violation(self._lieu(situation), faits))
                self._a_comparer.add(forme)
            else:
                self._ajouter(trouve.genre, situation, faits)

    def _permise(self, bloc: Bloc, trouve: Trouvaille) -> bool:
        """Whether the document has to hold it there, or publishes what is nobody's own."""
        if trouve.genre in {"courriel", "telephone"} and (
            self._role in _COORDONNEES_PUBLIQUES or bloc.genre == "binaire"
        ):
            return True
        if self._role != "cda" or bloc.genre != "xml":
            return self._role in _ECHANGES
        if self._permis is None or self._permis[0] is not bloc:
            places = [found.span() for motif in (_INS, _TELECOM) for found in motif.finditer(bloc.texte)]
            autres = [found.span() for found in _ID.finditer(bloc.texte)]
            self._permis = (bloc, places, autres)
        _, places, autres = self._permis
        return _dans(places, trouve) or (not trouve.certain and _dans(autres, trouve))

    def _cle(self, bloc: Bloc, position: int, extrait: str) -> None:
        """A key of a JSON table, the first time that it is met."""
        cle = extrait.rstrip(":").rstrip()[1:-1].rpartition('"')[2]
        if cle in self._cles:
            return
        self._cles[cle] = mot = self._mot(cle)
        if mot is not None:
            situation = bloc.situer(position)
            self._ajouter("titre", situation, {"position": len(self._cles), "nature": mot}, colonne=None)

    def _mot(self, titre: str) -> str | None:
        if self._role not in _TABLES_DE_PERSONNES | _LISTES:
            return None
        if (self._role, titre.strip()) in _COLONNES_DU_CONTRAT:
            return None
        return heading_word(titre, persons=self._role in _TABLES_DE_PERSONNES)

    def _phrase(self, bloc: Bloc, position: int) -> None:
        situation = bloc.situer(position)
        cellule = (situation.line, situation.pointer or situation.column)
        if cellule == self._ligne_de_prose:
            return
        self._ligne_de_prose = cellule
        premiere, nombre = self._phrases.get(situation.column, (situation, 0))
        self._phrases[situation.column] = (premiere, nombre + 1)

    def _ajouter(
        self,
        genre: str,
        situation: Situation,
        faits: Mapping[str, Fact],
        *,
        ligne: int | None = None,
        colonne: str | None = "",
    ) -> None:
        at = self._lieu(situation)
        if ligne is not None or colonne is None:
            at = Location(at.file, ligne or at.line, None, at.pointer)
        self._constats.setdefault(genre, Constats()).ajouter(Violation(at, dict(faits)))

    def _lieu(self, situation: Situation) -> Location:
        return Location(self._chemin, situation.line, situation.column, situation.pointer)


def _dans(places: Iterable[tuple[int, int]], trouve: Trouvaille) -> bool:
    return any(debut <= trouve.start and trouve.end <= fin for debut, fin in places)


def _adresse(texte: str, fin: int) -> bool:
    return texte[fin : fin + 1] == "@" and texte[fin + 1 : fin + 8].lower() == "patient"
