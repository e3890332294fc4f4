"""What reading a file can meet: a stream of problems, or one reason why nothing can be read."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

__all__ = [
    "AMBIGUOUS",
    "EMPTY_FILE",
    "MISSING_COLUMN",
    "NON_CONFORMING",
    "NO_OFFSET",
    "OUTSIDE",
    "UNKNOWN_COLUMN",
    "UNREADABLE",
    "Problem",
    "UnreadableFile",
]

UNREADABLE = "livraison/fichier-illisible"
NON_CONFORMING = "livraison/format-non-conforme"
UNKNOWN_COLUMN = "livraison/colonne-inconnue"
MISSING_COLUMN = "livraison/colonne-manquante"
AMBIGUOUS = "livraison/valeur-ambigue"
EMPTY_FILE = "livraison/fichier-vide"
OUTSIDE = "livraison/ligne-hors-tableau"
NO_OFFSET = "journal/horodatage-sans-fuseau"


class Problem(Struct, frozen=True):
    """One thing wrong in one file.

    `line` is the physical line from 1; `column` a property name, or a heading that maps to none;
    `pointer` a JSON pointer. `facts` have French names and never hold what a cell contains.
    """

    regle: str
    line: int | None = None
    column: str | None = None
    pointer: str | None = None
    facts: Mapping[str, str | int] = field(default_factory=dict)


class UnreadableFile(Exception):  # noqa: N818 -- says what the file is; it becomes a Problem, never escapes
    """Nothing of this file can be used; `cause` is the French reason."""

    def __init__(self, cause: str, line: int | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.line = line

    def problem(self) -> Problem:
        """The one finding that the file deserves."""
        return Problem(UNREADABLE, self.line, facts={"cause": self.cause})
