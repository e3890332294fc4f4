"""Reports that were written before: read back, and what an earlier measure says to the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from duicheck.errors import UsageError
from duicheck.model import Comptes, Precedent

__all__ = ["earlier", "precedent", "read_report"]

Json = dict[str, Any]


def read_report(path: Path) -> Json:
    """Read a rapport.json, held against its schema.

    Raises:
        UsageError: no such file, not JSON, or not a report that this version knows; one sentence that names it.
    """
    from duicheck.formats import explain, read_document, validator  # noqa: PLC0415 -- jsonschema costs 90 ms

    if not path.is_file():
        message = f"{path} : ce fichier n'existe pas ; il faut un rapport écrit par « duicheck check --output json=… »"
        raise UsageError(message)
    report, problems = read_document(path)
    if problems:
        message = f"{path} n'est pas un rapport de duicheck : ce n'est pas un fichier JSON lisible"
        raise UsageError(message)
    for wrong in explain(validator("rapport").iter_errors(report)):
        where = f"{wrong.pointer}/{wrong.column}" if wrong.mot_cle == "required" else wrong.pointer or "/"
        message = (
            f"{path} n'est pas un rapport de duicheck, ou vient d'une version que celle-ci ne lit pas "
            f"({where} : il faut {wrong.attendu})"
        )
        raise UsageError(message)
    found: Json = report
    return found


def earlier(path: Path, date_mesure: date) -> Precedent:
    """The earlier measure that a report on disk tells of.

    Raises:
        UsageError: as `read_report`; or that measure does not come before `date_mesure`.
    """
    found = precedent(read_report(path))
    if found.date_mesure >= date_mesure:
        message = (
            f"--precedent : {path} est le rapport d'une mesure du {found.date_mesure}, qui ne précède pas celle-ci "
            f"({date_mesure})"
        )
        raise UsageError(message)
    return found


def precedent(report: Mapping[str, Any]) -> Precedent:
    """What a report, valid against its schema, says of an earlier measure."""
    fenetre = report["fenetre"]
    return Precedent(
        texte=report["texte"]["id"],
        date_mesure=date.fromisoformat(report["date_mesure"]),
        jours=fenetre and (date.fromisoformat(fenetre["debut"]), date.fromisoformat(fenetre["fin"])),
        hypotheses={name: chosen["valeur"] for name, chosen in report["hypotheses"].items()},
        exportes=_comptes(report, "exporte"),
        recalcules=_comptes(report, "recalcule"),
    )


def _comptes(report: Mapping[str, Any], side: str) -> dict[tuple[str, str], Comptes]:
    return {
        (one["finess_et"], row["code"]): Comptes(row[side]["numerateur"], row[side]["denominateur"])
        for one in report["etablissements"]
        for row in one["indicateurs"]
        if row[side] is not None
    }
