"""National numbers: FINESS, SIREN, SIRET. What needs no extract of the national file."""

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
    """The group `identifiants`."""
    from duicheck_identifiants import finess, sirene  # noqa: PLC0415 -- start-up

    return [*rules_in(finess), *rules_in(sirene)]
