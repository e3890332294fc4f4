"""The typed parts that rules read, built on demand and once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin

from msgspec import Struct

from duicheck.errors import NotApplicable, NotAvailable

if TYPE_CHECKING:
    from duicheck.rules import Reader

__all__ = ["Dataset"]

Part = TypeVar("Part")

Start = Callable[[Callable[..., Any], Mapping[str, Any]], Callable[[], Any]]
"""Starts a function with these arguments, elsewhere; gives what waits for its result, and raises what it raised."""


class _Refusal(Struct, frozen=True):
    """A part that could not be built, remembered so that every asker hears the same reason."""

    error: Exception


class _Awaited(Struct, frozen=True):
    """A part that is being built."""

    result: Callable[[], Any]


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
        start: how to build beside the rules what readers allow to; None: nothing is.
    """

    def __init__(
        self,
        parts: Mapping[type, Any],
        absent: Mapping[type, NotAvailable] | None = None,
        readers: Iterable[Reader] = (),
        start: Start | None = None,
    ) -> None:
        self._parts: dict[type, Any] = dict(parts)
        self._parts.update({kind: _Refusal(reason) for kind, reason in (absent or {}).items()})
        self._readers = {reader.provides: reader for reader in readers}
        self._start = start

    def get(self, kind: type[Part]) -> Part:
        """The part of that type.

        Raises:
            NotAvailable: it is missing from the delivery, or nothing builds it.
            NotApplicable: the text does not ask for it.
            Exception: whatever made its reader crash; the same one on every call.
        """
        if kind not in self._parts:
            self._parts[kind] = self._build(kind)
        found = self._awaited(kind)
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
        found = self._awaited(kind)
        return None if isinstance(found, _Refusal) else found

    def begin(self, reads: Iterable[Mapping[str, type]]) -> None:
        """Start building, beside what comes, the parts that these functions will need and that readers allow to."""
        if self._start is None:
            return
        for kind in self._behind(hint for each in reads for hint in each.values()):
            reader = self._readers.get(kind)
            if reader is not None and reader.ahead and kind not in self._parts:
                # What it lacks, or what crashes on the way, `sys.exit` included, is for the rule that asks to hear.
                with suppress(Exception, SystemExit):
                    self._parts[kind] = _Awaited(self._start(reader.build, self.bind(reader.reads)))

    def waits(self, reads: Mapping[str, type]) -> bool:
        """Whether a function that reads these would have to wait for a part that is being built."""
        return any(isinstance(self._parts.get(kind), _Awaited) for kind in self._behind(reads.values()))

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

    def _behind(self, hints: Iterable[Any]) -> list[type]:
        """The parts of these types, and those that their readers need while they are not built; each once."""
        found: dict[type, None] = {}
        left = list(hints)
        while left:
            for kind in _kinds(left.pop()):
                if kind not in found:
                    found[kind] = None
                    if kind not in self._parts and kind in self._readers:
                        left += self._readers[kind].reads.values()
        return list(found)

    def _awaited(self, kind: type) -> Any:  # noqa: ANN401 -- the mapping is by type
        """What is known of a part, once it is there if it is being built."""
        found = self._parts.get(kind)
        if isinstance(found, _Awaited):
            try:
                found = found.result()
            except Exception as error:  # noqa: BLE001 -- as in _build
                found = _Refusal(error)
            self._parts[kind] = found
        return found

    def _build(self, kind: type) -> Any:  # noqa: ANN401 -- the mapping is by type
        reader = self._readers.get(kind)
        if reader is None:
            return _Refusal(NotAvailable(f"aucune extension ne fournit « {kind.__name__} »"))
        try:
            return reader.build(**self.bind(reader.reads))
        except Exception as error:  # noqa: BLE001 -- kept, and raised again for every asker
            return _Refusal(error)
