"""The reader: one pass over every file of the delivery."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from duicheck.model import Indicateurs, Lecture, Registre, Structures, Table
from duicheck.rulebook import Rulebook
from duicheck.rules import reader
from duicheck_confidentialite.donnees import DonneesPersonnelles

__all__ = ["donnees_personnelles"]


@reader
def donnees_personnelles(
    lecture: Lecture,
    texte: Rulebook,
    indicateurs: Indicateurs | None,
    registre: Registre | None,
    structures: Structures | None,
) -> DonneesPersonnelles:
    """What identifies a person in the files of the delivery, manifest included."""
    import duckdb  # noqa: PLC0415 -- heavy

    from duicheck_confidentialite.balayage import Balayage  # noqa: PLC0415 -- start-up

    finess = [numero for table in (indicateurs, registre, structures) for numero in _finess(table)]
    with duckdb.connect(config={"threads": 1}) as connection, ThreadPoolExecutor(max_workers=2) as atelier:
        balayage = Balayage(connection, atelier, finess, mots=texte.get("texte_libre_mots"))
        for contenu in lecture.contenus:
            balayage.lire(contenu)
        return balayage.bilan()


def _finess(table: Table | None) -> list[str]:
    if table is None:
        return []
    return [numero for (numero,) in table.rows(f"SELECT DISTINCT finess_et FROM {table.role}")]
