"""The shapes in which traces are told: an event of the log as far as it goes, or a trace that is none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import ClassVar

from msgspec import Struct, field

from duicheck.discretion import Discreet
from duicheck_tddui.fhir.identifiants import un_finess

__all__ = ["SANS_FINESS", "SANS_PATIENT", "Contexte", "Evenement", "HorsSujet", "finess_seul"]

SANS_FINESS = "aucun numéro FINESS d'établissement n'y est, ou plusieurs"
SANS_PATIENT = "aucun identifiant de patient n'y est"


class Contexte(Struct, frozen=True):
    """What whoever derives knows and the traces do not say: the establishment, the time zone of their clocks."""

    finess: str | None = None
    fuseau: tzinfo | None = None


class Evenement(Discreet, frozen=True):
    """An event, as far as the trace tells it.

    `personne` is (authority, identifier), for a digest and nothing else; so are `objet` and `cle`, which make the event
    the same wherever it is read. `manques`: required column -> French reason.
    """

    HIDDEN: ClassVar[frozenset[str]] = frozenset({"cle", "personne", "objet"})

    chemin: str
    ligne: int
    type: str
    cle: tuple[str, ...]
    etat: str | None = None
    horodatage: str | None = None
    finess: str | None = None
    personne: tuple[str, str] | None = None
    canal: str | None = None
    objet: str | None = None
    manques: Mapping[str, str] = field(default_factory=dict)


class HorsSujet(Struct, frozen=True):
    """A trace that is no event of the log, and why."""

    chemin: str
    ligne: int
    raison: str


def finess_seul(textes: set[str]) -> str | None:
    """The one FINESS number among these texts; None for none, or for several."""
    trouves = {texte for texte in textes if un_finess(texte)}
    return trouves.pop() if len(trouves) == 1 else None
