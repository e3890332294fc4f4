"""Patches of the files of a delivery, each as small as a case needs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["FILE_PATCHES"]


def _table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as stream:
        heading, *rows = csv.reader(stream)
    return heading, [dict(zip(heading, row, strict=True)) for row in rows]


def _write_table(path: Path, heading: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows([row.get(name, "") for name in heading] for row in rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")


def _selected(rows: Sequence[dict[str, str]], where: Mapping[str, str]) -> list[int]:
    """The positions of the rows whose cells are those; all rows for an empty selection."""
    chosen = [number for number, row in enumerate(rows) if all(row[name] == cell for name, cell in where.items())]
    if not chosen:
        message = f"aucune ligne {dict(where)}"
        raise ValueError(message)
    return chosen


def _known(heading: Sequence[str], cells: Mapping[str, str]) -> None:
    for name in cells:
        if name not in heading:
            message = f"colonne {name} inconnue"
            raise ValueError(message)


def _modify(folder: Path, patch: Mapping[str, Any]) -> None:
    heading, rows = _table(folder / patch["fichier"])
    _known(heading, patch["champs"])
    for number in _selected(rows, patch.get("ou", {})):
        rows[number].update(patch["champs"])
    _write_table(folder / patch["fichier"], heading, rows)


def _drop(folder: Path, patch: Mapping[str, Any]) -> None:
    heading, rows = _table(folder / patch["fichier"])
    gone = set(_selected(rows, patch.get("ou", {})))
    _write_table(folder / patch["fichier"], heading, [row for number, row in enumerate(rows) if number not in gone])


def _append(folder: Path, patch: Mapping[str, Any]) -> None:
    heading, rows = _table(folder / patch["fichier"])
    _known(heading, patch.get("champs", {}))
    models = [rows[number] for number in _selected(rows, patch["comme"])] if "comme" in patch else [{}]
    rows += [{**model, **patch.get("champs", {})} for model in models]
    _write_table(folder / patch["fichier"], heading, rows)


def _rename(folder: Path, patch: Mapping[str, Any]) -> None:
    heading, rows = _table(folder / patch["fichier"])
    place = heading.index(patch["intitule"])
    new = [*heading[:place], patch["en"], *heading[place + 1 :]]
    _write_table(folder / patch["fichier"], new, [dict(zip(new, row.values(), strict=True)) for row in rows])


def _replace(folder: Path, patch: Mapping[str, Any]) -> None:
    """The whole content of a file, or one passage of it."""
    path = folder / patch["fichier"]
    encoding = patch.get("encodage", "utf-8")
    if "hexa" in patch:
        content = bytes.fromhex(patch["hexa"])
    elif "passage" in patch:
        before = patch["passage"].encode(encoding)
        content = path.read_bytes()
        if content.count(before) != 1:
            message = f"le passage « {patch['passage']} » est {content.count(before)} fois dans {path.name}"
            raise ValueError(message)
        content = content.replace(before, patch["texte"].encode(encoding))
    else:
        content = patch["texte"].encode(encoding)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _remove(folder: Path, name: str) -> None:
    (folder / name).unlink()


FILE_PATCHES: dict[str, Callable[[Path, Any], None]] = {
    "modifier": _modify,
    "retirer": _drop,
    "ajouter": _append,
    "renommer": _rename,
    "ecrire": _replace,
    "supprimer": _remove,
}
"""Key of a case file -> what it does to the folder. They raise ValueError where there is nothing to change."""
