"""The rows that a stay and an event become, whatever the version of the transfer that tells of them.

Both versions must give the same pseudonyms: what is read in one and in the other is then one row.
"""

from __future__ import annotations

from msgspec import Struct

from duicheck_tddui.derivation.personnes import dossier, personne
from duicheck_tddui.derivation.pseudonymes import Pseudonymes

__all__ = ["Evenement", "Sejour"]


class Sejour(Struct, frozen=True):
    """A stay of somebody, by (authority, identifier), in an establishment; days as written, `sortie` empty if open."""

    qui: tuple[str, str]
    finess: str
    entree: str
    sortie: str

    def ligne(self, pseudonymes: Pseudonymes) -> dict[str, str]:
        """The row of the register."""
        return {
            "id_personne": personne(self.qui, pseudonymes),
            "id_dossier": dossier(self.qui, self.finess, pseudonymes),
            "finess_et": self.finess,
            "date_entree": self.entree,
            "date_sortie": self.sortie,
        }


class Evenement(Struct, frozen=True):
    """What was written in the record of somebody: `identifiant` is that of the thing, `horodatage` its last update."""

    qui: tuple[str, str]
    finess: str
    type: str
    identifiant: str
    horodatage: str
    etat: str
    jour: str

    def ligne(self, pseudonymes: Pseudonymes) -> dict[str, str]:
        """The row of the log."""
        objet = pseudonymes.donner("O", self.type, self.finess, *self.qui, self.identifiant)
        return {
            "id_evenement": pseudonymes.donner("E", objet, self.horodatage, self.etat, self.jour),
            "horodatage": self.horodatage,
            "finess_et": self.finess,
            "id_dossier": dossier(self.qui, self.finess, pseudonymes),
            "type": self.type,
            "etat": self.etat,
            "id_objet": objet,
            "date_evenement": self.jour,
        }
