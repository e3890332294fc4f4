"""The manifest `livraison.toml`: what it declares, or one sentence on why it cannot be used."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import TYPE_CHECKING, Any

from duicheck.errors import DeliveryError

if TYPE_CHECKING:
    from pathlib import Path

    from duicheck.formats import Explanation

__all__ = ["NAME", "DeclaredFile", "Manifest", "read_manifest"]

NAME = "livraison.toml"
_KEYS = (
    *("format", "texte", "date_mesure", "premiere_mesure", "phase", "editeur", "solution", "hypotheses", "fichiers"),
    *("nom", "siren", "version", "role", "chemin", "sha256", "encodage", "separateur", "colonnes"),
)


@dataclass(frozen=True, slots=True)
class DeclaredFile:
    """One entry of `[[fichiers]]`: a role and a path (or glob) below the delivery's root."""

    role: str
    chemin: str
    sha256: str | None = None
    encodage: str | None = None
    separateur: str | None = None
    colonnes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
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


def read_manifest(path: Path) -> Manifest:
    """Read and validate a manifest.

    Raises:
        DeliveryError: not UTF-8, not TOML, or not of the schema; the sentence names the key.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        message = f"{path.name} : ce n'est pas du texte UTF-8 ; enregistrez-le en UTF-8"
        raise DeliveryError(message) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        message = f"{path.name} : ce n'est pas du TOML lisible{_position(error)}"
        raise DeliveryError(message) from None
    except OSError as error:
        message = f"{path.name} : lecture impossible ({error.strerror})"
        raise DeliveryError(message) from None
    value = _without_dates(content)
    _validate(value, path.name)
    return Manifest(
        texte=value["texte"],
        date_mesure=date.fromisoformat(value["date_mesure"]),
        premiere_mesure=value.get("premiere_mesure", False),
        phase=value.get("phase"),
        editeur=value.get("editeur", {}),
        solution=value.get("solution", {}),
        hypotheses=value.get("hypotheses", {}),
        fichiers=[DeclaredFile(**entry) for entry in value["fichiers"]],
    )


def _position(error: Exception) -> str:
    """Where the TOML reader stopped, in French: its own words are English and may quote a value."""
    if found := re.search(r"\(at line (\d+), column (\d+)\)", str(error)):
        return f", ligne {found[1]}, colonne {found[2]}"
    return " (fin du fichier atteinte trop tôt)" if "end of document" in str(error) else ""


def _without_dates(value: Any) -> Any:  # noqa: ANN401 -- any TOML value
    """TOML has dates, JSON Schema has strings."""
    if isinstance(value, dict):
        return {key: _without_dates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_dates(item) for item in value]
    if isinstance(value, date | time):
        return value.isoformat()
    return value


def _validate(value: Any, name: str) -> None:  # noqa: ANN401
    from duicheck.formats import explain, load_schema, surely_valid, validator  # noqa: PLC0415 -- start-up

    schema = load_schema("manifest")
    if surely_valid(schema, value):
        return
    explained = explain(validator("manifest").iter_errors(value), schema)
    if explained:
        sentences = [f"{_key(error)} : {_said(error)}" for error in explained]
        raise DeliveryError(f"{name} : " + " ; ".join(sentences))


def _key(error: Explanation) -> str:
    """The key as a person writes it, `fichiers.2.role`: entries counted from 1."""
    steps = [str(int(step) + 1) if step.isdigit() else step for step in error.pointer.split("/")[1:]]
    if error.mot_cle == "required" and error.column is not None:
        steps.append(error.column)
    return ".".join(steps) or "le manifeste"


def _said(error: Explanation) -> str:
    """What is wrong, with the nearest known key for a key that is not."""
    if error.mot_cle == "required":
        return "cette clé est obligatoire"
    if error.mot_cle == "additionalProperties":
        near = difflib.get_close_matches(error.column or "", _KEYS, 1)
        return f"clé inconnue{f', peut-être « {near[0]} »' if near else ''}"
    return f"il faut {error.attendu}"
