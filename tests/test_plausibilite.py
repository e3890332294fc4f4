"""Plausibility: silent on what is ordinary, right about where a burst is, discreet about who."""

from __future__ import annotations

import dataclasses
import itertools
import json
import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from math import comb
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import structs

from duicheck import Options, check, load_plugins
from duicheck.cli.program import run
from duicheck.findings import Outcome
from duicheck.harness import run_rules
from duicheck.model import Fenetre, Hypotheses, Journal
from duicheck.rulebook import Rulebook, load_rulebook, shipped_rulebooks
from duicheck_echantillon.livraison import generate
from duicheck_plausibilite.copies import _coincidence
from duicheck_plausibilite.saisies import Poussee, saisies_de_la_livraison
from duicheck_plausibilite.seuils import _au_moins

LIVRAISONS = Path(__file__).parents[1] / "fixtures" / "livraisons"
ALERTES = (
    "indicateurs/copie",
    "indicateurs/saut",
    "indicateurs/taux-pile",
    "journal/auteur-unique",
    "journal/saisie-en-masse",
    "journal/veille-de-mesure",
)
TEXTES = {book.id: book for book in map(load_rulebook, shipped_rulebooks())}
FINESS = ("010000024", "973000018")
DEBUT, FIN = date(2025, 7, 1), date(2025, 7, 10)
COLONNES = (
    "id_evenement VARCHAR, horodatage TIMESTAMP, finess_et VARCHAR, id_dossier VARCHAR, type VARCHAR, etat VARCHAR,"
    " id_objet VARCHAR, date_evenement DATE, canal VARCHAR, auteur VARCHAR"
)


def texte(**valeurs: int) -> Rulebook:
    """The text of 2025 with other thresholds."""
    book = TEXTES["2025-40"]
    parameters = dict(book.parameters)
    for name, value in valeurs.items():
        full = f"plausibilite_{name}"
        parameters[full] = structs.replace(parameters[full], value=value)
    return structs.replace(book, parameters=parameters)


# Silent on what is ordinary


@pytest.mark.parametrize("rule", ALERTES)
def test_every_alert_is_a_warning_that_names_an_innocent_cause(rule: str) -> None:
    found = load_plugins().rules[rule]
    assert found.severity == "avertissement"
    assert "sans rien présumer" in found.message
    assert "donnent la même chose" in found.message
    assert "innocents possibles" in " ".join(found.doc.split())


@pytest.mark.parametrize("name", ["petite", "exemple"])
def test_the_right_deliveries_raise_no_alert(name: str) -> None:
    plugins = load_plugins()
    results = run_rules(LIVRAISONS / name, plugins, [plugins.rules[rule] for rule in ALERTES])
    assert [result.rule for result in results if result.outcome is Outcome.FAILED] == []
    assert {result.rule for result in results if result.outcome is not Outcome.PASSED} == {"indicateurs/saut"}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ["2021-amorcage", "2023-13", "2025-40"])
def test_ordinary_samples_raise_no_alert(name: str, seed: int, tmp_path: Path) -> None:
    generate(tmp_path / "livraison", seed=seed, esms=8, personnes=400, texte=name)
    plugins = load_plugins()
    results = run_rules(tmp_path / "livraison", plugins, [plugins.rules[rule] for rule in ALERTES])
    assert [result.rule for result in results if result.count] == []


# Where a burst is


@dataclasses.dataclass(frozen=True)
class Ecriture:
    finess: str
    dossier: str
    minutes: int
    auteur: str


ecritures = st.lists(
    st.builds(
        Ecriture,
        st.sampled_from(FINESS),
        st.sampled_from(["d-1", "d-2", "d-3", "d-4"]),
        st.one_of(st.integers(0, 14_400), st.integers(700, 720), st.integers(1_435, 1_445)),
        st.sampled_from(["a", "b"]),
    ),
    min_size=1,
    max_size=25,
)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(f"CREATE TABLE journal ({COLONNES})")
        yield opened


def seen(connection: duckdb.DuckDBPyConnection, liste: list[Ecriture], book: Rulebook, fuseau: str = "local"):
    connection.execute("DELETE FROM journal")
    lignes = [
        [f"e-{rang}", datetime(2025, 7, 1) + timedelta(minutes=un.minutes), un.finess, un.dossier, un.auteur]
        for rang, un in enumerate(liste)
    ]
    if lignes:  # DuckDB refuses an empty list
        connection.executemany(
            "INSERT INTO journal VALUES (?, ?, ?, ?, 'mise_a_jour_dossier', NULL, NULL, NULL, NULL, ?)", lignes
        )
    bornes = {"": (datetime(2025, 7, 1), datetime(2025, 7, 11))}
    fenetre = Fenetre(DEBUT, FIN, bornes)
    return saisies_de_la_livraison.build(
        Journal(connection, ()), fenetre, Hypotheses({"mise_a_jour": "ecriture", "fuseau": fuseau}), book
    )


def pairs(siennes: list[Ecriture]) -> dict[int, tuple[int, int, int]]:
    """By hand: slice -> updates, dossiers, dossiers without another update, of two slices of five minutes."""
    slices = [un.minutes // 5 for un in siennes]
    found = {}
    for first in {number for one in slices for number in (one - 1, one)}:
        inside = [un for un, one in zip(siennes, slices, strict=True) if first <= one <= first + 1]
        dossiers = {un.dossier for un in inside}
        outside = {un.dossier for un, one in zip(siennes, slices, strict=True) if not first <= one <= first + 1}
        found[first] = (len(inside), len(dossiers), len(dossiers - outside))
    return found


A_CHEVAL = [Ecriture(FINESS[0], "d-1", 0, "a")] * 22 + [
    Ecriture(FINESS[0], "d-2", soir, "a") for soir in (1_440, 1_445)
]
"""A dense day, and the two slices after it: of the pair that these make, half stands at its edge."""


@example(liste=A_CHEVAL, effectif=2, part=30)
@given(liste=ecritures, effectif=st.integers(1, 3), part=st.sampled_from([30, 50]))
def test_bursts_are_those_of_a_count_by_hand(connection, liste: list[Ecriture], effectif: int, part: int) -> None:
    liste = [un for un in liste if un.minutes < 14_400]
    saisies = seen(connection, liste, texte(effectif=effectif, masse_part=part)).par_etablissement
    assert list(saisies) == sorted({un.finess for un in liste})
    for finess, saisie in saisies.items():
        siennes = [un for un in liste if un.finess == finess]
        by_hand = pairs(siennes)
        assert (saisie.evenements, saisie.dossiers) == (len(siennes), len({un.dossier for un in siennes}))
        most_alone = max(alone for _, _, alone in by_hand.values())
        most = max(updates for updates, _, _ in by_hand.values())
        found = {(pic.evenements, pic.dossiers, pic.seuls) for pic in saisie.pics}
        assert found <= set(by_hand.values())
        if most_alone >= effectif:
            assert most_alone == max(pic.seuls for pic in saisie.pics)
        if 100 * most >= part * len(siennes) and most >= effectif:
            assert most == max(pic.evenements for pic in saisie.pics)
        authors = [sum(un.auteur == name for un in siennes) for name in ("a", "b")]
        assert saisie.auteur is not None
        assert (saisie.auteur.evenements, saisie.auteur.signes) == (max(authors), len(siennes))


def test_the_eve_is_of_the_clock_of_each_establishment(connection) -> None:
    # 8 July 00:00 is 7 July 22:00 UTC in Paris, and 8 July 03:00 UTC in Cayenne.
    minutes = 6 * 1_440 + 23 * 60
    liste = [Ecriture(finess, f"d-{rang}", minutes, "a") for finess in FINESS for rang in range(3)]
    saisies = seen(connection, liste, texte()).par_etablissement
    assert isinstance(saisies[FINESS[0]].veille, Poussee)
    assert saisies[FINESS[0]].veille.seuls == 3
    assert saisies[FINESS[1]].veille is None
    assert seen(connection, liste, texte(), "paris").par_etablissement[FINESS[1]].veille is not None


def test_nothing_is_left_in_the_database(connection) -> None:
    seen(connection, [Ecriture(FINESS[0], "d-1", 10, "a")], texte(effectif=1))
    assert connection.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("journal",)]


# Chance


@pytest.mark.parametrize(("nombre", "parmi"), [(45, 50), (25, 50), (180, 200)])
def test_coincidence_is_near_the_exact_one(nombre: int, parmi: int) -> None:
    part = nombre / parmi
    law = [comb(parmi, k) * part**k * (1 - part) ** (parmi - k) for k in range(parmi + 1)]
    assert _coincidence(nombre, parmi) == pytest.approx(sum(p * p for p in law), rel=0.06)


def test_a_full_or_empty_count_tells_nothing() -> None:
    assert _coincidence(50, 50) == _coincidence(0, 50) == _coincidence(0, None) == 1
    assert _coincidence(60, 50) < 1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.integers(1, 8))
def test_at_least_so_many_is_the_sum_over_all_draws(chances: list[float], nombre: int) -> None:
    total = 0.0
    for draw in itertools.product([False, True], repeat=len(chances)):
        if sum(draw) >= nombre:
            weight = 1.0
            for chance, happens in zip(chances, draw, strict=True):
                weight *= chance if happens else 1 - chance
            total += weight
    assert _au_moins(nombre, chances) == pytest.approx(total, abs=1e-9)


# Discretion, and the earlier report


def test_no_pseudonym_is_written(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(LIVRAISONS / "exemple", tmp_path / "livraison"))
    journal = folder / "journal.csv"
    heading, *rows = journal.read_text(encoding="utf-8").splitlines()
    names = heading.split(",")
    when, who = names.index("horodatage"), names.index("auteur")
    cells = [row.split(",") for row in rows]
    for row in cells:
        row[when], row[who] = "2025-09-14T03:00:00+00:00", "agent-secret-7"
    journal.write_text("\n".join([heading, *map(",".join, cells)]) + "\n", encoding="utf-8", newline="\n")
    plugins = load_plugins()
    results = {result.rule: result for result in run_rules(folder, plugins, [plugins.rules[rule] for rule in ALERTES])}
    for rule in ("journal/auteur-unique", "journal/saisie-en-masse", "journal/veille-de-mesure"):
        assert results[rule].count == 6
    text = repr([finding for result in results.values() for finding in result.findings])
    assert "agent-secret-7" not in text
    dossiers = {row[names.index("id_dossier")] for row in cells if row[names.index("id_dossier")]}
    assert not [dossier for dossier in dossiers if dossier in text]


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    report = check(LIVRAISONS / "petite", load_plugins(), Options(date_mesure=date(2025, 6, 15)))
    path = tmp_path / "precedent.json"
    path.write_text(json.dumps(report), encoding="utf-8")
    return path


def test_an_earlier_report_is_taken_and_changes_no_verdict(earlier: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(LIVRAISONS / "petite"), "--format", "json", "--precedent", str(earlier)]) == 0
    found = {rule["id"]: rule["resultat"] for rule in json.loads(capsys.readouterr().out)["regles"]}
    assert found["indicateurs/saut"] == "respectee"
    assert run(["check", str(LIVRAISONS / "petite"), "--format", "json"]) == 0
    found = {rule["id"]: rule for rule in json.loads(capsys.readouterr().out)["regles"]}
    assert found["indicateurs/saut"]["resultat"] == "non_verifiee"
    assert "--precedent" in found["indicateurs/saut"]["raison"]


def test_a_report_that_is_not_earlier_is_a_mistake_of_use(earlier: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["check", str(LIVRAISONS / "petite"), "--precedent"]
    assert run([*arguments, str(earlier), "--date-mesure", "2025-06-15"]) == 2
    assert "ne précède pas" in capsys.readouterr().err
    assert run([*arguments, str(LIVRAISONS / "petite" / "journal.csv")]) == 2
    assert "pas un rapport" in capsys.readouterr().err
