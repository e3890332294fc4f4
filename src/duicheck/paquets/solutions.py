"""The list of solutions as a pack: one table, read before it is kept."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from duicheck.errors import PackError
from duicheck.model import SOLUTIONS, ContenuPaquet, ReparationPaquet
from duicheck.paquets.digests import digest_of_set, of_file

if TYPE_CHECKING:
    from duicheck.formats import Problem

__all__ = ["SUFFIXES", "copy_list"]

SUFFIXES: Final = frozenset({".csv", ".xlsx", ".json", ".ndjson"})
"""What a list may be; a table of role `solutions`, as in a delivery."""


def copy_list(path: Path, folder: Path, work: Path) -> tuple[ContenuPaquet, list[ReparationPaquet]]:
    """Keep a list that can be read; rows that its schema refuses are said.

    Raises:
        PackError: it is no table of solutions.
    """
    import duckdb  # noqa: PLC0415 -- 110 ms

    from duicheck.formats import read_table  # noqa: PLC0415 -- with it

    problems: list[Problem] = []
    with duckdb.connect() as connection:
        reading = read_table(
            path,
            file=path.name,
            schema="solutions",
            connection=lambda: connection,
            table="solutions",
            on_problem=problems.append,
            workdir=work,
        )
    if not reading.readable or not reading.rows:
        message = f"{path.name} : ce n'est pas une liste de solutions{_why(problems)}"
        raise PackError(message)
    chemin = f"solutions{path.suffix.lower()}"
    shutil.copyfile(path, folder / chemin)
    file = of_file(folder, chemin)
    repairs = []
    if reading.rejected:
        rows = "une ligne écartée" if reading.rejected == 1 else f"{reading.rejected} lignes écartées"
        where = ", ".join(str(line) for line in sorted({each.line for each in problems if each.line is not None})[:5])
        repairs.append(ReparationPaquet("ecarte", chemin, f"{rows} : mal formées (lignes {where}…)"))
    return ContenuPaquet(SOLUTIONS, digest_of_set([(file.chemin, file.sha256)]), (file,)), repairs


def _why(problems: Sequence[Problem]) -> str:
    """The first fault that explains a whole file."""
    for each in problems:
        if cause := each.facts.get("cause"):
            return f" : {cause}"
        if each.regle == "livraison/colonne-manquante":
            return f" : il manque la colonne « {each.column or each.facts.get('colonne')} »"
    return " : aucune ligne lisible"
