"""The current language and its catalogue: French message -> what it says there.

Catalogues are written by `python -m duicheck.docs` in `langues/CODE/LC_MESSAGES`: a `.po` for people, the
`.mo` that is compiled from it for this module. Plugins bring their own (`add_catalogues`).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, overload

from duicheck.errors import UsageError

if TYPE_CHECKING:
    from gettext import GNUTranslations
    from importlib.resources.abc import Traversable

__all__ = [
    "DOMAIN",
    "FOLDER",
    "N_",
    "SOURCE",
    "_",
    "add_catalogues",
    "available",
    "current",
    "forget",
    "messages",
    "n_",
    "on_change",
    "speak",
    "speaking",
]

SOURCE: Final = "fr"
"""The language of the messages in the code, and of every catalogue's keys."""

DOMAIN: Final = "duicheck"

FOLDER = Path(__file__).parents[1] / "langues"
"""Where the catalogues are."""

_current: ContextVar[str] = ContextVar("langue", default=SOURCE)

_added: list[Traversable] = []
_listeners: list[Callable[[], None]] = []


def _(message: str) -> str:
    """A French message in the current language; as it is where the catalogue does not know it.

    Names in braces are filled afterwards, by the caller: `_("{count} sur {total}").format(…)`.
    """
    language = _current.get()
    if language == SOURCE or not message:  # the empty message is the catalogue's own header
        return message
    return _translations(language).gettext(message)


def n_(one: str, many: str, count: int) -> str:
    """The form of a French message that agrees with `count` in the current language (French: one for 0 and 1)."""
    language = _current.get()
    if language == SOURCE:
        return many if abs(count) > 1 else one
    found = _translations(language).ngettext(one, many, count)
    if found in {one, many}:  # unknown there: it stays French, and so does its agreement
        return many if abs(count) > 1 else one
    return found


@overload
def N_(message: str, /) -> str: ...


@overload
def N_(one: str, many: str, /) -> tuple[str, str]: ...


def N_(one: str, many: str | None = None, /) -> str | tuple[str, str]:  # noqa: N802 -- the name that gettext gave it
    """Mark a message that a constant holds, so that catalogues have it. Returns what it is given.

    With a plural: the pair, for `n_(*pair, count)`.
    """
    return one if many is None else (one, many)


def current() -> str:
    """The code of the current language: such as `fr` or `en`."""
    return _current.get()


def available() -> tuple[str, ...]:
    """The codes of the languages that can be asked for, French first."""
    others = sorted(path.parent.parent.name for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return (SOURCE, *others)


def speak(language: str) -> None:
    """Change the language of all that follows in this context.

    Raises:
        UsageError: there is no catalogue for it.
    """
    if language != SOURCE and language not in available():
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


def add_catalogues(folder: Traversable) -> None:
    """Take the catalogues of a plugin too, for what our own do not know: `CODE/LC_MESSAGES/*.mo` below this folder.

    A language that we do not speak is not offered for that; a file that cannot be read leaves its messages French.
    """
    if folder not in _added:
        _added.append(folder)
        forget()


def on_change(clear: Callable[[], None]) -> None:
    """Have this called whenever what catalogues hold may have changed."""
    _listeners.append(clear)


def forget() -> None:
    """Read the catalogues again when they are next asked for."""
    for clear in (messages.cache_clear, _translations.cache_clear, *_listeners):
        clear()


@cache
def messages(language: str) -> Mapping[str, str]:
    """Every message of the catalogues, the singular of those that have a plural: French -> the language."""
    found: dict[str, str] = {}
    for content in _catalogues(language):
        found = {**_pairs(content), **found}
    return found


def _pairs(content: bytes) -> dict[str, str]:
    # gettext gives no list of what it knows; the format of .mo files is older and plainer than its class.
    order = "little" if content[:4] == b"\xde\x12\x04\x95" else "big"

    def number(at: int) -> int:
        return int.from_bytes(content[at : at + 4], order)  # type: ignore[arg-type]

    def text(table: int, rank: int) -> str:
        length, start = number(table + 8 * rank), number(table + 8 * rank + 4)
        return content[start : start + length].partition(b"\0")[0].decode("utf-8")

    originals, translated = number(12), number(16)
    pairs = {text(originals, rank): text(translated, rank) for rank in range(number(8))}
    return {original: words for original, words in pairs.items() if original and words}


@cache
def _translations(language: str) -> GNUTranslations:
    ours, *theirs = (_read(content) for content in _catalogues(language))
    for one in theirs:
        ours.add_fallback(one)
    return ours


def _catalogues(language: str) -> Iterator[bytes]:
    """The content of each `.mo`: our own first, then those of plugins that can be read."""
    yield (FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.mo").read_bytes()
    for folder in _added:
        try:
            files = sorted(folder.joinpath(language, "LC_MESSAGES").iterdir(), key=lambda file: file.name)
            contents = [file.read_bytes() for file in files if file.name.endswith(".mo")]
            for content in contents:
                _read(content)
        except (OSError, ValueError):  # no such language there, or no catalogue: it stays French
            continue
        yield from contents


def _read(content: bytes) -> GNUTranslations:
    from gettext import GNUTranslations  # noqa: PLC0415 -- French does without

    try:
        return GNUTranslations(io.BytesIO(content))
    except struct.error as error:
        raise ValueError from error
