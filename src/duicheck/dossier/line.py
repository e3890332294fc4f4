"""One line of the checklist, and what its state is called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import asdict

from duicheck.langue import N_

__all__ = ["A_VERIFIER", "ETATS", "FAUSSE", "JUSTE", "LA", "MANQUANTE", "SANS_OBJET", "Fichier", "Ligne", "whole"]

LA: Final = "la"
MANQUANTE: Final = "manquante"
FAUSSE: Final = "fausse"
A_VERIFIER: Final = "a_verifier"
SANS_OBJET: Final = "sans_objet"

ETATS: Final = {
    MANQUANTE: ("faute", N_("manquante")),
    FAUSSE: ("faute", N_("fausse")),
    A_VERIFIER: ("alerte", N_("à vérifier")),
    LA: ("bien", N_("là")),
    SANS_OBJET: ("", N_("sans objet")),
}
"""State -> (style, word), what is to be done first. A control that passed is not « là » but « juste »."""

JUSTE: Final = N_("juste")


class Fichier(Struct, frozen=True):
    """A file of a piece: where it is in the delivery, and its name in the folder to upload."""

    chemin: str
    octets: int
    sha256: str
    nom: str


class Ligne(Struct, frozen=True):
    """One line. `nature`: `piece`, `document`, `controle` or `bilan`. The words are those of the current language.

    `obligatoire`: the dossier is complete only if this line is there. `demande` says what asks for a conditional
    piece; `raison` why the state is what it is; `qui` who can act (codes of `Fixer`).
    """

    code: str
    intitule: str
    nature: str
    etat: str
    obligatoire: bool
    raison: str | None = None
    demande: str | None = None
    clause: str | None = None
    que_faire: str | None = None
    qui: tuple[str, ...] = ()
    regles: tuple[str, ...] = ()
    constats: int = 0
    fichiers: tuple[Fichier, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As schemas/dossier.schema.json has it."""
        found = asdict(self)
        return {
            **found,
            "qui": list(self.qui),
            "regles": list(self.regles),
            "fichiers": [asdict(file) for file in self.fichiers],
        }


def whole(lines: Iterable[Ligne]) -> str:
    """What the lines come to: one wrong or missing is certain, one not known forbids « complet »."""
    states = {line.etat for line in lines if line.obligatoire}
    if states & {MANQUANTE, FAUSSE}:
        return "incomplet"
    # A line without object asks nothing; whatever else is not there is not known.
    return "complet" if states <= {LA, SANS_OBJET} else "incertain"
