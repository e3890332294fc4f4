"""The claim of a vendor as rules read it: requirements, scenarios and proofs, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from duicheck.findings import Location
from duicheck.model import PieceJointe, Referencement
from duicheck.rules import reader

__all__ = ["Declaration", "ExigenceDeclaree", "PreuveDeclaree", "ScenarioDeclare", "declaration"]


class PreuveDeclaree(Struct, frozen=True):
    """A proof; `piece` is its file, or why it cannot be had."""

    id: str
    pointeur: str
    sha256: str
    nature: str
    date: date
    piece: PieceJointe


class ScenarioDeclare(Struct, frozen=True):
    """A scenario that was played."""

    id: str
    pointeur: str
    preuves: Sequence[PreuveDeclaree]


class ExigenceDeclaree(Struct, frozen=True):
    """A requirement and its state. `motif` is None where none is given, blanks included."""

    id: str
    pointeur: str
    etat: str
    profil: str | None
    motif: str | None
    scenarios: Sequence[ScenarioDeclare]

    @property
    def preuves(self) -> Iterator[PreuveDeclaree]:
        """The proofs of all its scenarios."""
        return (preuve for scenario in self.scenarios for preuve in scenario.preuves)


class Declaration(Struct, frozen=True):
    """The whole claim (schemas/referencement.schema.json)."""

    document: Referencement
    editeur: str
    solution: str
    version: str
    couloir: str
    domaines: frozenset[str]
    vague: int
    statut: str
    date_candidature: date | None
    date_referencement: date | None
    exigences: Sequence[ExigenceDeclaree]

    def at(self, pointeur: str = "") -> Location:
        """Where a value stands."""
        return self.document.at(pointeur)

    @property
    def preuves(self) -> Iterator[PreuveDeclaree]:
        """Every proof of the claim."""
        return (preuve for exigence in self.exigences for preuve in exigence.preuves)


@reader
def declaration(document: Referencement) -> Declaration:
    """The claim, typed."""
    valeur = document.valeur
    return Declaration(
        document=document,
        editeur=valeur["editeur"]["nom"],
        solution=valeur["solution"]["nom"],
        version=valeur["solution"]["version"],
        couloir=valeur["couloir"],
        domaines=frozenset(valeur["domaines"]),
        vague=valeur["vague"],
        statut=valeur["statut"],
        date_candidature=_jour(valeur.get("date_candidature")),
        date_referencement=_jour(valeur.get("date_referencement")),
        exigences=[
            _exigence(document, entree, f"/exigences/{rang}") for rang, entree in enumerate(valeur["exigences"])
        ],
    )


def _jour(texte: str | None) -> date | None:
    return None if texte is None else date.fromisoformat(texte)


def _exigence(document: Referencement, entree: dict[str, Any], pointeur: str) -> ExigenceDeclaree:
    scenarios = [
        ScenarioDeclare(
            scenario["id"],
            f"{pointeur}/scenarios/{rang}",
            [
                _preuve(document, preuve, f"{pointeur}/scenarios/{rang}/preuves/{numero}")
                for numero, preuve in enumerate(scenario["preuves"])
            ],
        )
        for rang, scenario in enumerate(entree.get("scenarios", ()))
    ]
    motif = (entree.get("motif") or "").strip() or None
    return ExigenceDeclaree(entree["id"], pointeur, entree["etat"], entree.get("profil"), motif, scenarios)


def _preuve(document: Referencement, entree: dict[str, Any], pointeur: str) -> PreuveDeclaree:
    jour = date.fromisoformat(entree["date"])
    piece = document.pieces[f"{pointeur}/fichier"]
    return PreuveDeclaree(entree["id"], pointeur, entree["sha256"].lower(), entree["nature"], jour, piece)
