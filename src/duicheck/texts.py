"""The dated texts at hand: the shipped ones and those that plugins bring."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from duicheck.errors import RulebookError, UsageError
from duicheck.rulebook import Rulebook, load_rulebook, shipped_rulebooks

if TYPE_CHECKING:
    from duicheck.plugins import Plugins

__all__ = ["find_rulebook", "load_rulebooks"]


def load_rulebooks(plugins: Plugins) -> dict[str, Rulebook]:
    """Every text by id, sorted. The shipped ones are validated by our tests, the others here.

    Raises:
        RulebookError: a text of a plugin is malformed, or an id comes twice.
    """
    books = {book.id: book for book in map(load_rulebook, shipped_rulebooks())}
    for plugin, source in plugins.rulebooks():
        book = load_rulebook(source, validate=True)
        if book.id in books:
            message = f"texte « {book.id} » : déjà connu, et apporté aussi par l'extension {plugin.name}"
            raise RulebookError(message)
        books[book.id] = book
    return dict(sorted(books.items()))


def find_rulebook(books: dict[str, Rulebook], texte: str) -> Rulebook:
    """One text by id.

    Raises:
        UsageError: unknown; the message gives the known ones and the nearest.
    """
    if texte in books:
        return books[texte]
    near = difflib.get_close_matches(texte, books, 1)
    hint = f" ; peut-être « {near[0]} »" if near else ""
    message = f"texte « {texte} » inconnu ; textes connus : {', '.join(books)}{hint}"
    raise UsageError(message)
