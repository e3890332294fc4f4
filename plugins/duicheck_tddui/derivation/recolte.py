"""The rows drawn so far, and the account of what could not be drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct, field

__all__ = ["JOURNAL", "REGISTRE", "Ecart", "Recolte"]

REGISTRE = ("id_personne", "id_dossier", "finess_et", "date_entree", "date_sortie", "projet_possible")
JOURNAL = (
    "id_evenement",
    "horodatage",
    "finess_et",
    "id_dossier",
    "type",
    "etat",
    "id_objet",
    "date_evenement",
    "canal",
    "auteur",
)


class Ecart(Struct, frozen=True, order=True):
    """Why something gave no row: of which file, meant for which table, what, which column is missing, the reason.

    `colonne` is empty where the thing is no row of a table at all.
    """

    fichier: str
    table: str
    objet: str
    colonne: str
    cause: str


class Recolte(Struct):
    """Rows without repeats, whatever the number of times that they are read."""

    registre: set[tuple[str, ...]] = field(default_factory=set)
    journal: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lus: Counter[tuple[str, str]] = field(default_factory=Counter)
    ecarts: Counter[Ecart] = field(default_factory=Counter)
    depots: set[str] = field(default_factory=set)  # the kinds of traces that told of a deposit

    def sejour(self, fichier: str, ligne: Mapping[str, str]) -> None:
        """Keep a row of the register."""
        self.registre.add(tuple(ligne.get(titre, "") for titre in REGISTRE))
        self.lus[fichier, "registre"] += 1

    def evenement(self, fichier: str, ligne: Mapping[str, str]) -> None:
        """Keep a row of the log; the same event read twice is one."""
        self.journal[ligne["id_evenement"]] = tuple(ligne.get(titre, "") for titre in JOURNAL)
        self.lus[fichier, "journal"] += 1

    def ecarter(self, fichier: str, table: str, objet: str, manques: Mapping[str, str]) -> None:
        """Count something that gave no row, once per column that is missing."""
        for colonne, cause in manques.items():
            self.ecarts[Ecart(fichier, table, objet, colonne, cause)] += 1

    def tables(self) -> dict[str, list[tuple[str, ...]]]:
        """The rows by table, in an order that depends on nothing but them; an empty table is not there."""
        trouvees = {
            "registre": sorted(self.registre, key=lambda ligne: (ligne[2], ligne[0], ligne[3], ligne)),
            "journal": sorted(self.journal.values(), key=lambda ligne: (ligne[1], ligne[0])),
        }
        return {table: lignes for table, lignes in trouvees.items() if lignes}
