"""The manifest `livraison.toml`: what it declares, or one sentence on why it cannot be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct, field

from duicheck.bundle.configuration import waivers_in
from duicheck.bundle.tomlfile import read_toml
from duicheck.model import Derogation

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["NAME", "DeclaredFile", "Manifest", "read_manifest"]

NAME = "livraison.toml"


class DeclaredFile(Struct, frozen=True):
    """One entry of `[[fichiers]]`: a role and a path (or glob) below the delivery's root."""

    role: str
    chemin: str
    sha256: str | None = None
    encodage: str | None = None
    separateur: str | None = None
    colonnes: Mapping[str, str] = field(default_factory=dict)


class Manifest(Struct, frozen=True):
    """The manifest, already valid against its schema. None: not said."""

    texte: str | None
    date_mesure: date | None
    premiere_mesure: bool
    phase: str | None
    editeur: Mapping[str, str]
    solution: Mapping[str, str]
    hypotheses: Mapping[str, str]
    fichiers: Sequence[DeclaredFile]
    nom: str | None = NAME
    derogations: Sequence[Derogation] = ()


def read_manifest(path: Path) -> Manifest:
    """Read and validate a manifest.

    Raises:
        DeliveryError: not UTF-8, not TOML, or not of the schema; the sentence names the key.
    """
    value = read_toml(path, "manifest")
    return Manifest(
        texte=value["texte"],
        date_mesure=date.fromisoformat(value["date_mesure"]),
        premiere_mesure=value.get("premiere_mesure", False),
        phase=value.get("phase"),
        editeur=value.get("editeur", {}),
        solution=value.get("solution", {}),
        hypotheses=value.get("hypotheses", {}),
        fichiers=[DeclaredFile(**entry) for entry in value["fichiers"]],
        derogations=waivers_in(value, path.name),
    )
