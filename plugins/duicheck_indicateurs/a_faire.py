"""The format `a-faire`: what is not counted, as a CSV file that a French spreadsheet opens as it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from duicheck.errors import UsageError
from duicheck.langue import phrase
from duicheck.model import Renderer
from duicheck_indicateurs.causes import CAUSES, geste, nature

__all__ = ["RENDERER", "render"]

_TITRES = ("finess_et", "indicateur", "nature", "identifiant", "cause", "explication", "geste")
_FORMULE = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would run."""


def render(report: Mapping[str, Any]) -> bytes:
    """One line per dossier, person or message: UTF-8 with a BOM, semicolons, CRLF.

    An identifier that begins like a formula gets an apostrophe in front.

    Raises:
        UsageError: the report holds no identifiers: they were not asked for.
    """
    if "dossiers" not in report:
        message = "--output a-faire : la liste nomme des dossiers, ajoutez --avec-identifiants pour l'écrire"
        raise UsageError(message)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_TITRES)
    for groupe in report["dossiers"]:
        code, cause = groupe["indicateur"], groupe["cause"]
        debut = (groupe["finess_et"], code, nature(code, cause))
        fin = (cause, phrase(CAUSES[cause].libelle), phrase(geste(code, cause)))
        writer.writerows((*debut, _sure(identifiant), *fin) for identifiant in groupe["identifiants"])
    return text.getvalue().encode("utf-8-sig")


def _sure(cellule: str) -> str:
    """The cell as text, whatever the spreadsheet."""
    return f"'{cellule}" if cellule.startswith(_FORMULE) else cellule


RENDERER = Renderer(
    name="a-faire",
    doc="Ce qu'il reste à faire, dossier par dossier, en CSV pour un tableur (demande --avec-identifiants).",
    render=render,
)
