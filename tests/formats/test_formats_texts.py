"""What a table says of its file: which columns hold all of its text, or that nobody can tell."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Reader

TITLES = "id_personne,id_dossier,finess_et,date_entree,date_sortie,projet_possible"
ROW = "P1,D1,010000123,2025-01-01,,oui"
LOG = "id_evenement,horodatage,finess_et,id_dossier,type\nE1,2025-01-01T10:00:00Z,010000123,D1,mise_a_jour_dossier\n"


def test_free_text_alone_has_to_be_looked_at(read: Reader) -> None:
    """Dates, booleans and closed lists can hold nothing else."""
    assert read(f"{TITLES}\n{ROW}\n", "registre").reading.texts == ("id_personne", "id_dossier", "finess_et")
    assert read(LOG).reading.texts == ("id_evenement", "finess_et", "id_dossier")


@pytest.mark.parametrize(
    "text",
    [
        f"{TITLES}\n{ROW}\nP2,D2,010000123,hier,,oui\n",  # a rejected row is in no table
        f"{TITLES}\n{ROW}\n\n{ROW.replace('P1', 'P2')}\n",  # a row that is none
        f"{TITLES}\n{ROW.replace('D1', ' D1')}\n",  # a cell that was rewritten
        f"{TITLES},remarque\n{ROW},rien\n",  # a column that is not ours
        f"Registre des séjours\n{TITLES}\n{ROW}\n",  # a title above the headings
        f"{TITLES}\n{ROW}\n".encode("utf-16"),
        f"{TITLES}\n{ROW.replace('D1', 'Dé1')}\n".encode("cp1252"),
        gzip.compress(f"{TITLES}\n{ROW}\n".encode(), mtime=0),
        '[{"id_personne": "P1", "id_dossier": "D1", "finess_et": "010000123", "date_entree": "2025-01-01"}]',
    ],
    ids=["rejected", "blank", "rewritten", "unknown", "title", "utf16", "cp1252", "gzip", "json"],
)
def test_where_it_cannot_be_said_it_is_not(text: str | bytes, read: Reader) -> None:
    """Whoever looks for something must then read the file."""
    assert read(text, "registre").reading.texts is None


def test_numbers_may_hold_anything(read: Reader) -> None:
    """Fifteen digits are an integer too."""
    export = "finess_et,indicateur,periode_debut,periode_fin,numerateur\n010000123,dmp,2025-01-01,2025-03-31,12\n"
    assert read(export, "indicateurs").reading.texts is None
