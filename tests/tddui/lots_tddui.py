"""Helpers: bundles of the tests, read and run as the program does."""

from __future__ import annotations

import base64
import csv
import json
from pathlib import Path
from typing import Any

from duicheck.cli.program import run

PETITE = Path(__file__).parents[2] / "fixtures" / "livraisons" / "petite-tddui"
INS = ("199999999999995", "299999999999945")
SECRETS = (*INS, "ESSAI", "Camille", "U1", "U2", "boite@", "Établissement d'essai")
"""Everything in the test data that names a person or a place, and must never be printed."""


def lot() -> dict[str, Any]:
    value: dict[str, Any] = json.loads((PETITE / "transfert.json").read_text(encoding="utf-8"))
    return value


def ressource(value: dict[str, Any], type_: str, rang: int = 0) -> dict[str, Any]:
    found: list[dict[str, Any]] = [
        entry["resource"] for entry in value["entry"] if entry["resource"]["resourceType"] == type_
    ]
    return found[rang]


def ecrire(folder: Path, value: Any, name: str = "lot.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def porter(document: bytes) -> dict[str, Any]:
    """A bundle of version 1 that carries a document."""
    value: dict[str, Any] = json.loads((PETITE / "documents.json").read_text(encoding="utf-8"))
    attachment = value["entry"][0]["resource"]["content"][0]["attachment"]
    attachment["data"] = base64.b64encode(document).decode("ascii")
    del attachment["size"], attachment["hash"]
    return value


def deriver(capfd: Any, *arguments: object) -> tuple[int, str, str]:
    """Run `duicheck derive`; the exit code, stdout, stderr."""
    capfd.readouterr()
    code = run(["derive", *map(str, arguments)])
    sortie = capfd.readouterr()
    return code, sortie.out, sortie.err


def lignes(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


__all__ = ["INS", "PETITE", "SECRETS", "deriver", "ecrire", "lignes", "lot", "porter", "ressource"]
