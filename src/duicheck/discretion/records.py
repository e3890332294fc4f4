"""Records that hold more than they show."""

from __future__ import annotations

from typing import Any, ClassVar

from msgspec import Struct

__all__ = ["Discreet"]


class Discreet(Struct, frozen=True):
    """A record whose representation leaves out the fields that `HIDDEN` names: what a traceback or a log may quote.

    >>> class Personne(Discreet, frozen=True):
    ...     HIDDEN: ClassVar[frozenset[str]] = frozenset({"nom"})
    ...     rang: int
    ...     nom: str
    >>> Personne(1, "Camille")
    Personne(rang=1)
    """

    HIDDEN: ClassVar[frozenset[str]] = frozenset()

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"{type(self).__qualname__}({shown})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """The fields that are shown, for rich too: it would be given all those of a Struct."""
        return [(name, getattr(self, name)) for name in self.__struct_fields__ if name not in self.HIDDEN]
