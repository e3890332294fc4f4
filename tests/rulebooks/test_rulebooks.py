"""The dated texts: the four that ship are right."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from outils_rulebooks import BOOKS, IDS, NAMES

from duicheck.errors import ParameterNotSet
from duicheck.rulebook import Rulebook, load_rulebook, shipped_rulebooks

CLOSING = "règle par défaut, à confirmer avec le guide CNSA 06/2024."
DUI = ("dossiers_actifs", "projet_personnalise", "evenement_agenda")
FIVE = (*DUI, "mssante", "dmp")
COUNTERS = ("eprescription", "eparcours")


# The four texts.


def test_four_texts_ship_oldest_first_each_named_after_its_id() -> None:
    assert list(BOOKS) == IDS
    assert [source.name for source in shipped_rulebooks()] == [f"{name}.toml" for name in IDS]


def test_run_time_loading_gives_the_same_as_validated_loading() -> None:
    assert [load_rulebook(source) for source in shipped_rulebooks()] == list(BOOKS.values())


@pytest.mark.parametrize(
    ("texte", "expected"),
    [
        ("2021-amorcage", ("veille_de_la_mesure", 3, None, 1, None, ("projet", "maintenance"))),
        ("2023-13", ("fin_du_mois_de_mesure", 1, 3, None, True, None)),
        ("2024-15", ("fin_du_mois_de_mesure", 1, 3, None, True, None)),
        ("2025-40", ("veille_de_la_mesure", 3, None, None, None, None)),
    ],
)
def test_window_of_each_text(texte: str, expected: tuple[object, ...]) -> None:
    names = ("fenetre_fin", "fenetre_mois", "fenetre_mois_premiere_mesure", "fenetre_mois_maintenance")
    assert tuple(map(BOOKS[texte].get, (*names, "mesure_fin_de_mois", "phases"))) == expected


@pytest.mark.parametrize("texte", IDS[1:])
def test_targets_of_the_later_texts(texte: str) -> None:
    targets = {name: BOOKS[texte].get(f"cible_{name}") for name in (*FIVE, *COUNTERS)}
    assert targets == {**dict.fromkeys(DUI, 90), "mssante": 70, "dmp": 70, **dict.fromkeys(COUNTERS)}


def test_2021_sets_no_target() -> None:
    assert not [name for name in BOOKS["2021-amorcage"].parameters if name.startswith("cible_")]
    with pytest.raises(ParameterNotSet, match="2021-amorcage ne fixe pas « cible_dmp »"):
        BOOKS["2021-amorcage"]["cible_dmp"]


@pytest.mark.parametrize(
    ("texte", "mandatory", "optional", "counters"),
    [
        ("2021-amorcage", DUI, None, ("mssante", "dmp", *COUNTERS)),
        ("2023-13", FIVE, COUNTERS, COUNTERS),
        ("2024-15", FIVE, None, COUNTERS),
        ("2025-40", FIVE, COUNTERS, COUNTERS),
    ],
)
def test_indicators_of_each_text(texte: str, mandatory: object, optional: object, counters: object) -> None:
    book = BOOKS[texte]
    assert book["indicateurs"] == (*FIVE, *COUNTERS)
    assert book["indicateurs_obligatoires"] == mandatory
    assert book.get("indicateurs_facultatifs") == optional
    assert book["indicateurs_simples_comptes"] == counters


def test_what_only_one_text_says() -> None:
    assert BOOKS["2025-40"]["indicateurs_obligatoires_pjm"] == DUI
    assert BOOKS["2021-amorcage"]["criteres_socles"] == ("mssante", "dmp", *COUNTERS)
    assert BOOKS["2021-amorcage"]["criteres_socles_minimum"] == 2
    assert BOOKS["2023-13"]["aide_materiel_maximum"] == 20_000
    assert BOOKS["2025-40"]["aide_materiel_maximum"] == 10_000
    assert BOOKS["2023-13"]["depot_multiregional_fin"] == date(2023, 6, 15)
    assert BOOKS["2024-15"]["depot_echeances"] == (date(2024, 5, 31), date(2024, 9, 15))


def test_the_secondary_source_is_said() -> None:
    assert {name for name, book in BOOKS.items() if book.secondary} == {"2024-15"}
    assert "webinaire" in (BOOKS["2024-15"].note or "")


def test_zones_by_prefix(book: Rulebook) -> None:
    assert book["fuseaux"] == {
        "": "Europe/Paris",
        "971": "America/Guadeloupe",
        "972": "America/Martinique",
        "973": "America/Cayenne",
        "974": "Indian/Reunion",
        "975": "America/Miquelon",
        "976": "Indian/Mayotte",
        "98": "Indian/Mayotte",
    }


def test_every_name_of_the_closed_list_is_set_by_some_text() -> None:
    assert frozenset().union(*(book.parameters for book in BOOKS.values())) == NAMES


def test_a_name_has_one_unit_in_all_texts() -> None:
    units: dict[str, set[str]] = {}
    for each in BOOKS.values():
        for name, parameter in each.parameters.items():
            units.setdefault(name, set()).add(parameter.unit)
    assert not {name: found for name, found in units.items() if len(found) > 1}


def test_every_document_but_our_conventions_has_a_digest(book: Rulebook) -> None:
    for each in book.sources.values():
        assert ("sha256" in each) == (each["nature"] != "convention")


# Hypotheses.

ALTERNATIVES = {
    "denominateur": {"presence_fenetre", "presence_fin", "file_active_annuelle"},
    "mise_a_jour": {"ecriture", "explicite", "tout"},
    "projet": {"etat_fin", "dans_fenetre"},
    "agenda": {"date_dans_fenetre", "saisi_dans_fenetre", "avec_annules", "existe"},
    "messages": {"envoyes", "avec_echecs", "avec_recus", "professionnels"},
    "dmp": {"succes", "tentatives", "documents"},
    "fenetre": {
        *("texte", "un_mois", "trois_mois", "mois_precedent"),
        *("debut_moins_1j", "debut_plus_1j", "fin_moins_1j", "fin_plus_1j"),
    },
    "fuseau": {"local", "utc", "paris", "territoire"},
    "evaluation": {"partout", "etablissements", "projet"},
}
ON_THE_PROJECT = {
    "seuil_mixte": ("2021-amorcage", "2023-13", "2025-40"),
    "service_a_domicile": ("2024-15", "2025-40"),
    "changement_de_solution": ("2021-amorcage",),
    "partage_des_49": ("2023-13", "2025-40"),
    "saad_prorata": ("2023-13", "2025-40"),
    "ht_ttc": ("2023-13", "2025-40"),
    "materiel_plafond": ("2023-13", "2025-40"),
    "amoa_regroupement": ("2023-13", "2025-40"),
    "arrondi_aide": tuple(IDS),
    "amoa_sans_devis": ("2025-40",),
    "petit_etablissement": ("2021-amorcage",),
    "materiel_au_dela": ("2021-amorcage",),
    "criteres_evaluation": ("2021-amorcage",),
    "equipement_2024": ("2024-15",),
    "degressivite_2024": ("2024-15",),
}
"""What a text leaves open on the project and its aid -> the texts that leave it open."""
DEFAULTS = {
    "denominateur": "presence_fenetre",
    "mise_a_jour": "ecriture",
    "projet": "etat_fin",
    "agenda": "date_dans_fenetre",
    "messages": "envoyes",
    "dmp": "succes",
    "fenetre": "texte",
    "fuseau": "local",
    "evaluation": "partout",
}
WITHOUT_TARGETS = {"2021-amorcage"}


def test_hypotheses_and_their_values(book: Rulebook) -> None:
    expected = {name: set(codes) for name, codes in ALTERNATIVES.items()}
    expected["fenetre"] |= {f"texte:{other}" for other in IDS if other != book.id}
    if book.id == "2021-amorcage":
        expected["agenda"].add("tout_evenement")
    if book.id in WITHOUT_TARGETS:
        del expected["evaluation"]
    on_figures = {name: each for name, each in book.hypotheses.items() if not each.roles}
    assert {name: set(hypothesis.choices) for name, hypothesis in on_figures.items()} == expected


def test_hypotheses_on_the_project_and_its_aid(book: Rulebook) -> None:
    """They are of no concern to a delivery of figures: their roles say so, and its report leaves them out."""
    about = {name: each for name, each in book.hypotheses.items() if each.roles}
    assert set(about) == {name for name, texts in ON_THE_PROJECT.items() if book.id in texts}
    assert {each.roles for each in about.values()} == {frozenset({"projet", "structures"})}


def test_defaults(book: Rulebook) -> None:
    departures = {"agenda": "tout_evenement", "dmp": "documents"} if book.id == "2021-amorcage" else {}
    expected = DEFAULTS | departures
    if book.id in WITHOUT_TARGETS:
        del expected["evaluation"]
    assert {name: code for name, code in book.choose({}).items() if name not in ON_THE_PROJECT} == expected


def test_only_the_default_announces_itself(book: Rulebook) -> None:
    for hypothesis in book.hypotheses.values():
        for code, choice in hypothesis.choices.items():
            assert choice.phrase.endswith(CLOSING) == (code == hypothesis.default), (hypothesis.name, code)


def test_2023_names_the_document_that_it_cites() -> None:
    for hypothesis in (each for each in BOOKS["2023-13"].hypotheses.values() if not each.roles):
        assert "ANAP" in hypothesis.choices[hypothesis.default].phrase


def test_labels_are_noun_phrases_and_differ(book: Rulebook) -> None:
    labels = [choice.libelle for hypothesis in book.hypotheses.values() for choice in hypothesis.choices.values()]
    assert len(set(labels)) == len(labels)
    assert [
        label for label in labels if not re.match(r"(?:une?|les?|la|l'|toute?) ?\w", label) or label[-1] == "."
    ] == []


def test_french_typography(book: Rulebook) -> None:
    texts = [book.title, book.note or "", *(parameter.note or "" for parameter in book.parameters.values())]
    for hypothesis in book.hypotheses.values():
        texts += [hypothesis.question, hypothesis.note or ""]
        texts += [text for choice in hypothesis.choices.values() for text in (choice.phrase, choice.libelle)]
    assert [text for text in texts if re.search(r" [:;!?%»€]|« |\w[;!?]|\w:(?!\w)", text)] == []


# The digest.


def test_digest_ignores_how_git_ends_lines(tmp_path: Path) -> None:
    source = shipped_rulebooks()[0]
    copy = tmp_path / "copie.toml"
    copy.write_bytes(source.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert load_rulebook(copy) == BOOKS[IDS[0]]
    copy.write_bytes(source.read_bytes() + b"# plus\n")
    assert load_rulebook(copy).sha256 != BOOKS[IDS[0]].sha256
