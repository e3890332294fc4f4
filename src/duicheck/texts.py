"""The dated texts at hand: the shipped ones and those that plugins bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from duicheck.errors import RulebookError, UsageError
from duicheck.rulebook import Rulebook, load_rulebook, shipped_rulebooks

if TYPE_CHECKING:
    from duicheck.plugins import Plugins

__all__ = ["Rulebooks", "find_rulebook", "load_rulebooks"]


class Rulebooks(Mapping[str, Rulebook]):
    """Texts by id, sorted; a shipped one is read when it is first asked for (5 ms each)."""

    def __init__(self, shipped: Iterable[str], brought: Mapping[str, Rulebook]) -> None:
        self._read = dict(brought)
        self._ids = sorted({*shipped, *brought})

    def __getitem__(self, texte: str) -> Rulebook:
        if texte not in self._read:
            if texte not in self._ids:
                raise KeyError(texte)
            self._read[texte] = _shipped(texte)
        return self._read[texte]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


@cache
def _shipped(texte: str) -> Rulebook:
    """A text that comes with duicheck. A program that opens many deliveries reads it once."""
    return load_rulebook(next(source for source in shipped_rulebooks() if source.name == f"{texte}.toml"))


def load_rulebooks(plugins: Plugins) -> Rulebooks:
    """Every text by id. The shipped ones bear the name of their file and are validated by our tests.

    Raises:
        RulebookError: a text of a plugin is malformed, or an id comes twice.
    """
    shipped = {source.name.removesuffix(".toml") for source in shipped_rulebooks()}
    brought: dict[str, Rulebook] = {}
    for plugin, source in plugins.rulebooks():
        book = load_rulebook(source, validate=True)
        if book.id in shipped or book.id in brought:
            message = f"texte « {book.id} » : déjà connu, et apporté aussi par l'extension {plugin.name}"
            raise RulebookError(message)
        brought[book.id] = book
    return Rulebooks(shipped, brought)


def find_rulebook(books: Mapping[str, Rulebook], texte: str) -> Rulebook:
    """One text by id.

    Raises:
        UsageError: unknown; the message gives the known ones and the nearest.
    """
    if texte in books:
        return books[texte]
    import difflib  # noqa: PLC0415 -- only for a mistake

    near = difflib.get_close_matches(texte, list(books), 1)
    hint = f" ; peut-être « {near[0]} »" if near else ""
    message = f"texte « {texte} » inconnu ; textes connus : {', '.join(books)}{hint}"
    raise UsageError(message)
