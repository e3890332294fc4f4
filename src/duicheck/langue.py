"""The language that people read. French is what the sources say; any other comes from a catalogue.

`rapport.json` never passes through here: it is French whatever the language, so that the same delivery
gives the same bytes. Only what shows a report or talks to a user asks for a translation.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Final

from duicheck.errors import UsageError

__all__ = ["SOURCE", "_", "available", "current", "n_", "speak", "speaking"]

SOURCE: Final = "fr"
"""The language of the messages in the code, and of every catalogue's keys."""

_CATALOGUES: Final = Path(__file__).with_name("langues")
_DOMAIN: Final = "duicheck"
_current: ContextVar[str] = ContextVar("langue", default=SOURCE)


def _(message: str) -> str:
    """A French message in the current language; as it is where the catalogue does not know it.

    Names in braces are filled afterwards, by the caller: `_("{count} sur {total}").format(…)`.
    """
    return _catalogue(_current.get()).gettext(message)


def n_(one: str, many: str, count: int) -> str:
    """The form of a French message that agrees with `count` in the current language (French: one for 0 and 1)."""
    if _current.get() == SOURCE:
        return many if abs(count) > 1 else one
    return _catalogue(_current.get()).ngettext(one, many, count)


def current() -> str:
    """The code of the current language: such as `fr` or `en`."""
    return _current.get()


def available() -> tuple[str, ...]:
    """The codes of the languages that can be asked for, French first."""
    others = sorted(path.parent.parent.name for path in _CATALOGUES.glob(f"*/LC_MESSAGES/{_DOMAIN}.mo"))
    return (SOURCE, *others)


def speak(language: str) -> None:
    """Change the language of all that follows in this context.

    Raises:
        UsageError: there is no catalogue for it.
    """
    if language not in available():
        message = f"langue « {language} » inconnue ; langues connues : {', '.join(available())}"
        raise UsageError(message)
    _current.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Change the language inside a `with` only.

    Raises:
        UsageError: there is no catalogue for it.
    """
    before = _current.get()
    speak(language)
    try:
        yield
    finally:
        _current.set(before)


@cache
def _catalogue(language: str) -> NullTranslations:
    if language == SOURCE:
        return NullTranslations()
    with (_CATALOGUES / language / "LC_MESSAGES" / f"{_DOMAIN}.mo").open("rb") as stream:
        return GNUTranslations(stream)
