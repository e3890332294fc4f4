"""An output format: a function of rapport.json, which judges nothing again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from duicheck import Renderer

__all__ = ["LIGNES"]


def _lignes(report: Mapping[str, Any]) -> bytes:
    rows = [("ensemble", report["verdict"], report["cibles"])]
    rows += [(each["finess_et"], each["verdict"], each["cibles"]) for each in report["etablissements"]]
    return "".join(f"{';'.join(row)}\n" for row in rows).encode("utf-8")


LIGNES = Renderer("exemple-lignes", "Une ligne par établissement : FINESS, verdict, cibles.", _lignes)
"""Chosen with `--output exemple-lignes=CHEMIN`."""
