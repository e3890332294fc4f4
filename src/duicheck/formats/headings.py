"""Which heading of a file is which column of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise

from msgspec import Struct

from duicheck.discretion import mask_heading
from duicheck.formats.cells import BLANKS
from duicheck.formats.columns import Column
from duicheck.formats.plan import plan_of
from duicheck.formats.problems import MISSING_COLUMN, UNKNOWN_COLUMN, Problem, UnreadableFile
from duicheck.formats.words import simplified

__all__ = [
    "ROW_SCHEMAS",
    "Found",
    "Headings",
    "best_row",
    "column_named",
    "find_headings",
    "map_headings",
    "nearest",
    "normalise",
]

ROW_SCHEMAS = ("indicateurs", "journal", "registre", "decompte")
"""The schemas of rows, for guessing what a file is when it is not what it should be."""

_SHOWN = 80  # characters of a heading that a finding repeats
_CLOSE = 0.6  # likeness from which a heading is worth proposing


def normalise(heading: str) -> str:
    """A heading without accents, capitals, punctuation: `N° FINESS (ET)` -> `no finess et`."""
    return simplified(heading)


def shown(heading: str, position: int | None = None) -> str:
    """A heading as a finding may repeat it: short, printable, never empty, naming nobody.

    `position`, from 0, stands for a heading that is empty or not repeated; None for the key of a JSON object.
    """
    text = "".join(char if char.isprintable() else " " for char in heading).strip(BLANKS)
    if not text:
        return "(sans titre)" if position is None else f"(sans titre, colonne {position + 1})"
    return mask_heading(text, position)[:_SHOWN]


class Headings(Struct, frozen=True):
    """The columns of a file, in its order: ours, or None where the file's is not known.

    `blank` are the positions after the last heading: nothing may stand there.
    """

    columns: tuple[Column | None, ...]
    blank: frozenset[int] = frozenset()

    @property
    def present(self) -> frozenset[str]:
        """The names of the columns that the file has."""
        return frozenset(column.name for column in self.columns if column is not None)


@cache
def _known(schema: str) -> dict[str, Column]:
    """Normalised heading -> column: the property's name, its title, its usual headings (`x-titres`)."""
    found: dict[str, Column] = {}
    columns = plan_of(schema).columns
    for column in columns:
        found[normalise(column.name)] = column
    for column in columns:
        for name in (column.schema.get("title", ""), *column.schema.get("x-titres", ())):
            found.setdefault(normalise(name), column)
    found.pop("", None)
    return found


def _declared(columns: Mapping[str, str]) -> dict[str, str]:
    """The manifest's mapping, by normalised heading."""
    return {normalise(heading): name for heading, name in columns.items()}


def _lookup(schema: str, columns: Mapping[str, str]) -> dict[str, Column]:
    """Every heading that is understood: the manifest's mapping wins over the automatic one."""
    by_name = {column.name: column for column in plan_of(schema).columns}
    declared = {heading: by_name[name] for heading, name in _declared(columns).items() if name in by_name}
    taken = {column.name for column in declared.values()}
    automatic = {heading: column for heading, column in _known(schema).items() if column.name not in taken}
    return automatic | declared


def _named(cells: Sequence[str], lookup: Mapping[str, Column]) -> set[str]:
    """The distinct columns that a row of headings would name."""
    return {lookup[key].name for cell in cells if (key := normalise(cell)) in lookup}


def _required(schema: str) -> set[str]:
    return {column.name for column in plan_of(schema).columns if column.required}


def column_named(heading: str, schema: str, columns: Mapping[str, str]) -> Column | None:
    """The column that a heading means, if any."""
    return _lookup(schema, columns).get(normalise(heading))


def best_row(rows: Iterable[Sequence[str]], schema: str, columns: Mapping[str, str]) -> tuple[int, int]:
    """(position, score) of the row that looks most like headings; the first of equals.

    The score is how many columns it names. A row of nothing but headings, none required missing, ends the search.
    """
    lookup, required = _lookup(schema, columns), _required(schema)
    best, most = 0, -1
    for position, row in enumerate(rows):
        named = _named(row, lookup)
        if len(named) > most:
            best, most = position, len(named)
        if len(named) == len(row) and required <= named:
            break
    return best, most


class Found(Struct, frozen=True):
    """Where the headings of a table stand: the first and the last of their rows, and what each column is called."""

    first: int
    last: int
    cells: tuple[str, ...]
    score: int


def find_headings(rows: Sequence[Sequence[str]], schema: str, columns: Mapping[str, str]) -> Found:
    """The row that looks most like headings, or two rows that together name more columns than any row alone.

    Raises:
        ValueError: there is no row.
    """
    rank, most = best_row(rows, schema, columns)
    found = Found(rank, rank, tuple(rows[rank]), most)
    lookup = _lookup(schema, columns)
    if most == len(rows[rank]) and _required(schema) <= _named(rows[rank], lookup):
        return found
    for first, (upper, lower) in enumerate(pairwise(rows)):
        cells = _stacked(upper, lower, lookup)
        if (total := len(_named(cells, lookup))) > found.score:
            found = Found(first, first + 1, cells, total)
    return found


def _stacked(upper: Sequence[str], lower: Sequence[str], lookup: Mapping[str, Column]) -> tuple[str, ...]:
    """The headings that two rows give together, merged cells being written in the first of theirs only.

    « N° FINESS » above « ET » and « EJ », or « SIRET » over two rows beside « Solution » above « Nom » and « Version ».
    """
    width = max(len(upper), len(lower))
    above = [*upper, *[""] * (width - len(upper))]
    group, cells = "", []
    for own, below in zip(above, [*lower, *[""] * (width - len(lower))], strict=True):
        if own.strip(BLANKS):
            group = own
        if not below.strip(BLANKS):
            cells.append(own)
            continue
        known = (name for name in (f"{group} {below}", f"{below} {group}", below, own) if normalise(name) in lookup)
        cells.append(next(known, f"{group} {below}"))
    return tuple(cells)


def nearest(heading: str, known: Iterable[str]) -> str | None:
    """The known heading that resembles this one most, if any does."""
    from difflib import get_close_matches  # noqa: PLC0415 -- only for a mistake

    by_key = {normalise(name): name for name in known}
    close = get_close_matches(normalise(heading), list(by_key), n=1, cutoff=_CLOSE)
    return by_key[close[0]] if close else None


def looks_like(cells: Sequence[str], schema: str) -> str | None:
    """Another role whose required columns are all among these headings."""
    for other in ROW_SCHEMAS:
        if other != schema and _required(other) <= _named(cells, _known(other)):
            return other
    return None


def map_headings(
    cells: Sequence[str], schema: str, columns: Mapping[str, str], line: int | None
) -> tuple[Headings, list[Problem]]:
    """What each heading is, and what is wrong with them; a `colonne-manquante` makes the file unusable.

    Raises:
        UnreadableFile: no heading is known, or two name the same column.
    """
    lookup = _lookup(schema, columns)
    plan = plan_of(schema)
    required = [column.name for column in plan.columns if column.required]
    last = max((position for position, cell in enumerate(cells) if cell.strip(BLANKS)), default=-1)
    mapped: list[Column | None] = []
    seen: dict[str, str] = {}
    problems = []
    for position, cell in enumerate(cells):
        column = lookup.get(normalise(cell))
        mapped.append(column)
        if column is None:
            if position <= last:
                close = nearest(cell, [each.name for each in plan.columns])
                facts = {"proche": close} if close else {}
                problems.append(Problem(UNKNOWN_COLUMN, line, shown(cell, position), facts=facts))
        elif column.name in seen:
            first = seen[column.name]
            cause = f"deux colonnes pour « {column.name} » : « {first} » et « {shown(cell, position)} »"
            raise UnreadableFile(cause, line)
        else:
            seen[column.name] = shown(cell, position)
    other = looks_like(cells, schema)
    if not seen:
        expected = ", ".join(required)
        hint = f" ; ce fichier ressemble au rôle « {other} »" if other else ""
        message = f"aucun titre de colonne reconnu ; colonnes obligatoires : {expected}{hint}"
        raise UnreadableFile(message, line)
    missing = [name for name in required if name not in seen]
    if missing:
        # Said once per missing column; the other unknown headings would only be noise beside it.
        unknown = [cell for cell, column in zip(cells, mapped, strict=True) if column is None and cell.strip(BLANKS)]
        problems = []
        for name in missing:
            close = nearest(name, unknown)
            facts = {"proche": shown(close, 0)} if close else {}
            if other:
                facts["role_probable"] = other
            problems.append(Problem(MISSING_COLUMN, line, name, facts=facts))
    return Headings(tuple(mapped), frozenset(range(last + 1, len(cells)))), problems
