"""The reader: one pass over every file of the delivery."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from duicheck.model import Indicateurs, Lecture, Registre, Structures, Table
from duicheck.rulebook import Rulebook
from duicheck.rules import reader
from duicheck_confidentialite.donnees import DonneesPersonnelles

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

__all__ = ["donnees_personnelles"]


@reader(ahead=True)
def donnees_personnelles(
    lecture: Lecture,
    texte: Rulebook,
    indicateurs: Indicateurs | None,
    registre: Registre | None,
    structures: Structures | None,
) -> DonneesPersonnelles:
    """What identifies a person in the files of the delivery, manifest included."""
    from duicheck_confidentialite.balayage import Balayage  # noqa: PLC0415 -- start-up

    tables = [table for table in (indicateurs, registre, structures) if table is not None]
    finess = [numero for table in tables for numero in _finess(table)]
    with _connexion(tables) as connection, ThreadPoolExecutor(max_workers=2) as atelier:
        balayage = Balayage(connection, atelier, finess, mots=texte.get("texte_libre_mots"))
        balayage.lire(lecture.contenus)
        return balayage.bilan()


def _connexion(tables: Sequence[Table]) -> duckdb.DuckDBPyConnection:
    """A connection of our own, in the database of the delivery where there is one: another takes time to open."""
    if tables:
        return tables[0].connection.cursor()
    import duckdb  # noqa: PLC0415 -- heavy

    return duckdb.connect(config={"threads": 1})


def _finess(table: Table) -> list[str]:
    return [numero for (numero,) in table.rows(f"SELECT DISTINCT finess_et FROM {table.role}")]
