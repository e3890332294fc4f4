"""The short way to the rows of a plain table finds what reading the whole text finds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from duicheck.formats import read_table
from duicheck.formats.texte import blocks_of_text
from duicheck.model import Cellules, Contenu
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


def _trouve(path: Path, contenu: Contenu, connection: duckdb.DuckDBPyConnection) -> DonneesPersonnelles:
    with ThreadPoolExecutor(1) as atelier:
        balayage = Balayage(connection, atelier, (), mots=6)
        balayage.lire(contenu)
        return balayage.bilan()


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
            connection=connection,
            table="registre",
            on_problem=lambda _: None,
            workdir=Path(nom),
        )
        if reading.texts is None:  # cells with blanks are judged one by one: there is no short way
            assert any(" " in cellule for ligne in lignes for cellule in ligne)
            return
        lent = Contenu("registre", path.name, partial(blocks_of_text, path, Path(nom), "registre"))
        court = replace(lent, cellules=Cellules(connection, "registre", reading.texts, 0, reading.rows))
        assert _trouve(path, court, connection) == _trouve(path, lent, connection)
        assert court.cellules is not None
        assert court.cellules.cherche("P|X") == any(set("PX") & set("".join(ligne)) for ligne in lignes)


def test_only_the_rows_of_the_file_are_looked_at() -> None:
    """Two files of one role share a table."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE registre AS SELECT unnest(['A', 'B', 'C']) AS id_dossier")
        deuxieme = Cellules(connection, "registre", ("id_dossier",), 1, 1)
        assert deuxieme.cherche("B")
        assert not deuxieme.cherche("A|C")
