"""The catalogues are whole: what the code says, each message translated, compiled as it stands."""

from __future__ import annotations

import re

import pytest

from duicheck.docs.catalogue import pofile
from duicheck.docs.catalogue.message import Message
from duicheck.docs.catalogue.pofile import defects, merged, read
from duicheck.langue import catalogue

SOURCE = catalogue.FOLDER / "en" / "LC_MESSAGES" / "duicheck.po"


@pytest.fixture(scope="module")
def pairs(every_message: list[Message]) -> list[tuple[Message, tuple[str, ...]]]:
    return merged(every_message, read(SOURCE.read_bytes(), "en"))


def test_every_message_has_a_good_translation(pairs) -> None:
    found = list(defects(pairs, "en"))
    assert not found, "\n".join(["write them in src/duicheck/langues/en/LC_MESSAGES/duicheck.po:", *found])


def numbered(template: str, names: list[str]) -> str:
    """The template with numbers for names, and plain spaces."""
    for rank, name in enumerate(names):
        template = template.replace(f"{{{name}}}", f"{{{rank}}}")
    return template.replace("\u00a0", " ")


def test_templates_that_differ_by_their_names_alone_are_said_alike(pairs) -> None:
    """A sentence that comes from below fills them all: which one would be a toss-up."""
    said: dict[str, set[str]] = {}
    for message, words in pairs:
        names = list(dict.fromkeys(re.findall(r"{(\w+)}", message.text)))
        if names and words:
            said.setdefault(numbered(message.text, names), set()).add(numbered(words[0], names))
    assert {shape: words for shape, words in said.items() if len(words) > 1} == {}


def test_the_compiled_catalogue_is_that_of_the_translations() -> None:
    translations = {one: words[0] for one, words in read(SOURCE.read_bytes(), "en").items()}
    assert catalogue.messages("en") == translations, "run « python -m duicheck.docs »"


def test_the_same_messages_give_the_same_bytes_without_a_date(pairs) -> None:
    text = pofile.written(pairs, "en")
    assert text == pofile.written(pairs, "en")
    assert pofile.compiled(pairs, "en") == pofile.compiled(pairs, "en")
    assert not re.search(rb"(?i)creation-date|revision-date|fuzzy", text)
    assert pofile.written(merged([one for one, _words in pairs], read(text, "en")), "en") == text


@pytest.mark.parametrize(
    ("message", "words", "fault"),
    [
        (Message("un", None, "f"), (), "no translation"),
        (Message("{a} sur {b}", None, "f"), ("{a} of it",), "other names"),
        (Message("{a} sur {b}", None, "f"), ("{a} of {c}",), "other names"),
        (Message("{n} un", "{n} deux", "f"), ("{n} one",), "plural forms"),
        (Message(" et ", None, "f"), ("and",), "space"),
        (Message("{a}", None, "f"), ("{a",), "braces"),
    ],
)
def test_a_bad_translation_is_named(message: Message, words: tuple[str, ...], fault: str) -> None:
    (said, *_more) = defects([(message, words)], "en")
    assert fault in said


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (Message("{a} sur {b}", None, "f"), ("{b} of {a}",)),
        (Message("{n} constat", "{n} constats", "f"), ("one finding", "{n} findings")),
        (Message(" ; peut-être", None, "f"), ("; perhaps",)),
        (Message('il faut {"lignes": [...]}', None, "f"), ("it must be so",)),
    ],
)
def test_a_good_translation_passes(message: Message, words: tuple[str, ...]) -> None:
    assert list(defects([(message, words)], "en")) == []


def test_what_nobody_says_any_more_goes_and_what_is_new_waits_for_a_translation() -> None:
    known = {"ancien": ("old",), "gardé": ("kept",)}
    pairs = merged([Message("gardé", None, "f"), Message("nouveau", None, "f")], known)
    text = pofile.written(pairs, "en")
    assert b"ancien" not in text
    assert read(text, "en") == {"gardé": ("kept",)}
