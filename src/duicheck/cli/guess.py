"""What each file of a folder is: its role, by its headings and its name, and what each heading may mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from duicheck.bundle import CONFIGURATION
from duicheck.cli.peek import Glimpse, peek
from duicheck.formats.columns import Column
from duicheck.formats.headings import best_row, normalise
from duicheck.formats.plan import plan_of
from duicheck.formats.schemas import schema_names

__all__ = ["Guess", "LeftOut", "Proposal", "look_at"]

ROWS_OF: Final = ("indicateurs", "journal", "registre", "decompte", "structures", "tableau_de_bord", "solutions")
DOCUMENTS: Final = {
    "tddui": {"resourceType"},
    "exigences": {"exigences", "avertissement"},
    "referencement": {"exigences", "couloir"},
    "projet": {"porteur", "niveau"},
    "finess": {"pmej"},
}
ROOTS: Final = {
    "cda": ("ClinicalDocument",),
    "traces": ("<AuditMessage", "MSH|", "MSH^~"),
    "finess": ("<fluxfiness",),
    "tddui": ('"http://hl7.org/fhir"', "'http://hl7.org/fhir'"),
}
"""What the beginning of a marked-up file says of its role."""

SETS: Final = {"cda": ".xml", "tddui": ".json"}
"""Roles whose documents come in numbers, and the end of their names."""

FINESS_HEADS: Final = ("finess;etalab", "structureet;", "structureej;")
ALIKE: Final = 0.62
"""Likeness from which a heading is proposed for a column; nothing is ever decided on it."""

MAX_FILES: Final = 10_000


class Proposal(Struct, frozen=True):
    """A heading that maps to nothing by itself, and the column that it may be."""

    heading: str
    column: str
    required: bool


class Guess(Struct, frozen=True):
    """A file with a role. `missing` are the required columns that no heading names."""

    path: str
    role: str
    proposals: Sequence[Proposal] = ()
    missing: Sequence[str] = ()
    unknown: Sequence[str] = ()


class LeftOut(Struct, frozen=True):
    """A file without a role, and why."""

    path: str
    reason: str


class _Match(Struct):
    """How well a row of headings fits one role."""

    role: str
    headings: Sequence[str]
    named: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[Column]:
        return [column for column in plan_of(self.role).columns if column.name not in self.named]

    @property
    def share(self) -> float:
        """The share of the required columns that are there."""
        required = [column.name for column in plan_of(self.role).columns if column.required]
        return len(self.named.intersection(required)) / len(required)


def look_at(folder: Path, skip: str) -> tuple[list[Guess], list[LeftOut]]:
    """Look at every file below a folder, except the one named `skip` and the configuration at its root."""
    guesses: list[Guess] = []
    left_out: list[LeftOut] = []
    for path in _files(folder, skip):
        chemin = path.relative_to(folder).as_posix()
        found = _guess(chemin, peek(path))
        (guesses if isinstance(found, Guess) else left_out).append(found)  # type: ignore[arg-type]
    return _with_globs(guesses, [*(guess.path for guess in guesses), *(entry.path for entry in left_out)]), left_out


def _files(folder: Path, skip: str) -> Iterator[Path]:
    count = 0
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if (
            path.is_file()
            and parts not in ((skip,), (CONFIGURATION,))
            and not any(part.startswith((".", "__MACOSX")) for part in parts)
        ):
            count += 1
            if count > MAX_FILES:
                return
            yield path


def _guess(chemin: str, glimpse: Glimpse) -> Guess | LeftOut:  # noqa: PLR0911 -- one per kind of file
    if glimpse.refused:
        return LeftOut(chemin, glimpse.refused)
    for role, marks in ROOTS.items():
        if any(mark in glimpse.root for mark in marks):
            return Guess(chemin, role)
    if glimpse.root:
        return LeftOut(chemin, "document XML qui n'est ni un CDA, ni un lot FHIR, ni un message d'audit")
    for role, keys in DOCUMENTS.items():
        if keys <= glimpse.keys:
            return Guess(chemin, role)
    if {"verdict", "constats"} <= glimpse.keys:
        return LeftOut(chemin, "rapport de duicheck, pas une pièce de la livraison")
    if any(";".join(table[0]).lower().startswith(FINESS_HEADS) for table in glimpse.tables if table):
        return Guess(chemin, "finess")
    match = _best(chemin, glimpse)
    if match is None:
        return LeftOut(chemin, "aucun titre de colonne reconnu")
    taken = {proposal.heading: proposal for proposal in _propose(match)}
    missing = [column.name for column in match.missing if column.required]
    return Guess(
        chemin, match.role, list(taken.values()), missing, [name for name in match.unknown if name not in taken]
    )


def _best(chemin: str, glimpse: Glimpse) -> _Match | None:
    """The role that fits best; half of its required columns must be there."""
    schemas = set(schema_names())
    matches = []
    for role in ROWS_OF:
        if role not in schemas:
            continue
        for table in glimpse.tables:
            position, _ = best_row(table, role, {})
            matches.append(_match(role, table[position]))
    named = normalise(Path(chemin).stem)
    good = [match for match in matches if match.share >= 0.5]  # noqa: PLR2004 -- half
    return max(good, key=lambda match: (match.share, normalise(match.role) in named, len(match.named)), default=None)


def _match(role: str, headings: Sequence[str]) -> _Match:
    match = _Match(role, headings)
    by_name = {name: column for column in plan_of(role).columns for name in _names(column)}
    for heading in headings:
        column = by_name.get(normalise(heading))
        if column is not None:
            match.named.add(column.name)
        elif heading.strip():
            match.unknown.append(heading)
    return match


def _names(column: Column) -> list[str]:
    """Everything that a column is known under, normalised."""
    titles = (column.schema.get("title", ""), *column.schema.get("x-titres", ()))
    return [normalise(name) for name in (column.name, *titles) if name]


def _propose(match: _Match) -> Iterator[Proposal]:
    """Pairs of an unknown heading and an absent column, the likeliest first, each used once."""
    pairs = sorted(
        (
            (max(_likeness(normalise(heading), name) for name in _names(column)), column.required, heading, column.name)
            for heading in match.unknown
            for column in match.missing
        ),
        key=lambda pair: (-pair[0], not pair[1], pair[2], pair[3]),
    )
    used: set[str] = set()
    for likeness, required, heading, column in pairs:
        if likeness >= ALIKE and not used & {heading, f"\0{column}"}:
            used |= {heading, f"\0{column}"}
            yield Proposal(heading, column, required)


def _likeness(heading: str, name: str) -> float:
    """From 0 to 1; a name whose every word is in the heading counts as close."""
    ratio = SequenceMatcher(None, heading, name).ratio()
    return max(ratio, 0.75) if set(name.split()) <= set(heading.split()) else ratio


def _with_globs(guesses: Sequence[Guess], paths: Sequence[str]) -> list[Guess]:
    """The documents of one role and folder as one entry, where a glob names them and nothing else."""
    folders: dict[tuple[str, str], list[str]] = {}
    for guess in guesses:
        if guess.role in SETS:
            folders.setdefault((guess.role, Path(guess.path).parent.as_posix()), []).append(guess.path)
    entries = [guess for guess in guesses if guess.role not in SETS]
    for (role, folder), members in folders.items():
        prefix, end = "" if folder == "." else f"{folder}/", SETS[role]
        named = [path for path in paths if path.endswith(end) and Path(path).parent.as_posix() == folder]
        whole = len(members) > 1 and named == members
        entries += [Guess(path, role) for path in ([f"{prefix}*{end}"] if whole else members)]
    return entries
