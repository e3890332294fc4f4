"""What catalogues take from the code, and what they leave there."""

from __future__ import annotations

import pytest

from duicheck.docs.catalogue.code import messages_in_source
from duicheck.docs.catalogue.message import ExtractionError, Message, french_words, is_prose, names_in
from duicheck.docs.catalogue.templates import messages_in_template


def texts(source: str) -> list[str]:
    return [message.text for message in messages_in_source(source, "duicheck/essai.py")]


def test_a_marked_message_is_taken_whatever_it_is() -> None:
    assert texts('x = _("CONFORME")') == ["CONFORME"]
    assert texts('X = {"a": N_("Agenda")}') == ["Agenda"]
    assert texts('x = _("un" if y else "deux")') == ["un", "deux"]


def test_plurals_are_taken_with_their_singular() -> None:
    assert list(messages_in_source('n_("{n} règle", "{n} règles", n)', "f")) == [
        Message("{n} règle", "{n} règles", "f")
    ]
    assert list(messages_in_source('counted(n, "règle")', "f")) == [Message("règle", "règles", "f")]
    assert list(messages_in_source('accord(n, "tient", "tiennent")', "f")) == [Message("tient", "tiennent", "f")]
    assert list(messages_in_source('F = N_("échue", "échues")', "f")) == [Message("échue", "échues", "f")]
    assert texts("counted(n, *forms)") == []


def test_what_a_variable_holds_is_marked_where_it_is_made() -> None:
    assert texts("_(VERDICTS[verdict])") == []


@pytest.mark.parametrize("call", ['_(f"il y a {n} fichiers")', 'n_(f"{n} un", "deux", n)', 'counted(n, f"{x}")'])
def test_a_formatted_text_cannot_be_looked_up(call: str) -> None:
    with pytest.raises(ExtractionError, match=r"essai\.py:1"):
        texts(call)


@pytest.mark.parametrize(
    ("source", "template"),
    [
        ('f"{path} : ce fichier n\'existe pas"', "{path} : ce fichier n'existe pas"),
        ('f"{path.name} : lecture impossible ({error.strerror})"', "{name} : lecture impossible ({strerror})"),
        ("f\"langues connues : {', '.join(available())}\"", "langues connues : {available}"),
        ("f\"le {first['debut']} et le {last[0]}\"", "le {debut} et le {last}"),
        ('f"{a} est {a}, pas {b.a}"', "{a} est {a}, pas {a2}"),
        ('f"une accolade {{littérale}} et {x}"', "une accolade {{littérale}} et {x}"),
        ('f"{len(found) - 1} défauts de plus"', "{found} défauts de plus"),
    ],
)
def test_a_formatted_sentence_becomes_a_template(source: str, template: str) -> None:
    assert texts(source) == [template]


def test_what_stands_in_a_hole_is_a_message_too() -> None:
    assert texts("f\"clé inconnue{f', peut-être « {near} »' if near else ''}\"") == [
        "clé inconnue{near}",
        ", peut-être « {near} »",
    ]


@pytest.mark.parametrize(
    "source",
    [
        '"""Une docstring en français, pour qui lit le code."""',
        'X = 1\n"""Ce que X veut dire."""',
        'x = "SELECT le, la FROM journal"',
        'x = re.compile("(?:le|la) règle")',
        'x = "le la les".split()',
        'x = {"le début": 1}',
        'x["le début"] == "la fin"',
        'x = "etat_fin"',
        'x = "journal/ecart-indicateur"',
        'x = "indicateurs"',
        'raise KeyError("no accepted row")',
    ],
)
def test_what_is_no_french_for_readers_is_left(source: str) -> None:
    assert texts(source) == []


def test_the_french_of_exceptions_results_and_facts_is_taken() -> None:
    source = """
def f(path):
    message = f"{path} : ce fichier n'existe pas"
    raise UsageError(message)
CAUSES = {"hors_fenetre": "hors de la fenêtre"}
"""
    assert texts(source) == ["{path} : ce fichier n'existe pas", "hors de la fenêtre"]


def test_templates_of_pages() -> None:
    source = """{{ _("Le verdict") }} {{ n | counted("règle") }} {{ n_("un", "deux", n) }} {{ _("a" if x else "b") }}"""
    found = [(message.text, message.plural) for message in messages_in_template(source, "page.j2")]
    assert sorted(found, key=str) == [
        ("Le verdict", None),
        ("a", None),
        ("b", None),
        ("règle", "règles"),
        ("un", "deux"),
    ]
    with pytest.raises(ExtractionError, match="page"):
        list(messages_in_template('{{ _("il y a " ~ n) }}', "page.j2"))


@pytest.mark.parametrize("text", ["la fenêtre", "aucun écart", "décompte", "n'est pas lu", "« x »"])
def test_french_is_recognised(text: str) -> None:
    assert french_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "no such file",
        "the vendor's export",
        "we don't know",
        "fixtures/la/le.csv",
        "fin_moins_1j",
        "an old rule, on file",
    ],
)
def test_english_is_not_taken_for_french(text: str) -> None:
    assert french_words(text) == []


def test_a_lone_plain_word_is_data() -> None:
    assert not is_prose("texte")
    assert not is_prose("«~»")
    assert not is_prose("œ")
    assert is_prose("exporté")


def test_names_in_braces() -> None:
    assert names_in("{a} sur {b} {{c}}") == ["a", "b"]
