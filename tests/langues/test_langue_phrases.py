"""French sentences that come from below, said in English."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duicheck.docs.catalogue import pofile
from duicheck.docs.catalogue.message import Message
from duicheck.langue import catalogue, phrase, speaking, value

CATALOGUE = {
    "absent de la livraison": "absent from the delivery",
    "{role} : un fichier n'a pas pu être lu": "{role}: a file could not be read",
    "{path} : ce fichier n'existe pas": "{path}: no such file",
    "texte « {texte} » inconnu ; textes connus : {books}{hint}": "unknown text “{texte}”; known texts: {books}{hint}",
    " ; peut-être « {near} »": "; perhaps “{near}”",
    "au moins {0} caractère{1}": "at least {0} character{1}",
    "de {a} à {b}": "between {a} and {b}",
    "de {b} à {a}": "from {b} to {a}",
    "un nombre": "a number",
    "il faut {attendu}": "must be {attendu}",
    "Votre {x} est exactement ce que donne : {cause}.": "Your {x} is exactly what this gives: {cause}.",
    "une fenêtre d'un mois": "a window of one month",
    "un titre sans point.": "a title without a stop.",
    "Ce n'est pas le numéro de son entité juridique.": "It is not the number of its legal entity.",
    "{n} entité juridique": "{n} legal entity",
    "aucun extrait n'est chargé ; {commande} en charge un": "no extract is loaded; {commande} loads one",
    "livraison": "delivery",
    "une ligne de total": "a row of totals",
    "documents au DMP": "documents to the DMP",
    " et ": " and ",
    "le {jour} au matin": "on the morning of {jour}",
    "{cause} : l'ordre n'est pas sûr": "{cause}: the order is not sure",
    "année sur deux chiffres": "year on two digits",
}


@pytest.fixture(autouse=True)
def small_catalogue(marked, tmp_path, monkeypatch):
    """English as this file has it."""
    target = tmp_path / "en" / "LC_MESSAGES" / "duicheck.mo"
    target.parent.mkdir(parents=True)
    pairs = [(Message(french, None, "f"), (english,)) for french, english in CATALOGUE.items()]
    target.write_bytes(pofile.compiled(pairs, "en"))
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("absent de la livraison", "absent from the delivery"),
        ("absent\u00a0de la livraison", "absent from the delivery"),
        ("journal : un fichier n'a pas pu être lu", "journal: a file could not be read"),
        ("mon dossier/export.csv : ce fichier n'existe pas", "mon dossier/export.csv: no such file"),
        (
            "texte « 2025 » inconnu ; textes connus : 2024-15, 2025-40 ; peut-être « 2025-40 »",
            "unknown text “2025”; known texts: 2024-15, 2025-40; perhaps “2025-40”",
        ),
        ("au moins 3 caractères", "at least 3 characters"),
        ("au moins 1 caractère", "at least 1 character"),
        ("il faut un nombre", "must be a number"),
        (
            "Votre 7 / 10 est exactement ce que donne : une fenêtre d'un mois.",
            "Your 7 / 10 is exactly what this gives: a window of one month.",
        ),
        ("un titre sans point", "a title without a stop"),
        (
            "journal : absent de la livraison ; registre : absent de la livraison",
            "journal: absent from the delivery; registre: absent from the delivery",
        ),
        (
            "journal : absent de la livraison ; aucun extrait n'est chargé ; « un » en charge un.",
            "journal: absent from the delivery; no extract is loaded; “un” loads one.",
        ),
        ("Ce n'est pas le numéro de son entité juridique", "It is not the number of its legal entity"),
        ("il faut un nombre. un titre sans point.", "must be a number. a title without a stop."),
        ("le 15/09/2025 au matin", "on the morning of 15 Sep 2025"),
        ("année sur deux chiffres : l'ordre n'est pas sûr", "year on two digits: the order is not sure"),
        ("--texte et --date-mesure", "--texte and --date-mesure"),
        ("SC.INS.28A et SC.INS.28B", "SC.INS.28A and SC.INS.28B"),
        ("Une ligne de total", "A row of totals"),
        ("2025-40, « 4.2 Conditions d'accès »", "2025-40, “4.2 Conditions d'accès”"),
        ("2025-40, « 4 Objet du “financement” »", "2025-40, “4 Objet du ‘financement’”"),
        ("2025-40, « B. La liste, 4) et le reste »", "2025-40, “B. La liste, 4) et le reste”"),
        ("documents au DMP (qualifiee)", "documents to the DMP (qualifiee)"),
    ],
)
def test_a_sentence_is_said_in_english(french: str, english: str) -> None:
    assert phrase(french) == french
    with speaking("en"):
        assert phrase(french) == english


@pytest.mark.parametrize(
    "french",
    [
        "Une phrase que nul catalogue ne connaît.",
        "Dupont et Fils",
        "de 1 à 2",  # two templates, two sentences
        "texte.csv",
        "",
        " ",
    ],
)
def test_what_is_not_sure_stays_as_it_is(french: str) -> None:
    with speaking("en"):
        assert phrase(french) == french


def test_a_code_stays_a_code_even_where_it_is_a_word() -> None:
    with speaking("en"):
        assert phrase("livraison : un fichier n'a pas pu être lu") == "livraison: a file could not be read"
        assert phrase("livraison") == "delivery"


def test_values_are_written_as_the_language_does() -> None:
    with speaking("en"):
        assert value("12,5") == "12.5"
        assert value("2025") == "2025"
        assert value("7 000") == "7,000"
        assert value("12 000,50 €") == "12,000.50\u00a0€"
        assert value("15/09/2025") == "15 Sep 2025"
        assert value("45/13/2025") == "45/13/2025"
        assert value("« oui »") == "“oui”"
    assert value("12,5") == "12,5"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="abé ;:,.{}«»()12/", max_size=40))
def test_any_text_passes(text: str) -> None:
    with speaking("en"):
        assert isinstance(phrase(text), str)
        assert phrase(f"{text}") == phrase(text)
    assert phrase(text) == text
