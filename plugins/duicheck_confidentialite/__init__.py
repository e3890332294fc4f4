"""Nothing personal leaves: what identifies a person, wherever it stands in a delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duicheck.hookspecs import hookimpl
from duicheck.rules import readers_in, rules_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duicheck.rules import Reader, Rule

__all__ = ["duicheck_readers", "duicheck_rules"]


@hookimpl
def duicheck_rules() -> Sequence[Rule]:
    """The group `confidentialite`."""
    from duicheck_confidentialite import personnes, pseudonymes, titres  # noqa: PLC0415 -- start-up

    return [*rules_in(personnes), *rules_in(titres), *rules_in(pseudonymes)]


@hookimpl
def duicheck_readers() -> Sequence[Reader]:
    """One pass over every file, for all the rules of the group."""
    from duicheck_confidentialite import lecture  # noqa: PLC0415 -- start-up

    return readers_in(lecture)
