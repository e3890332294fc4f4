"""What a schema says of one document."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

__all__ = ["Failure", "Outcome", "Report", "Unchecked"]


class Outcome(StrEnum):
    """What may be concluded. Only the first is green."""

    CLEAN = "respecte"
    FAILED = "enfreint"
    SILENT = "aucune règle déclenchée"
    PARTIAL = "incomplet"  # nothing failed, but something could not be evaluated


class Failure(Struct, frozen=True):
    """An assert that is false, or a report that is true.

    `text` is the schema's own sentence, its computed parts shown as « … »: they would quote the document.
    `line` is the physical line of the node, `pointer` its XPath. `role` and `see` are the schema's.
    """

    text: str
    test: str
    line: int | None
    pointer: str
    role: str | None = None
    see: str | None = None
    rule: str | None = None
    report: bool = False


class Unchecked(Struct, frozen=True):
    """Something that could not be evaluated, and why: French, nothing of the document's content."""

    what: str
    reason: str
    line: int | None = None
    pointer: str | None = None


class Report(Struct, frozen=True):
    """The result of one schema over one document.

    `fired` counts the pairs of a node and the rule that it fired; `by_rule` counts them rule by rule (position of
    the pattern, position in it). `missing` names the files asked for and not found, as they were asked for.
    """

    schema: str
    fired: int = 0
    failures: tuple[Failure, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    missing: tuple[str, ...] = ()
    by_rule: Mapping[tuple[int, int], int] | None = None

    @property
    def outcome(self) -> Outcome:
        """What may be concluded; a failure is certain whatever else could not be evaluated."""
        if self.failures:
            return Outcome.FAILED
        if not self.fired:
            return Outcome.SILENT
        return Outcome.PARTIAL if self.unchecked or self.missing else Outcome.CLEAN

    def as_json(self) -> dict[str, Any]:
        """The report as a JSON value, without the counts rule by rule."""
        return {
            "schema": self.schema,
            "fired": self.fired,
            "failures": [asdict(each) for each in self.failures],
            "unchecked": [asdict(each) for each in self.unchecked],
            "missing": list(self.missing),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Report:
        """The report that `as_json` wrote."""
        return cls(
            schema=value["schema"],
            fired=value["fired"],
            failures=tuple(Failure(**each) for each in value["failures"]),
            unchecked=tuple(Unchecked(**each) for each in value["unchecked"]),
            missing=tuple(value["missing"]),
        )
