"""The Ségur dashboard grid (SC.TBB.01.MS1, SC.TBB.02.MS1): whole, and right in its arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duicheck.hookspecs import hookimpl
from duicheck.rules import rules_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duicheck.rules import Rule

__all__ = ["duicheck_rules"]


@hookimpl
def duicheck_rules() -> Sequence[Rule]:
    """The group `tableau-de-bord`."""
    from duicheck_tableau import arithmetique, completude, vraisemblance  # noqa: PLC0415 -- start-up

    return [rule for module in (arithmetique, completude, vraisemblance) for rule in rules_in(module)]
