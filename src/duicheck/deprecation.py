"""Saying that a public name will go: a warning in French, with the version that removes it and what replaces it.

For duicheck itself and for plugins that others import. The period that must pass is checked when the name is marked:
from 1.0 on, a name only goes in a major version; before, every release of one whole minor version warns of it.

    >>> import warnings
    >>> @deprecated(since="0.3", removal="0.4", instead="monregion.lire", distribution="duicheck-monregion")
    ... def ancien():
    ...     return 1
    >>> with warnings.catch_warnings(record=True) as said:
    ...     warnings.simplefilter("always")
    ...     ancien()
    1
    >>> print(said[0].message)
    ancien est périmé depuis duicheck-monregion 0.3 et disparaîtra en 0.4 ; employez monregion.lire
"""

from __future__ import annotations

import functools
import inspect
import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from msgspec import Struct

__all__ = ["DuicheckDeprecationWarning", "Renamed", "deprecated", "renamed"]

Marked = TypeVar("Marked", bound=Callable[..., Any])

_VERSION = re.compile(r"(\d+)\.(\d+)")


class DuicheckDeprecationWarning(DeprecationWarning):
    """A public name that will go. pytest shows it to authors; Python hides it from those who only run the program.

    In the configuration of pytest, `filterwarnings = ["error::duicheck.DuicheckDeprecationWarning"]` makes it an error.
    """


def deprecated(
    *, since: str, removal: str, instead: str | None = None, distribution: str = "duicheck"
) -> Callable[[Marked], Marked]:
    """Mark a function, or a class, that will go: calling it warns, at the place of the call.

    Args:
        since: the version that deprecates it, as "0.3".
        removal: the version that removes it.
        instead: what to use; nothing where nothing replaces it.
        distribution: whose versions these are.

    Raises:
        ValueError: the name would go sooner than the promise allows.
    """
    _check_period(since, removal)

    def mark(target: Marked) -> Marked:
        text = _text(target.__qualname__, since, removal, instead, distribution)
        if inspect.isclass(target):
            first = target.__init__

            @functools.wraps(first)
            def construct(self: object, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- whatever it takes
                warnings.warn(text, DuicheckDeprecationWarning, stacklevel=2)
                first(self, *args, **kwargs)

            target.__init__ = construct  # type: ignore[method-assign]
            return target

        @functools.wraps(target)
        def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 -- whatever it takes
            warnings.warn(text, DuicheckDeprecationWarning, stacklevel=2)
            return target(*args, **kwargs)

        return call  # type: ignore[return-value]

    return mark


class Renamed(Struct, frozen=True):
    """Where a name of a module has gone: `value()` gives it; the versions are those of `deprecated`.

    Raises:
        ValueError: as `deprecated`.
    """

    instead: str
    value: Callable[[], Any]
    since: str
    removal: str
    distribution: str = "duicheck"

    def __post_init__(self) -> None:
        _check_period(self.since, self.removal)


def renamed(module: str, names: Mapping[str, Renamed]) -> Callable[[str], Any]:
    """A `__getattr__` for a module whose names have changed: the old ones still work, and warn.

    >>> __getattr__ = renamed("monregion", {"lecture": Renamed("monregion.lire", lambda: "lu", "1.2", "2.0")})
    >>> __getattr__("autre")
    Traceback (most recent call last):
    AttributeError: module 'monregion' has no attribute 'autre'
    """

    def find(name: str) -> Any:  # noqa: ANN401 -- whatever the name means
        if name not in names:
            message = f"module {module!r} has no attribute {name!r}"
            raise AttributeError(message)
        old = names[name]
        text = _text(f"{module}.{name}", old.since, old.removal, old.instead, old.distribution)
        warnings.warn(text, DuicheckDeprecationWarning, stacklevel=2)
        return old.value()

    return find


def _text(name: str, since: str, removal: str, instead: str | None, distribution: str) -> str:
    advice = f"employez {instead}" if instead else "rien ne le remplace"
    return f"{name} est périmé depuis {distribution} {since} et disparaîtra en {removal} ; {advice}"


def _check_period(since: str, removal: str) -> None:
    versions = [_VERSION.fullmatch(text) for text in (since, removal)]
    if None in versions:
        message = f"deux versions comme « 0.3 » sont attendues, et non « {since} » et « {removal} »"
        raise ValueError(message)
    (old_major, old_minor), (major, minor) = ((int(each[1]), int(each[2])) for each in versions if each)
    whole_minor = not old_major and (major or minor > old_minor)
    next_major = major > old_major and not minor
    if not (whole_minor or next_major):
        message = f"de {since} à {removal} : avant 1.0, une version mineure au moins ; ensuite, une version majeure"
        raise ValueError(message)
