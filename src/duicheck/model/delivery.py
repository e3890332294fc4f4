"""What the manifest says, and how the reading of its files went."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from duicheck.findings import Fact, Location

if TYPE_CHECKING:
    import duckdb

    from duicheck.formats.bloc import Bloc

__all__ = ["Anomalie", "Cellules", "Contenu", "FichierLivre", "Hypotheses", "Lecture", "Livraison"]


class Livraison(Struct, frozen=True):
    """The delivery as its manifest declares it, with the command line's choices applied.

    `exiges` are the roles that must be present for the verdict to be possible. `avec_identifiants`: whether the report
    is to name those who are not counted.
    """

    texte: str
    date_mesure: date
    premiere_mesure: bool
    phase: str | None
    editeur: Mapping[str, str]
    solution: Mapping[str, str]
    hypotheses: Mapping[str, str]
    roles: frozenset[str]
    exiges: frozenset[str]
    manifeste: str | None  # the manifest's file name; None for a lone file
    avec_identifiants: bool = False


class FichierLivre(Struct, frozen=True):
    """One file of the delivery. Sizes in bytes; `lignes` and `rejetees` count data rows.

    `annonce` is the SHA-256 that the manifest gives, if it gives one.
    """

    role: str
    chemin: str
    sha256: str
    octets: int
    lignes: int | None = None
    rejetees: int | None = None
    lu: Path | None = None  # where its bytes are on this machine; never printed
    annonce: str | None = None


class Cellules(Struct, frozen=True):
    """The rows of one file in the table of its role, where they hold all of its text but dates and closed lists.

    `colonnes` are those of free text; the rows are `nombre` from the rowid `premiere` on.
    """

    connection: duckdb.DuckDBPyConnection
    table: str
    colonnes: Sequence[str]
    premiere: int
    nombre: int

    def cherche(self, motif: str) -> bool:
        """Whether a cell matches a regular expression (RE2), in a tenth of the time that reading the text takes.

        The cells of a row are held against it together, a line end between two of them: an expression that a line
        end can satisfy finds too much, never too little.
        """
        # regexp_extract_all: DuckDB compiles the expression once, and three times for regexp_matches.
        ligne = ", ".join(f'"{colonne}"' for colonne in self.colonnes)
        found = self.connection.cursor().execute(
            f"SELECT count(*) > 0 FROM {self.table} WHERE rowid >= $premiere AND rowid < $fin"
            f" AND len(regexp_extract_all(concat_ws(chr(10), {ligne}), $motif)) > 0",
            {"premiere": self.premiere, "fin": self.premiere + self.nombre, "motif": motif},
        )
        ((trouve,),) = found.fetchall()
        return bool(trouve)


class Contenu(Struct, frozen=True):
    """The text of one delivered file, manifest included (role `manifeste`), whatever its format and faults.

    `blocs` opens the file again and gives its text block by block, each with the places of its offsets. `cellules`
    is the short way to its rows, for a plain table without a fault; the headings stand in the first block alone.
    """

    role: str
    chemin: str
    blocs: Callable[[], Iterator[Bloc]]
    cellules: Cellules | None = None


class Anomalie(Struct, frozen=True):
    """Something wrong that the reading met; a rule of the same name makes a finding of it."""

    regle: str  # e.g. "livraison/format-non-conforme"
    at: Location
    facts: Mapping[str, Fact]


class Lecture(Struct, frozen=True):
    """How the reading went: the files, and what was met, kept on disk and streamed.

    `tables` are the roles that were read as tables, readable or not: a rule about rows applies only there.
    `documents` are those that were read as one JSON document, valid or not.
    `contenus` are the texts of all files, for the rules that look at every cell.
    """

    fichiers: Sequence[FichierLivre]
    tables: frozenset[str]
    stream: Callable[[str], Iterator[Anomalie]]
    contenus: Sequence[Contenu] = ()
    documents: frozenset[str] = frozenset()

    def anomalies(self, regle: str) -> Iterator[Anomalie]:
        """What was met of one kind, in the order of the files."""
        return self.stream(regle)


class Hypotheses(Mapping[str, str]):
    """The value in force of each hypothesis: the text's defaults, with the delivery's departures."""

    def __init__(self, values: Mapping[str, str], departures: frozenset[str] = frozenset()) -> None:
        self._values = dict(values)
        self.departures = departures

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
