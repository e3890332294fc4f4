"""Reading the official XLSX exports of a requirement catalogue, in the two layouts that were seen."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from duicheck.errors import UsageError
from duicheck_segur.catalogue import catalogue_livre
from duicheck_segur.classeur import DISPOSITIONS, Disposition, feuilles, mots, titres
from duicheck_segur.references import bien_formee

__all__ = ["Importation", "importer"]

_NATURES = {"exigence": "CRI", "cri": "CRI", "preconisation": "PRECO", "preco": "PRECO"}
_CHAPITRE = re.compile(r"(?:[A-Z]{2,4}\.)?([A-Za-z]{2,6})(?=[./])")
_CONDITION = re.compile(r"\bSI\b.*\bALORS\b", re.DOTALL)


class Importation(Struct):
    """What an import gave: the catalogue as a JSON value, and what it says of the file.

    `ecartees` are the rows of the sheet whose identifier is not one; `sans_categorie` counts the requirements
    of which the file does not say whether they oblige.
    """

    valeur: dict[str, Any]
    feuille: str
    disposition: str
    scenarios: int = 0
    preuves: int = 0
    ecartees: list[int] = field(default_factory=list)
    sans_categorie: int = 0


def importer(chemin: Path, *, couloir: str, complet: bool) -> Importation:
    """Read a workbook into a catalogue (schemas/exigences.schema.json).

    Controls that duicheck knows for a requirement (rules, exclusions) are carried over from the shipped catalogue.

    Raises:
        UsageError: no such file, no workbook, or none of the layouts in it.
    """
    for feuille, lignes in feuilles(chemin):
        trouvee = titres(lignes)
        if trouvee is None:
            continue
        rang, disposition, colonnes = trouvee
        lecture = _Lecture(colonnes)
        for numero, ligne in enumerate(lignes[rang + 1 :], rang + 2):
            lecture.lire(numero, ligne)
        if lecture.exigences:
            return lecture.bilan(chemin, feuille, disposition, couloir=couloir, complet=complet)
    attendus = " ; ou ".join(disposition.nom for disposition in DISPOSITIONS)
    message = f"{chemin.name} : aucune feuille n'a les titres d'un export d'exigences ; attendus : {attendus}"
    raise UsageError(message)


class _Lecture:
    """Rows of one sheet, gathered by requirement; a row without an identifier goes on with the one above."""

    def __init__(self, colonnes: Sequence[str | None]) -> None:
        self._colonnes = colonnes
        self.exigences: dict[str, dict[str, Any]] = {}
        self._ecartees: list[int] = []
        self._courante: dict[str, Any] | None = None
        self._scenario: dict[str, Any] | None = None

    def lire(self, numero: int, ligne: Sequence[str]) -> None:
        """Take one row in; a row of blanks is nothing."""
        paires = [(nom, texte) for nom, texte in zip(self._colonnes, ligne, strict=False) if nom and texte]
        if not paires:
            return
        cellules = dict(reversed(paires))  # the first of repeated headings
        identifiant = cellules.get("id")
        if identifiant:
            if not bien_formee(identifiant, "exigence"):
                self._ecartees.append(numero)
                self._courante = self._scenario = None
                return
            if identifiant not in self.exigences:
                self.exigences[identifiant] = _exigence(identifiant, cellules)
            if self._courante is not self.exigences[identifiant]:
                self._courante, self._scenario = self.exigences[identifiant], None
        if self._courante is None:
            self._ecartees.append(numero)
            return
        self._ajouter(cellules, paires)

    def _ajouter(self, cellules: Mapping[str, str], paires: Iterable[tuple[str, str]]) -> None:
        """The scenario and the proofs of a row; a proof may come without repeating its scenario."""
        courante = self._courante
        if courante is None:
            return
        if nom := cellules.get("scenario_id"):
            scenarios = courante.setdefault("scenarios", [])
            self._scenario = next((each for each in scenarios if each["id"] == nom), None)
            if self._scenario is None:
                self._scenario = {"id": nom, **_intitule(cellules.get("scenario"))}
                scenarios.append(self._scenario)
        preuve: dict[str, Any] | None = None
        for colonne, texte in paires:
            if colonne == "preuve_id" and self._scenario is not None:
                preuves = self._scenario.setdefault("preuves", [])
                preuve = None
                if all(each["id"] != texte for each in preuves):
                    preuve = {"id": texte}
                    preuves.append(preuve)
            elif colonne == "preuve" and preuve is not None:
                preuve["intitule"] = texte
                preuve = None

    def bilan(
        self, chemin: Path, feuille: str, disposition: Disposition, *, couloir: str, complet: bool
    ) -> Importation:
        """The catalogue and its figures."""
        exigences = [_avec_controles(each) for each in self.exigences.values()]
        source = {
            "code": "import",
            "titre": f"Classeur importé : {chemin.name}",
            "reference": f"{chemin.name}, feuille {feuille}, {disposition.nom}",
            "sha256": hashlib.sha256(chemin.read_bytes()).hexdigest(),
        }
        etendue = "donné pour complet par qui l'a importé" if complet else "sans garantie qu'il soit complet"
        valeur = {
            "format": 1,
            "titre": f"Exigences importées de {chemin.name}",
            "couloir": couloir,
            "complet": complet,
            "avertissement": f"Catalogue importé d'un classeur, {etendue}.",
            "sources": [source],
            "exigences": exigences,
        }
        scenarios = [scenario for each in exigences for scenario in each.get("scenarios", ())]
        return Importation(
            valeur,
            feuille,
            disposition.nom,
            len(scenarios),
            sum(len(scenario.get("preuves", ())) for scenario in scenarios),
            self._ecartees,
            sum("categorie" not in each for each in exigences),
        )


def _intitule(texte: str | None) -> dict[str, str]:
    return {"intitule": texte} if texte else {}


def _exigence(identifiant: str, cellules: Mapping[str, str]) -> dict[str, Any]:
    """The first row of a requirement. What the file does not say outright is read from the wording of the text."""
    enonce = cellules.get("enonce", "")
    chapitre = _CHAPITRE.match(identifiant.removeprefix("SC."))
    nature = _NATURES.get(mots(cellules.get("nature", ""))[1])
    if nature is None and "DOIT" in enonce.split():
        nature = "CRI"
    elif nature is None and "PEUT" in enonce.split():
        nature = "PRECO"
    dite = mots(cellules.get("conditionnelle", ""))[1]
    profil = cellules.get("profil")
    return {
        "id": identifiant,
        "chapitre": cellules.get("chapitre") or (chapitre[1] if chapitre else "?"),
        **({"profil": profil} if profil else {}),
        **({"categorie": nature} if nature else {}),
        "conditionnelle": dite == "oui" or (not dite and bool(_CONDITION.search(enonce))),
        "fondement": "import",
        "resume": enonce or cellules.get("fonction") or "(sans énoncé)",
        "source": "import",
        "attestee": True,
    }


def _avec_controles(importee: dict[str, Any]) -> dict[str, Any]:
    """The requirement with what duicheck knows how to control of it."""
    connue = catalogue_livre().trouver(importee["id"])
    if connue is None:
        return importee
    ajouts: dict[str, Any] = {"attestee": connue.attestee or not connue.fondee}
    if connue.regles:
        ajouts |= {"regles": list(connue.regles), "portee": connue.portee}
    if connue.exclusive_de:
        ajouts["exclusive_de"] = [
            _dans_la_meme_ecriture(each, importee["id"], connue.id) for each in connue.exclusive_de
        ]
    if connue.fondee and not connue.attestee and connue.raison:
        ajouts["raison"] = connue.raison
    return importee | ajouts


def _dans_la_meme_ecriture(autre: str, importe: str, connu: str) -> str:
    """The identifier of the other branch, written as the import writes this one: `INS.28B` beside `INS.28A`."""
    return autre.removeprefix("SC.") if importe == connu.removeprefix("SC.") else autre
