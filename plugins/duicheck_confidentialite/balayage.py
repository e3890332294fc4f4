"""The pass over the text of every file: one regular expression finds what must be looked at, Python judges it.

The expression runs in DuckDB's engine, which reads a gigabyte of text in a few seconds and never backtracks; it
lets too much through, never too little.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING

from msgspec.structs import replace

from duicheck_confidentialite.donnees import Constats, DonneesPersonnelles, Prose
from duicheck_confidentialite.motifs import motifs
from duicheck_confidentialite.passage import Passage

if TYPE_CHECKING:
    import duckdb

    from duicheck.formats.bloc import Bloc
    from duicheck.model import Contenu

__all__ = ["Balayage"]

_D_AVANCE = 3  # lots being looked through beside the one that is judged
_LOT = 1 << 18
"""Characters. Compiling an expression takes as long as looking through this many: smaller blocks go together."""


class Balayage:
    """Looks through files, one after the other, then gives what was found.

    Args:
        connection: any DuckDB connection; nothing is stored in it.
        atelier: where its queries run; the interpreter is free while they do.
        finess: the establishments of the delivery; a number that begins with one is a counter of theirs.
        mots: how many words in a row make prose; None where no text says: no prose is looked for.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, atelier: Executor, finess: Iterable[str], *, mots: int | None
    ) -> None:
        self._connection = connection
        self._atelier = atelier
        self._finess = frozenset(finess)
        self._motifs = motifs(mots)
        self._constats: dict[str, Constats] = {}
        self._prose: list[Prose] = []
        self._ouverts: deque[Passage] = deque()

    def lire(self, contenus: Iterable[Contenu]) -> None:
        """Look through files: their names, their headings, their text."""
        for passage, bloc, extraits in self._fouiller(self._blocs(contenus)):
            self._fermer(passage)
            passage.titres(bloc)
            for position, extrait in _places(bloc.texte, extraits):
                passage.juger(bloc, position, extrait)
            passage.comparer(bloc)
        self._fermer()

    def bilan(self) -> DonneesPersonnelles:
        """Everything that was found."""
        return DonneesPersonnelles(self._constats, tuple(self._prose))

    def _fermer(self, jusqua: Passage | None = None) -> None:
        """Keep what was found in the files that come before one: they are done with."""
        while self._ouverts and self._ouverts[0] is not jusqua:
            passage = self._ouverts.popleft()
            for genre, constats in passage.bilan().items():
                self._constats.setdefault(genre, Constats()).verser(constats)
            self._prose += passage.prose()

    def _blocs(self, contenus: Iterable[Contenu]) -> Iterator[tuple[Passage, Bloc]]:
        """The blocks of the files, in order, each with the pass over its file."""
        for contenu in contenus:
            passage = Passage(contenu.role, contenu.chemin, self._finess)
            self._ouverts.append(passage)
            passage.nom()
            for rang, bloc in enumerate(contenu.blocs()):
                if rang == 0 and self._rien_sous_les_titres(contenu, bloc):
                    yield passage, replace(bloc, texte=bloc.texte.partition("\n")[0])
                    break
                yield passage, bloc

    def _rien_sous_les_titres(self, contenu: Contenu, premier: Bloc) -> bool:
        """Whether the first line is enough: a long table, its rows at hand, and none has anything to look at."""
        if contenu.cellules is None or len(premier.texte) < _LOT:
            return False
        return not contenu.cellules.cherche(self._motifs["table"])

    def _fouiller(self, blocs: Iterable[tuple[Passage, Bloc]]) -> Iterator[tuple[Passage, Bloc, Sequence[str]]]:
        """Each block with what must be looked at in it, in order; the engine works on the next ones meanwhile."""
        attente: deque[_Attendu] = deque()
        for lot in _lots(blocs):
            attente.append((lot, self._atelier.submit(self._extraits, [bloc for _, bloc in lot])))
            if len(attente) > _D_AVANCE:
                yield from _rendus(attente.popleft())
        while attente:
            yield from _rendus(attente.popleft())

    def _extraits(self, blocs: Sequence[Bloc]) -> list[Sequence[str]]:
        """What must be looked at in blocks of one genre."""
        motif = self._motifs.get(blocs[0].genre, self._motifs["texte"])
        with self._connection.cursor() as curseur:
            trouves = curseur.execute(
                "SELECT regexp_extract_all(texte, $motif) FROM (SELECT unnest($textes) AS texte)",
                {"motif": motif, "textes": [bloc.texte for bloc in blocs]},
            )
            return [extraits for (extraits,) in trouves.fetchall()]


_Lot = list[tuple[Passage, "Bloc"]]
_Attendu = tuple[_Lot, Future[list[Sequence[str]]]]


def _lots(blocs: Iterable[tuple[Passage, Bloc]]) -> Iterator[_Lot]:
    """Runs of blocks of one genre that make a lot at most, or one block that is larger."""
    lot: _Lot = []
    taille = 0
    for passage, bloc in blocs:
        if lot and (taille + len(bloc.texte) > _LOT or bloc.genre != lot[0][1].genre):
            yield lot
            lot, taille = [], 0
        lot.append((passage, bloc))
        taille += len(bloc.texte)
    if lot:
        yield lot


def _rendus(attendu: _Attendu) -> Iterator[tuple[Passage, Bloc, Sequence[str]]]:
    lot, promesse = attendu
    for (passage, bloc), extraits in zip(lot, promesse.result(), strict=True):
        yield passage, bloc, extraits


def _places(texte: str, extraits: Iterable[str]) -> Iterator[tuple[int, str]]:
    """(position, extract) of extracts that come in order."""
    position = 0
    for extrait in extraits:
        position = texte.find(extrait, position)
        if position < 0:
            return
        yield position, extrait
        position += len(extrait)
