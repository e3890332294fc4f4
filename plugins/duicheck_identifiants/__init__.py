"""National numbers: FINESS, SIREN, SIRET. What needs no extract of the national file."""

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
    """The group `identifiants`."""
    from duicheck_identifiants import finess, sirene  # noqa: PLC0415 -- start-up

    return [*rules_in(finess), *rules_in(sirene)]


@hookimpl
def duicheck_readers() -> Sequence[Reader]:
    """The FINESS numbers of all tables, once."""
    from duicheck_identifiants import finess  # noqa: PLC0415 -- start-up

    return readers_in(finess)
