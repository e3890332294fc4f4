"""The indicators: the window, the recomputation, and the rules on what the vendor exported."""

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
    """The group `indicateurs`."""
    from duicheck_indicateurs import cibles, coherence, etablissements, periodes, totaux  # noqa: PLC0415 -- start-up

    return [rule for module in (coherence, totaux, etablissements, periodes, cibles) for rule in rules_in(module)]


@hookimpl
def duicheck_readers() -> Sequence[Reader]:
    """The window of the delivery, and its indicators, exported and recomputed."""
    from duicheck_indicateurs import diagnostic, fenetre, mesures  # noqa: PLC0415 -- start-up

    return [*readers_in(fenetre), *readers_in(mesures), *readers_in(diagnostic)]
