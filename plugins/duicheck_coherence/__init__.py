"""Coherence: documents of one delivery that are each right, and cannot be right together.

Rules whose documents belong to one plugin live there; these read documents of several. docs/coherence.md says which
rule compares what with what, and what nobody compares, and why.
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
    """The group `coherence`."""
    from duicheck_coherence import dates, etablissements, organismes, solution  # noqa: PLC0415 -- start-up

    return [found for module in (dates, etablissements, organismes, solution) for found in rules_in(module)]


@hookimpl
def duicheck_readers() -> Sequence[Reader]:
    """Which establishments each table names."""
    from duicheck_coherence import presences  # noqa: PLC0415 -- start-up

    return readers_in(presences)
