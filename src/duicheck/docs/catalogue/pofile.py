"""The two files of a catalogue: `duicheck.po`, which people edit, and `duicheck.mo`, which is compiled from it.

Both are the same bytes for the same messages: no date, no version, no line number.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from duicheck.docs.catalogue.message import Message, names_in

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

__all__ = ["FOLDER", "NAME", "Translations", "compiled", "defects", "languages", "merged", "read", "written"]

FOLDER = Path("src/duicheck/langues")
"""The catalogues, in a checkout."""
NAME = "duicheck"

Translations = Mapping[str, tuple[str, ...]]
"""French message -> its translation; one form per number for those that have a plural."""

_HEADER = """\
# Messages of duicheck, in PROJECT.
#
# Written by `python -m duicheck.docs`: messages come from the code and the data; only msgstr lines are edited here.
# Run it again afterwards: it sorts, drops what nobody says any more and compiles duicheck.mo.
#
# For translators: CONTRIBUTING.md, « Languages », has the rules and the glossary.
"""
_WIDTH = 110
_EDGES = {"first": re.compile(r"^\s(?![;:!?»])"), "last": re.compile(r"\s$")}
"""Spaces that glue fragments; that of French before punctuation is none of them."""


def languages(root: Path) -> list[str]:
    """The codes of the languages that a checkout has a catalogue for."""
    return sorted(path.parent.parent.name for path in (root / FOLDER).glob(f"*/LC_MESSAGES/{NAME}.po"))


def read(content: bytes, language: str) -> Translations:
    """The translations of a `.po`; those that are empty or fuzzy are none."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 -- only for those who write pages

    found = {}
    for one in read_po(io.BytesIO(content), locale=language):
        if not one.id or one.fuzzy:
            continue
        words = tuple(one.string) if isinstance(one.string, list | tuple) else (one.string or "",)
        if all(words):
            found[one.id[0] if isinstance(one.id, list | tuple) else one.id] = words
    return found


def merged(messages: Iterable[Message], known: Translations) -> list[tuple[Message, tuple[str, ...]]]:
    """Each message with its translation, empty where there is none."""
    return [(message, known.get(message.text, ())) for message in messages]


def written(pairs: Iterable[tuple[Message, tuple[str, ...]]], language: str) -> bytes:
    """The `.po`."""
    from babel.messages.pofile import write_po  # noqa: PLC0415 -- only for those who write pages

    catalog = _catalog(pairs, language)
    stream = io.BytesIO()
    write_po(stream, catalog, width=_WIDTH, include_lineno=False, include_previous=False, ignore_obsolete=True)
    return stream.getvalue()


def compiled(pairs: Iterable[tuple[Message, tuple[str, ...]]], language: str) -> bytes:
    """The `.mo`."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 -- only for those who write pages

    stream = io.BytesIO()
    write_mo(stream, _catalog([pair for pair in pairs if pair[1]], language))
    return stream.getvalue()


def defects(pairs: Iterable[tuple[Message, tuple[str, ...]]], language: str) -> Iterator[str]:
    """What is wrong with each translation, in English: missing, other names in braces, a form too few, lost spaces."""
    forms = _catalog((), language).num_plurals
    for message, words in pairs:
        if not words:
            yield f"{message.file}: no translation: {message.text!r}"
            continue
        if len(words) != (1 if message.plural is None else forms):
            yield f"{message.file}: {forms} plural forms are needed: {message.text!r}"
            continue
        for form in words:
            yield from (f"{message.file}: {fault}: {form!r} for {message.text!r}" for fault in _faults(message, form))


def _faults(message: Message, form: str) -> Iterator[str]:
    singular, plural = _names(message.text), _names(message.plural or message.text)
    if singular is None or plural is None:  # braces that are no names, such as those of JSON
        return
    found = _names(form)
    if found is None:
        yield "braces that do not match"
    elif found - (singular | plural) or (message.plural is None and found != singular):
        yield "other names in braces"
    for name, pattern in _EDGES.items():
        if bool(pattern.search(message.text)) != bool(pattern.search(form)):
            yield f"the {name} space must stay"


def _names(text: str) -> set[str] | None:
    """The names in braces; None where braces are something else, such as those of JSON."""
    try:
        found = set(names_in(text))
    except ValueError:
        return None
    return found if all(re.fullmatch(r"\w+", name) for name in found) else None


def _catalog(pairs: Iterable[tuple[Message, tuple[str, ...]]], language: str) -> Catalog:
    from babel.messages.catalog import Catalog  # noqa: PLC0415 -- only for those who write pages

    class Dateless(Catalog):
        """Without the dates and the version that Babel adds."""

        @property
        def mime_headers(self) -> list[tuple[str, str]]:
            return [
                ("Project-Id-Version", NAME),
                ("Language", language),
                ("Plural-Forms", self.plural_forms),
                ("MIME-Version", "1.0"),
                ("Content-Type", "text/plain; charset=utf-8"),
                ("Content-Transfer-Encoding", "8bit"),
            ]

        @property
        def header_comment(self) -> str:
            return _HEADER.replace("PROJECT", self.locale.english_name if self.locale else language).rstrip("\n")

    catalog = Dateless(locale=language, fuzzy=False)
    for message, words in pairs:
        if message.plural is None:
            catalog.add(message.text, words[0] if words else "", locations=[(message.file, 0)], flags=_flags(message))
        else:
            string = words or ("",) * catalog.num_plurals
            catalog.add((message.text, message.plural), string, locations=[(message.file, 0)], flags=_flags(message))
    return catalog


def _flags(message: Message) -> list[str]:
    """Translation editors hold the names of both sides against each other."""
    return ["python-brace-format"] if _names(message.text) else []
