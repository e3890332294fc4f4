"""What is nobody's raises nothing: identifiers of every make, instants, keys, counters, labels."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from canaris import numero
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Maker = Callable[[random.Random, int], str]

FINESS = ("130104784", "290001234", "970302287")
_LABELS = (
    "mise_a_jour_dossier",
    "Foyer de vie Les Acacias",
    "EHPAD Saint-Martin, 3 unités",
    "réunion @ 10h",
    "a@b",
    "lot n° 12/2025",
    "n° 2 - 2025/06",
    "+3,5 %",
    "1.2.250.1.213.1.4.8",
    "192.168.10.12",
    "SC.INS.28A",
)


def _date(rng: random.Random) -> datetime:
    return datetime(2021, 1, 1) + timedelta(seconds=rng.randrange(5 * 365 * 86400))


MAKERS: dict[str, Maker] = {
    "compteur": lambda rng, rank: str(rank),
    "compteur complété": lambda rng, rank: f"{rank:010}",
    "dix chiffres": lambda rng, rank: f"{rng.randrange(10**10):010}",
    "treize chiffres": lambda rng, rank: f"{rng.randrange(10**13):013}",
    "quinze chiffres": lambda rng, rank: f"{rng.randrange(10**15):015}",
    "dix-huit chiffres": lambda rng, rank: f"{rng.randrange(10**18):018}",
    "lettre et treize chiffres": lambda rng, rank: f"D{rng.choice(FINESS)}{rank:04}",
    "FINESS et compteur de quatre": lambda rng, rank: f"{rng.choice(FINESS)}{rank:04}",
    "FINESS et compteur de six": lambda rng, rank: f"{rng.choice(FINESS)}{rank:06}",
    "FINESS, tiret, compteur": lambda rng, rank: f"{rng.choice(FINESS)}-{rank:04}",
    "instant en millisecondes": lambda rng, rank: str(int(_date(rng).timestamp() * 1000)),
    "instant": lambda rng, rank: _date(rng).isoformat() + "+02:00",
    "instant à la française": lambda rng, rank: f"{_date(rng):%d/%m/%Y %H:%M:%S}",
    "instant à points": lambda rng, rank: f"{_date(rng):%d.%m.%Y %H:%M}",
    "instant à tirets": lambda rng, rank: f"{_date(rng):%d-%m-%Y %H:%M}",
    "date et compteur": lambda rng, rank: f"{_date(rng):%Y%m%d}{rank:05}",
    "date, heure, compteur": lambda rng, rank: f"{_date(rng):%Y%m%d%H%M%S}{rank:03}",
    "UUID": lambda rng, rank: str(uuid.UUID(int=rng.getrandbits(128), version=4)),
    "empreinte": lambda rng, rank: rng.randbytes(32).hex(),
    "empreinte courte": lambda rng, rank: rng.randbytes(8).hex(),
    "SIRET": lambda rng, rank: f"{rng.randrange(10**14):014}",
    "SIRET groupé": lambda rng, rank: f"{rng.randrange(1000):03} {rng.randrange(1000):03} 320 {rank:05}",
    "décimal": lambda rng, rank: repr(rng.random() * 100),
    "montant": lambda rng, rank: f"{rng.randrange(10**6):,}".replace(",", "\u202f") + " €",
    "libellé": lambda rng, rank: rng.choice(_LABELS),
    "version": lambda rng, rank: f"{rank}.{rng.randrange(100)}.{rng.randrange(10)}",
}


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(st.sampled_from(sorted(MAKERS)), min_size=1, max_size=6, unique=True),
    seed=st.integers(0, 2**32),
    rows=st.integers(150, 400),
    separator=st.sampled_from(",;\t|"),
)
def test_a_table_of_nobody_raises_nothing(fouille: Any, names: list[str], seed: int, rows: int, separator: str) -> None:
    rng = random.Random(seed)
    lines = [separator.join(f"c{rank}" for rank in range(len(names)))]
    for rank in range(rows):
        cells = [MAKERS[name](rng, rank) for name in names]
        lines.append(separator.join(f'"{cell}"' if separator in cell else cell for cell in cells))
    found = fouille("\n".join(lines), finess=FINESS)
    assert {genre: len(list(constats)) for genre, constats in found.constats.items()} == {}


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_each_kind_alone_in_a_long_column(fouille: Any, name: str) -> None:
    rng = random.Random(name)
    lines = ["id_personne,finess_et,date_entree", *(f'"{MAKERS[name](rng, rank)}",x,y' for rank in range(2000))]
    assert dict(fouille("\n".join(lines), finess=FINESS).constats) == {}


def test_one_nir_among_identifiers_of_another_make_is_found(fouille: Any) -> None:
    rng = random.Random(1)
    for name in ("UUID", "empreinte", "compteur", "dix chiffres", "lettre et treize chiffres", "SIRET", "instant"):
        cells = [MAKERS[name](rng, rank) for rank in range(300)]
        cells[137] = numero()
        found = fouille("id_personne\n" + "\n".join(cells), finess=FINESS)
        assert [each.at.line for each in found.de("nir")] == [139], name


def test_a_column_of_persons_is_found_whole(fouille: Any) -> None:
    cells = [numero() for _ in range(300)]
    for column in (cells, [each[:13] for each in cells], [f"P{each}" for each in cells]):
        found = fouille("id_personne\n" + "\n".join(column), finess=FINESS)
        assert found.de("nir").nombre == 300


def test_one_person_repeated_in_a_log_is_found_each_time(fouille: Any) -> None:
    cell = numero()[:13]
    found = fouille("id_dossier\n" + "\n".join([cell] * 50), role="journal")
    assert found.de("nir").nombre == 50


def test_beyond_what_is_kept_the_count_is_whole(fouille: Any) -> None:
    cell = f"06 99 00 12 3{4}"
    found = fouille("auteur\n" + f"{cell}\n" * 2500, role="journal").de("telephone")
    assert found.nombre == 2500
    assert len(found.premiers) == 1000
    assert len(list(found)) == 2500


def test_a_letterhead_is_no_leak_and_a_nir_still_is(fouille: Callable[..., Any]) -> None:
    """The pieces of a dossier are letters: they bear whom to write to."""
    lettre = f"Association d'essai\nTél. 04 91 00 00 00, accueil@exemple.fr\nAffaire : {numero()}\n"
    assert set(fouille(lettre, role="piece", name="engagement.txt").constats) == {"nir"}
    assert {"courriel", "telephone"} <= set(fouille(lettre, role="projet", name="projet.txt").constats)
