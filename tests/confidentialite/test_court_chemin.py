"""The short way to the rows of a plain table, and the lots of small files, find what reading each text finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from duicheck.formats import read_table
from duicheck.formats.texte import blocks_of_text
from duicheck.model import Cellules, Contenu
from duicheck_confidentialite import balayage
from duicheck_confidentialite.balayage import Balayage
from duicheck_confidentialite.donnees import DonneesPersonnelles

TITRES = "id_personne,id_dossier,finess_et,date_entree,date_sortie,projet_possible"
SUSPECTS = (
    "185127512345603",  # the form of a NIR, invented
    "1 85 12 75 123 456 03",
    "0612345678",
    "+33 6 12 34 56 78",
    "quelqu.un@exemple.fr",
    "la personne est venue hier avec sa fille",
    "X185127512345603",
)
CELLULES = st.one_of(st.sampled_from(SUSPECTS), st.from_regex(r"[A-Z][0-9A-Z]{1,12}", fullmatch=True))


@contextmanager
def _chacun_long() -> Iterator[None]:
    """Every block is long: looked through alone, and its rows first where they are at hand."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(balayage, "_LOT", 1)
        yield


def _trouve(contenus: Sequence[Contenu], connection: duckdb.DuckDBPyConnection) -> DonneesPersonnelles:
    with ThreadPoolExecutor(1) as atelier:
        passe = Balayage(connection, atelier, (), mots=6)
        passe.lire(contenus)
        return passe.bilan()


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(CELLULES, CELLULES), min_size=1, max_size=6), st.sampled_from(",;\t|"))
@example([(suspect, "D1") for suspect in SUSPECTS if " " not in suspect], ",")
@example([("P1", suspect) for suspect in SUSPECTS if " " not in suspect], ";")
@example([("P1", "D1")], ",")
def test_the_two_ways_agree(lignes: list[tuple[str, str]], separateur: str) -> None:
    """Nothing less, nothing more, at the same places."""
    texte = "\n".join([TITRES, *(f"{personne},{dossier},010000123,2025-01-01,,oui" for personne, dossier in lignes)])
    with TemporaryDirectory() as nom, duckdb.connect() as connection:
        path = Path(nom) / "registre.csv"
        path.write_text(texte.replace(",", separateur) + "\n", encoding="utf-8")
        reading = read_table(
            path,
            file=path.name,
            schema="registre",
            connection=lambda: connection,
            table="registre",
            on_problem=lambda _: None,
            workdir=Path(nom),
        )
        if reading.texts is None:  # cells with blanks are judged one by one: there is no short way
            assert any(" " in cellule for ligne in lignes for cellule in ligne)
            return
        lent = Contenu("registre", path.name, partial(blocks_of_text, path, Path(nom), "registre"))
        court = replace(lent, cellules=Cellules(connection, "registre", reading.texts, 0, reading.rows))
        with _chacun_long():
            assert _trouve([court], connection) == _trouve([lent], connection)
        assert court.cellules is not None
        assert court.cellules.cherche("P|X") == any(set("PX") & set("".join(ligne)) for ligne in lignes)


FICHIERS = st.tuples(
    st.sampled_from(["registre", "journal", "tableau_de_bord", "piece", "cda", "tddui"]),
    st.sampled_from(["essai.csv", "0612345678.csv", "sous/notice.txt"]),
    st.lists(st.one_of(CELLULES, st.just("nom;date de naissance"), st.just('{"nom": 1}')), max_size=4),
)


@settings(deadline=None, max_examples=20)
@given(st.lists(FICHIERS, max_size=6))
def test_files_of_a_lot_are_looked_through_as_each_alone(fichiers: list[tuple[str, str, list[str]]]) -> None:
    """Nothing is taken from one for another, in the order of the files, an empty file among them too."""
    with TemporaryDirectory() as nom, duckdb.connect() as connection:
        contenus = []
        for rang, (role, chemin, lignes) in enumerate(fichiers):
            path = Path(nom) / str(rang)
            path.write_text("\n".join(lignes), encoding="utf-8")
            contenus.append(Contenu(role, chemin, partial(blocks_of_text, path, Path(nom))))
        ensemble = _trouve(contenus, connection)
        with _chacun_long():
            assert ensemble == _trouve(contenus, connection)
        seuls = [_trouve([contenu], connection) for contenu in contenus]
        for genre in {genre for seul in seuls for genre in seul.constats} | set(ensemble.constats):
            assert list(ensemble.de(genre)) == [each for seul in seuls for each in seul.de(genre)]
        assert ensemble.prose == tuple(each for seul in seuls for each in seul.prose)


def test_only_the_rows_of_the_file_are_looked_at() -> None:
    """Two files of one role share a table."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE registre AS SELECT unnest(['A', 'B', 'C']) AS id_dossier")
        deuxieme = Cellules(connection, "registre", ("id_dossier",), 1, 1)
        assert deuxieme.cherche("B")
        assert not deuxieme.cherche("A|C")
