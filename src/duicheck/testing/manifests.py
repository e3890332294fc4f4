"""Patches of a manifest, and a manifest as TOML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

__all__ = ["MANIFEST_PATCHES", "to_toml"]


def _set(manifest: dict[str, Any], patch: Mapping[str, Any]) -> None:
    """Merge keys into the manifest; `fichiers` is a table by role, whose entries are merged or added."""
    for key, value in patch.items():
        if key == "fichiers":
            for role, entry in value.items():
                known = next((found for found in manifest["fichiers"] if found["role"] == role), None)
                if known is None:
                    manifest["fichiers"].append({"role": role, **entry})
                else:
                    known.update(entry)
        elif isinstance(value, dict):
            manifest[key] = {**manifest.get(key, {}), **value}
        else:
            manifest[key] = value


def _unset(manifest: dict[str, Any], path: str) -> None:
    """Remove `cle`, `table.cle` or `fichiers.ROLE`."""
    first, _, second = path.partition(".")
    if first == "fichiers":
        kept = [entry for entry in manifest["fichiers"] if entry["role"] != second]
        if len(kept) == len(manifest["fichiers"]):
            raise KeyError(path)
        manifest["fichiers"] = kept
    elif second:
        del manifest[first][second]
    else:
        del manifest[first]


MANIFEST_PATCHES: dict[str, Callable[[dict[str, Any], Any], None]] = {"manifeste": _set, "manifeste_sans": _unset}
"""Key of a case file -> what it does to the parsed manifest. They raise KeyError where there is nothing to remove."""


def to_toml(manifest: Mapping[str, Any]) -> str:
    """A manifest as TOML: scalars first, then tables, then lists of tables (files, waivers)."""
    lines = [f"{key} = {_value(value)}" for key, value in manifest.items() if not isinstance(value, dict | list)]
    for key, value in manifest.items():
        if isinstance(value, dict):
            lines += ["", f"[{key}]", *(f"{_quote(name)} = {_value(item)}" for name, item in value.items())]
    for key, entries in manifest.items():
        for entry in entries if isinstance(entries, list) else ():
            lines += ["", f"[[{key}]]"]
            lines += [f"{name} = {_value(item)}" for name, item in entry.items() if not isinstance(item, dict)]
            for name, table in entry.items():
                if isinstance(table, dict):
                    lines += [f"[{key}.{name}]", *(f"{_quote(old)} = {_value(new)}" for old, new in table.items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:  # noqa: ANN401 -- a TOML scalar, or a list of them
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | date):
        return str(value)
    return _quote(str(value))


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return f'"{escaped}"'
