"""The helpers behind the rules of the log, and what a small case cannot show: zones, statistics, volume, silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import combinations, pairwise
from math import comb
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duicheck.errors import NotApplicable, NotAvailable
from duicheck.findings import Violation
from duicheck.formats import TableReading
from duicheck.formats.places import Places
from duicheck.model import Comptes, Fenetre, Indicateurs, Journal, Mesure, Mesures, Registre, fuseau_de
from duicheck.rulebook import load_rulebook, shipped_rulebooks
from duicheck_journal import couverture, dossiers, ecart, etats, evenements, registre
from duicheck_journal.civil import apres, decalages
from duicheck_journal.couverture import Rythme, Seuils, silences
from duicheck_journal.flux import lignes

TEXTE = {book.id: book for book in map(load_rulebook, shipped_rulebooks())}["2025-40"]
FUSEAUX = TEXTE["fuseaux"]
SEUILS = Seuils.du_texte(TEXTE)
LUNDI = date(2025, 6, 16)

COLUMNS = {
    "journal": "id_evenement VARCHAR, horodatage TIMESTAMP, finess_et VARCHAR, id_dossier VARCHAR, type VARCHAR,"
    " etat VARCHAR, id_objet VARCHAR, date_evenement DATE, canal VARCHAR, auteur VARCHAR",
    "registre": "id_personne VARCHAR, id_dossier VARCHAR, finess_et VARCHAR, date_entree DATE, date_sortie DATE,"
    " projet_possible BOOLEAN",
    "indicateurs": "finess_et VARCHAR, indicateur VARCHAR, periode_debut DATE, periode_fin DATE, numerateur BIGINT,"
    " denominateur BIGINT, taux VARCHAR, date_extraction DATE",
}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        for name, columns in COLUMNS.items():
            opened.execute(f"CREATE TABLE {name} ({columns})")
        yield opened


def table(kind, connection):
    """The rows that a test has inserted, as a part of the dataset, in one file."""
    count = connection.table(kind.role).shape[0]
    places = Places()
    places.add(count, 2, 0)
    return kind(connection, (TableReading(f"{kind.role}.csv", count, 0, 0, frozenset(), places=places),))


def fenetre(debut: date, fin: date) -> Fenetre:
    bornes = {prefixe: (_minuit(debut, nom), _minuit(fin + timedelta(days=1), nom)) for prefixe, nom in FUSEAUX.items()}
    return Fenetre(debut, fin, bornes)


def _minuit(jour: date, nom: str) -> datetime:
    return datetime(jour.year, jour.month, jour.day, tzinfo=ZoneInfo(nom)).astimezone(UTC).replace(tzinfo=None)


def utc(text: str) -> datetime:
    """An instant as the tables hold it: naive UTC."""
    return datetime.fromisoformat(text)


def rythme(jours: int, actifs: Sequence[int]) -> Rythme:
    return Rythme.un(LUNDI, jours, sorted(actifs))


# -- days and zones --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("finess", "nom"),
    [
        ("010000024", "Europe/Paris"),
        ("2A0002606", "Europe/Paris"),
        ("973000017", "America/Cayenne"),
        ("974000011", "Indian/Reunion"),
        ("980501506", "Indian/Mayotte"),
    ],
)
def test_the_longest_prefix_gives_the_zone(finess: str, nom: str) -> None:
    assert fuseau_de(finess, FUSEAUX).key == nom


def test_a_day_ends_when_the_next_begins_there() -> None:
    assert apres(date(2025, 9, 15), ZoneInfo("Indian/Mayotte")) == utc("2025-09-15 21:00")
    assert apres(date(2025, 9, 15), ZoneInfo("America/Cayenne")) == utc("2025-09-16 03:00")


@pytest.mark.parametrize("nom", ["Europe/Paris", "America/Cayenne", "America/Miquelon", "Indian/Mayotte"])
@pytest.mark.parametrize(
    ("debut", "fin"),
    [
        (date(2025, 10, 1), date(2025, 10, 31)),  # the hour that comes twice
        (date(2025, 3, 30), date(2025, 3, 30)),  # a day of 23 hours, alone
        (date(2025, 1, 1), date(2025, 12, 31)),  # both changes
        (date(2025, 7, 1), date(2025, 7, 1)),
    ],
)
def test_offsets_follow_each_other_and_give_the_civil_day(nom: str, debut: date, fin: date) -> None:
    morceaux = list(decalages(["x"], {"": nom}, debut, fin))
    assert morceaux[0].debut == _minuit(debut, nom)
    assert morceaux[-1].fin == _minuit(fin + timedelta(days=1), nom)
    assert all(avant.fin == suivant.debut for avant, suivant in pairwise(morceaux))
    for morceau in morceaux:
        for instant in (morceau.debut, morceau.fin - timedelta(seconds=1)):
            civil = instant.replace(tzinfo=UTC).astimezone(ZoneInfo(nom))
            assert (instant + timedelta(minutes=morceau.minutes)).replace(tzinfo=None) == civil.replace(tzinfo=None)


def test_establishments_of_one_zone_share_their_offsets() -> None:
    morceaux = list(decalages(["010000024", "973000017", "2A0002606"], FUSEAUX, date(2025, 7, 1), date(2025, 7, 2)))
    assert [(morceau.finess_et, morceau.minutes) for morceau in morceaux] == [
        ("010000024", 120),
        ("973000017", -180),
        ("2A0002606", 120),
    ]


# -- silences --------------------------------------------------------------------------------------


@given(st.sets(st.integers(0, 29)), st.integers(1, 10_000))
def test_a_silence_is_a_maximal_stretch_without_active_day(actifs: set[int], tirages: int) -> None:
    seuils = Seuils(silence=2, fermeture=2, week_end=0, tirages=tirages)
    for debut, jours in silences(rythme(30, list(actifs)), seuils):
        assert jours > seuils.silence
        assert not actifs & set(range(debut, debut + jours))
        assert debut == 0 or debut - 1 in actifs
        assert debut + jours == 30 or debut + jours in actifs


@pytest.mark.parametrize(("jours", "actifs", "silence"), [(10, 4, 4), (12, 6, 4), (9, 2, 6), (8, 5, 3), (12, 3, 8)])
def test_the_bound_is_never_below_the_true_share_of_draws(jours: int, actifs: int, silence: int) -> None:
    draws = [set(chosen) for chosen in combinations(range(jours), actifs)]

    def has_silence(chosen: set[int]) -> bool:
        return any(not chosen & set(range(debut, debut + silence)) for debut in range(jours - silence + 1))

    true_share = Fraction(sum(map(has_silence, draws)), len(draws))
    bound = Fraction((jours - silence + 1) * comb(jours - silence, actifs), comb(jours, actifs))
    assert true_share <= bound
    tirages = int(1 / bound)
    assert not couverture._invraisemblable(jours, actifs, silence, tirages + 1)
    if bound < Fraction(1, tirages):
        assert couverture._invraisemblable(jours, actifs, silence, tirages)


def test_an_establishment_that_writes_nothing_is_not_judged() -> None:
    assert list(silences(rythme(92, []), SEUILS)) == []


@pytest.mark.parametrize(
    ("actifs", "why"),
    [
        (range(0, 92, 7), "weekly entry"),
        (range(0, 92, 21), "a visit every three weeks"),
        ([3], "one day"),
        ([0, 1, 2, 3], "four days of entry, then nothing"),
        ([day for day in range(92) if day % 7 < 5], "closed at week-ends"),
        ([day for day in range(92) if day % 7 < 5 and not 42 <= day < 77], "five weeks of holidays"),
        ([day for day in range(92) if not 40 <= day < 47], "a week of breakdown, open every day"),
        ([day for day in range(92) if day % 7 < 5 and not 35 <= day < 49], "two weeks of holidays"),
    ],
)
def test_rhythms_that_are_ordinary(actifs: Sequence[int], why: str) -> None:
    assert list(silences(rythme(92, list(actifs)), SEUILS)) == [], why


@pytest.mark.parametrize(
    ("actifs", "expected"),
    [
        (range(61, 92), (0, 61)),
        (range(30), (30, 62)),
        ([day for day in range(92) if not 30 <= day < 44], (30, 14)),
        ([day for day in range(92) if day % 7 < 5 and day >= 61], (0, 63)),
        ([day for day in range(92) if day % 3 and not 30 <= day < 60], (30, 30)),
    ],
)
def test_logs_that_miss_something(actifs: Sequence[int], expected: tuple[int, int]) -> None:
    debut, jours = expected
    ((found, length),) = silences(rythme(92, list(actifs)), SEUILS)
    assert found == debut
    assert jours <= length <= jours + 2


def test_together_small_establishments_show_what_none_shows_alone() -> None:
    petits = [rythme(92, range(62 + shift, 92, 5)) for shift in range(5)]
    assert not any(list(silences(petit, SEUILS)) for petit in petits)
    assert list(silences(Rythme.ensemble(petits), SEUILS)) == [(0, 62)]


def test_together_establishments_that_close_stay_establishments_that_close() -> None:
    """A few week-ends of duty in each must not make the whole look open all week."""
    fermes = [
        rythme(92, [day for day in range(92) if (day % 7 < 5 or day % 70 == shift) and not 42 <= day < 77])
        for shift in (5, 6, 12, 13, 19, 20)
    ]
    ensemble = Rythme.ensemble(fermes)
    assert not ensemble.toute_la_semaine(SEUILS.week_end)
    assert list(silences(ensemble, SEUILS)) == []


# -- the rules over tables -------------------------------------------------------------------------


def _evenements(connection: duckdb.DuckDBPyConnection, instants: Sequence[datetime], finess: str = "010000024") -> None:
    start = connection.execute("SELECT count(*) FROM journal").fetchone()[0]
    connection.executemany(
        "INSERT INTO journal VALUES (?, ?, ?, 'd-secret', 'mise_a_jour_dossier', NULL, NULL, NULL, NULL, NULL)",
        [(f"e-secret-{start + rank}", instant, finess) for rank, instant in enumerate(instants)],
    )


def test_days_are_those_of_the_establishment(connection: duckdb.DuckDBPyConnection) -> None:
    """The same instants: 23:30 in Paris is the next day in Mayotte, where the first day then stays empty."""
    debut = date(2025, 6, 15)
    soirs = [utc("2025-06-15 21:30") + timedelta(days=rank) for rank in range(92)]
    window = fenetre(debut, debut + timedelta(days=91))
    _evenements(connection, soirs)
    _evenements(connection, soirs, "980501506")
    journal = table(Journal, connection)
    morceaux = decalages(["010000024", "980501506"], FUSEAUX, window.debut, window.fin)
    actifs = dict(journal.rows(couverture._JOURS, {**couverture.parametres(morceaux), "debut": debut}))
    assert actifs["010000024"] == list(range(92))
    assert actifs["980501506"] == list(range(1, 92))
    assert list(couverture.couverture_incomplete.check(journal, window, TEXTE)) == []


def test_a_log_without_rows_is_not_green(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(NotAvailable) as refusal:
        list(couverture.couverture_incomplete.check(table(Journal, connection), fenetre(LUNDI, LUNDI), TEXTE))
    assert refusal.value.roles == {"journal"}


def test_small_establishments_that_miss_the_same_weeks_make_one_finding(connection: duckdb.DuckDBPyConnection) -> None:
    debut = date(2025, 6, 16)
    for shift in range(5):
        jours = [utc("2025-06-16 12:00") + timedelta(days=day) for day in range(62 + shift, 92, 5)]
        _evenements(connection, jours, f"01000000{shift}")
    window = fenetre(debut, debut + timedelta(days=91))
    (found,) = couverture.couverture_incomplete.check(table(Journal, connection), window, TEXTE)
    assert "finess_et" not in found.facts
    assert (found.facts["debut"], found.facts["jours"]) == (debut, 62)


def test_no_extraction_date_is_no_green(connection: duckdb.DuckDBPyConnection) -> None:
    _evenements(connection, [utc("2099-01-01 00:00")])
    with pytest.raises(NotApplicable):
        list(evenements.evenement_futur.check(table(Journal, connection), table(Indicateurs, connection), TEXTE))


def test_nothing_to_compare_is_not_green(connection: duckdb.DuckDBPyConnection) -> None:
    parts = table(Indicateurs, connection), table(Journal, connection), table(Registre, connection)
    alone = Mesure("dmp", "010000024", None, Comptes(1, 2), None)
    with pytest.raises(NotAvailable):
        list(ecart.ecart_indicateur.check(*parts, Mesures([alone], [])))


def test_a_plain_count_is_compared_by_its_numerator(connection: duckdb.DuckDBPyConnection) -> None:
    parts = table(Indicateurs, connection), table(Journal, connection), table(Registre, connection)
    same = Mesure("eparcours", "010000024", Comptes(3, 7), Comptes(3), None)
    less = Mesure("eprescription", "010000024", Comptes(4), Comptes(3), None)
    (found,) = ecart.ecart_indicateur.check(*parts, Mesures([same, less], []))
    assert (found.facts["exporte"], found.facts["recalcule"]) == ("4", "3")
    assert found.facts["denominateur_recalcule"] is None


def test_rows_come_in_batches_while_other_queries_run(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("INSERT INTO journal (id_evenement) SELECT 'e' || i FROM range(10_000) AS t(i)")
    journal = table(Journal, connection)
    seen = 0
    for (rank,) in lignes(journal, "SELECT rowid FROM journal ORDER BY rowid"):
        assert rank == seen
        if not rank % 1_000:
            assert journal.rows("SELECT count(*) FROM journal") == [(10_000,)]
        seen += 1
    assert seen == 10_000


def _worst(connection: duckdb.DuckDBPyConnection) -> list[Violation]:
    """Everything that can go wrong at once, over values that no finding may show."""
    connection.execute("""
        INSERT INTO journal VALUES
        ('e-secret-1', TIMESTAMP '2025-07-01 10:00:00', '010000024', 'd-secret-1', 'evenement_agenda', 'annule',
         'rv-secret', DATE '2025-07-02', NULL, 'a-secret'),
        ('e-secret-2', TIMESTAMP '2025-07-02 10:00:00', '010000024', 'd-secret-1', 'evenement_agenda', 'realise',
         'rv-secret', DATE '2025-07-02', NULL, 'a-secret'),
        ('e-secret-2', TIMESTAMP '2025-07-03 10:00:00', '010000024', 'd-secret-9', 'mise_a_jour_dossier', NULL,
         NULL, NULL, NULL, 'a-secret'),
        ('e-secret-3', TIMESTAMP '2025-07-03 10:00:00', '980501506', 'd-secret-1', 'mise_a_jour_dossier', NULL,
         NULL, NULL, NULL, 'a-secret')
    """)
    connection.execute("""
        INSERT INTO registre VALUES
        ('p-secret-1', 'd-secret-1', '010000024', DATE '2024-01-01', DATE '2025-07-01', TRUE),
        ('p-secret-1', 'd-secret-2', '010000024', DATE '2024-02-01', DATE '2025-06-30', TRUE),
        ('p-secret-2', 'd-secret-2', '010000024', DATE '2024-02-01', DATE '2024-01-01', TRUE),
        ('p-secret-3', NULL, '010000024', DATE '2024-02-01', NULL, TRUE)
    """)
    connection.execute("INSERT INTO indicateurs (finess_et, date_extraction) VALUES ('010000024', DATE '2025-07-01')")
    journal, stays = table(Journal, connection), table(Registre, connection)
    window = fenetre(date(2025, 6, 15), date(2025, 9, 14))
    hypotheses = {name: each.default for name, each in TEXTE.hypotheses.items()}
    return [
        *evenements.evenement_repete.check(journal),
        *evenements.evenement_futur.check(journal, table(Indicateurs, connection), TEXTE),
        *dossiers.dossier_inconnu.check(dossiers.rapprocher.build(journal, stays)),
        *dossiers.etablissement_discordant.check(dossiers.rapprocher.build(journal, stays)),
        *dossiers.evenement_hors_sejour.check(journal, stays, window, TEXTE),
        *etats.etat_impossible.check(journal),
        *registre.sortie_avant_entree.check(stays),
        *registre.sejours_chevauchants.check(stays),
        *registre.personne_sans_dossier.check(stays, window, hypotheses),
        *registre.dossiers_multiples.check(stays),
        *registre.dossier_partage.check(stays),
    ]


def test_no_finding_shows_a_pseudonym(connection: duckdb.DuckDBPyConnection) -> None:
    found = _worst(connection)
    assert len(found) >= 11
    assert "secret" not in repr(found)


def test_rows_may_come_in_any_order(connection: duckdb.DuckDBPyConnection) -> None:
    """Places move with the rows; what is found, and the facts but the places, do not."""

    def facts(found: list[Violation]) -> list[str]:
        return sorted(repr(sorted((k, v) for k, v in each.facts.items() if k != "place_precedente")) for each in found)

    before = facts(_worst(connection))
    for name, columns in COLUMNS.items():
        rows = connection.table(name).fetchall()
        connection.execute(f"DROP TABLE {name}")
        connection.execute(f"CREATE TABLE {name} ({columns})")
        connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows[::-1])
    journal, stays = table(Journal, connection), table(Registre, connection)
    absents = dossiers.rapprocher.build(journal, stays)
    after = [
        *evenements.evenement_repete.check(journal),
        *dossiers.dossier_inconnu.check(absents),
        *dossiers.etablissement_discordant.check(absents),
        *etats.etat_impossible.check(journal),
        *registre.dossiers_multiples.check(stays),
        *registre.dossier_partage.check(stays),
    ]
    assert set(facts(after)) <= set(before)


def test_the_query_on_states_looks_for_every_first_state() -> None:
    (listed,) = re.findall(r"etat IN \(([^)]*)\)", etats._SUSPECTS)
    assert {state.strip(" '") for state in listed.split(",")} == {first for _, first, _ in etats.IMPOSSIBLES}
