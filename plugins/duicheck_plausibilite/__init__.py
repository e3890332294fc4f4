"""Plausibility: figures and logs that are well-formed, agree with each other, and yet deserve a look.

Every rule here is a warning, never an accusation: it says what is unusual, by which figures, and which innocent
cause is also possible. Its thresholds are conventions of the rulebooks (`plausibilite_…`), argued where it uses them.
"""

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
    """What the groups `journal` and `indicateurs` hold of plausibility."""
    from duicheck_plausibilite import auteurs, copies, poussees, seuils  # noqa: PLC0415 -- start-up

    return [found for module in (poussees, auteurs, copies, seuils) for found in rules_in(module)]


@hookimpl
def duicheck_readers() -> Sequence[Reader]:
    """When and by whom the dossiers of each establishment were updated."""
    from duicheck_plausibilite import saisies  # noqa: PLC0415 -- start-up

    return readers_in(saisies)
