"""Cases as data: one TOML file per rule, read and checked against its schema."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from duicheck.errors import UsageError
from duicheck.findings import Outcome
from duicheck.harness import Options

__all__ = ["Case", "load_cases"]

_PATCHES = ("modifier", "retirer", "ajouter", "renommer", "ecrire", "supprimer", "manifeste", "manifeste_sans")
_OPTIONS = ("texte", "date_mesure", "premiere_mesure", "phase", "hypotheses")
_EXPECTED = ("attendu", "constats", "lieux", "faits", "message", "raison")


class Case(Struct, frozen=True):
    """One case of one rule.

    `patches` are applied in order, those of the whole file first; `expected` holds the keys
    `attendu`, and optionally `constats`, `lieux`, `faits`, `message`, `raison`. `precedent` is the delivery of an
    earlier measure, whose report the rule is given. `paquet` is the source of the pack of national rules that is
    installed for the case; without one, none is.
    """

    regle: str
    nom: str
    source: Path
    base: Path
    attendu: Outcome
    options: Options = field(default_factory=Options)
    patches: Sequence[tuple[str, Any]] = ()
    expected: Mapping[str, Any] = field(default_factory=dict)
    precedent: Case | None = None
    paquet: Path | None = None

    def __str__(self) -> str:
        return f"{self.regle} : {self.nom}"


def load_cases(path: Path) -> list[Case]:
    """The cases of one TOML file, or of every one below a folder, in the order of the paths.

    Raises:
        UsageError: nothing there, or a file that is not a case file; the sentence names file and key.
    """
    files = sorted(path.rglob("*.toml")) if path.is_dir() else [path]
    if not files:
        message = f"{path} : aucun fichier de cas"
        raise UsageError(message)
    return [case for file in files for case in _load(file)]


def _load(file: Path) -> list[Case]:
    from duicheck.formats import explain, validator  # noqa: PLC0415 -- jsonschema costs 90 ms

    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{file} : ce n'est pas un fichier de cas lisible ({error})"
        raise UsageError(message) from error
    for problem in explain(validator("cas").iter_errors(_as_json(content))):
        where = f"{problem.pointer}/{problem.column}" if problem.mot_cle == "required" else problem.pointer or "/"
        message = f"{file} : {where} : il faut {problem.attendu}"
        raise UsageError(message)
    return [_case(file, content, entry) for entry in content["cas"]]


def _case(file: Path, content: Mapping[str, Any], entry: Mapping[str, Any]) -> Case:
    options = {key: source[key] for source in (content, entry) for key in _OPTIONS if key in source}
    patches = [
        (key, patch)
        for source in (content, entry)
        for key in _PATCHES
        if key in source
        for patch in (source[key] if isinstance(source[key], list) else [source[key]])
    ]
    return Case(
        regle=content["regle"],
        nom=entry["nom"],
        source=file,
        base=(file.parent / content["base"]).resolve(),
        attendu=Outcome(entry["attendu"]),
        options=Options(**options),
        patches=patches,
        expected={key: entry[key] for key in _EXPECTED if key in entry},
        precedent=_earlier(file, content, entry),
        paquet=(file.parent / paquet).resolve() if (paquet := entry.get("paquet", content.get("paquet"))) else None,
    )


def _earlier(file: Path, content: Mapping[str, Any], entry: Mapping[str, Any]) -> Case | None:
    """The earlier delivery of a case: the base with the patches of the file, then its own."""
    if "precedent" not in entry:
        return None
    words = {"nom": f"{entry['nom']}, mesure précédente", "attendu": entry["attendu"]}
    return _case(file, content, {**entry["precedent"], **words})


def _as_json(value: Any) -> Any:  # noqa: ANN401 -- any TOML value
    """TOML has dates, JSON Schema has strings."""
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
