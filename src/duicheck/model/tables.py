"""Tables of validated rows in DuckDB: what the rules over logs and registers read."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec import Struct

from duicheck.findings import Location

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from duicheck.formats import TableReading

__all__ = [
    "TABLES",
    "Decompte",
    "Indicateurs",
    "Journal",
    "Registre",
    "Solutions",
    "Structures",
    "Table",
    "TableauDeBord",
]


class Table(Struct, frozen=True):
    """The rows of one role that their JSON Schema accepts, all files of the role together.

    A DuckDB table whose name is the role; `rowid` is the row's number over all files, in their order.
    Dates are DATE, instants are TIMESTAMP in UTC, an empty cell is NULL.
    """

    role: ClassVar[str]
    connection: duckdb.DuckDBPyConnection
    readings: Sequence[TableReading]

    def rows(self, sql: str, parameters: Sequence[object] | dict[str, object] = ()) -> list[tuple[Any, ...]]:
        """Run one query and return its rows. Keep them few: count and aggregate in SQL."""
        return self.connection.execute(sql, parameters).fetchall()

    def at(self, rowid: int, column: str | None = None) -> Location:
        """Where a row stands in the file that it came from."""
        for reading in self.readings:
            if rowid < reading.first_rowid + reading.rows:
                place = reading.place(rowid - reading.first_rowid)
                return Location(reading.file, place.line, column, place.pointer)
        message = f"{self.role} has no row {rowid}"
        raise IndexError(message)

    @property
    def count(self) -> int:
        """How many rows were accepted."""
        return sum(reading.rows for reading in self.readings)

    @property
    def rejected(self) -> int:
        """How many rows were rejected: the figures computed from this table may miss them."""
        return sum(reading.rejected for reading in self.readings)


class Indicateurs(Table, frozen=True):
    """The vendor's export (contract §1.1): one row per establishment × indicator × period.

    finess_et VARCHAR, indicateur VARCHAR, periode_debut DATE, periode_fin DATE, numerateur BIGINT,
    denominateur BIGINT, taux VARCHAR (the decimal text as written, point as separator, percent),
    date_extraction DATE.
    """

    role = "indicateurs"


class Journal(Table, frozen=True, dict=True):
    """The activity log (contract §1.2): one row per event.

    id_evenement, horodatage TIMESTAMP (UTC), finess_et, id_dossier, type, etat, id_objet,
    date_evenement DATE, canal, auteur; VARCHAR where not said (`type` is an ENUM, in the order of its texts).
    """

    role = "journal"

    @cached_property
    def repeats(self) -> bool:
        """Whether an `id_evenement` stands on several rows. Looked for once: it takes a pass over every id."""
        ((found,),) = self.rows("SELECT count(*) > count(DISTINCT id_evenement) FROM journal")
        return bool(found)

    @cached_property
    def finess(self) -> Sequence[str]:
        """The establishments that have an event, in the order of their numbers. Looked for once."""
        return [finess for (finess,) in self.rows("SELECT DISTINCT finess_et FROM journal ORDER BY finess_et")]


class Registre(Table, frozen=True):
    """Persons accompanied (contract §1.3): one row per stay.

    id_personne, id_dossier, finess_et, date_entree DATE, date_sortie DATE, projet_possible BOOLEAN
    (never NULL: true where the cell is empty).
    """

    role = "registre"


class Decompte(Table, frozen=True):
    """Which dossiers the vendor counted (contract §1.4)."""

    role = "decompte"


class Structures(Table, frozen=True):
    """The establishments of the grappe (contract §1.5): one row per FINESS ET.

    finess_et, finess_ej, siret, raison_sociale, organisme_siren, champ, situation, solution, version,
    bon_commande_sons VARCHAR; the five yes/no columns BOOLEAN; mise_en_ordre_de_marche, parametrage DATE;
    heures_totales, heures_medicosociales, devis_materiel VARCHAR (the decimal text).
    """

    role = "structures"

    @property
    def finess(self) -> Sequence[str]:
        """Its establishments, each number once, in the order of the list."""
        sql = "SELECT finess_et FROM structures GROUP BY finess_et ORDER BY min(rowid)"
        return [finess for (finess,) in self.rows(sql)]

    @property
    def champs(self) -> frozenset[str]:
        """The fields (PA, PH, …) that the project covers."""
        return frozenset(champ for (champ,) in self.rows("SELECT DISTINCT champ FROM structures"))


class TableauDeBord(Table, frozen=True):
    """The Ségur dashboard grid (contract §1.7): one row per establishment × period × measure × INS status.

    finess_et, periode, mesure, ins VARCHAR; nombre BIGINT.
    """

    role = "tableau_de_bord"


class Solutions(Table, frozen=True):
    """A snapshot of the list of solutions that the ANS publishes: one row per solution × version × domains.

    solution, editeur, version (one, or a range in words), domaine (one or several), couloir, statut VARCHAR,
    all as written; vague BIGINT, date_referencement DATE.
    """

    role = "solutions"


TABLES: dict[str, type[Table]] = {
    kind.role: kind for kind in (Indicateurs, Journal, Registre, Decompte, Structures, TableauDeBord, Solutions)
}
"""The table type of each role that duicheck reads as rows."""
