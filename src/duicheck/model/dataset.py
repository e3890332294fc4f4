"""The typed parts that rules read, built on demand and once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin

from msgspec import Struct

from duicheck.errors import NotApplicable, NotAvailable

if TYPE_CHECKING:
    from duicheck.rules import Reader

__all__ = ["Dataset"]

Part = TypeVar("Part")


class _Refusal(Struct, frozen=True):
    """A part that could not be built, remembered so that every asker hears the same reason."""

    error: Exception


def _kinds(hint: Any) -> list[type]:  # noqa: ANN401 -- any annotation
    """The types that a parameter may be bound to: `Part | None` is one, and so is `list[Part]`."""
    if get_origin(hint) in {Union, UnionType}:
        return [kind for kind in get_args(hint) if kind is not NoneType]
    return [hint]


class Dataset:
    """Parts by type. A reader runs when its part is first asked for; its result is kept.

    Args:
        parts: what is there from the start, by type.
        absent: what cannot be had, by type, with the reason (and the roles that are missing).
        readers: how to build the rest.
    """

    def __init__(
        self,
        parts: Mapping[type, Any],
        absent: Mapping[type, NotAvailable] | None = None,
        readers: Iterable[Reader] = (),
    ) -> None:
        self._parts: dict[type, Any] = dict(parts)
        self._parts.update({kind: _Refusal(reason) for kind, reason in (absent or {}).items()})
        self._readers = {reader.provides: reader for reader in readers}

    def get(self, kind: type[Part]) -> Part:
        """The part of that type.

        Raises:
            NotAvailable: it is missing from the delivery, or nothing builds it.
            NotApplicable: the text does not ask for it.
            Exception: whatever made its reader crash; the same one on every call.
        """
        if kind not in self._parts:
            self._parts[kind] = self._build(kind)
        found = self._parts[kind]
        if isinstance(found, _Refusal):
            raise found.error
        return found  # type: ignore[no-any-return]

    def find(self, kind: type[Part]) -> Part | None:
        """The part of that type, or None where it cannot be had."""
        try:
            return self.get(kind)
        except (NotAvailable, NotApplicable):
            return None

    def built(self, kind: type[Part]) -> Part | None:
        """The part of that type if something has asked for it and got it; nothing is built."""
        found = self._parts.get(kind)
        return None if isinstance(found, _Refusal) else found

    def bind(self, reads: Mapping[str, type]) -> dict[str, Any]:
        """Arguments for a function whose parameters read these parts.

        A parameter of type `Part | None` gets None where the part cannot be had. When several
        other parts are missing, the refusal names the roles of all of them.
        """
        arguments: dict[str, Any] = {}
        refusals: list[NotAvailable] = []
        for name, hint in reads.items():
            kinds = _kinds(hint)
            if len(kinds) == 1 and kinds[0] is not hint:
                arguments[name] = self.find(kinds[0])
                continue
            try:
                arguments[name] = self.get(hint)
            except NotAvailable as refusal:
                refusals.append(refusal)
        if refusals:
            # A refusal may sum up others itself: each single reason is said once.
            reasons = tuple(dict.fromkeys(reason for refusal in refusals for reason in refusal.reasons))
            roles = frozenset().union(*(refusal.roles for refusal in refusals))
            raise NotAvailable(" ; ".join(reasons), roles, reasons)
        return arguments

    def roles(self, reads: Mapping[str, type]) -> frozenset[str]:
        """The roles of the delivery behind these parts that could be had: the parts' own `role`, or their readers'."""
        found: set[str] = set()
        for hint in reads.values():
            for kind in _kinds(hint):
                if self.find(kind) is None:
                    continue
                if isinstance(role := getattr(kind, "role", None), str):
                    found.add(role)
                elif kind in self._readers:
                    found |= self.roles(self._readers[kind].reads)
        return frozenset(found)

    def _build(self, kind: type) -> Any:  # noqa: ANN401 -- the mapping is by type
        reader = self._readers.get(kind)
        if reader is None:
            return _Refusal(NotAvailable(f"aucune extension ne fournit « {kind.__name__} »"))
        try:
            return reader.build(**self.bind(reader.reads))
        except Exception as error:  # noqa: BLE001 -- kept, and raised again for every asker
            return _Refusal(error)
