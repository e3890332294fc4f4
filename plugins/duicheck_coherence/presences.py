"""Which establishments each table of the delivery names: one statement per table, whatever its size."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from duicheck.findings import Location
from duicheck.model import Indicateurs, Journal, Registre, Structures, Table, TableauDeBord
from duicheck.rules import reader

__all__ = ["Presence", "Presences", "presences"]

_TOTAL = "TOTAL"


class Presence(Struct, frozen=True):
    """An establishment in a table: on how many rows, and where first."""

    lignes: int
    at: Location


class Presences(Struct, frozen=True):
    """Role of a table at hand -> establishment -> its presence, in the order of the rows."""

    par_role: Mapping[str, Mapping[str, Presence]]

    def de(self, role: str) -> Mapping[str, Presence]:
        """The establishments of one table; none where it is not at hand."""
        return self.par_role.get(role, {})


@reader
def presences(
    export: Indicateurs | None,
    structures: Structures | None,
    registre: Registre | None,
    journal: Journal | None,
    grille: TableauDeBord | None,
) -> Presences:
    """Count them, table by table."""
    tables = [table for table in (export, structures, registre, journal, grille) if table is not None]
    return Presences({table.role: _dans(table) for table in tables})


def _dans(table: Table) -> dict[str, Presence]:
    sql = f"SELECT finess_et, count(*), min(rowid) FROM {table.role} WHERE finess_et <> ? GROUP BY 1 ORDER BY 3"
    return {
        finess: Presence(lignes, table.at(rowid, "finess_et")) for finess, lignes, rowid in table.rows(sql, [_TOTAL])
    }
