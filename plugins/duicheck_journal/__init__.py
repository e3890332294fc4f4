"""Rules about the activity log and the register of persons: each by itself, then one against the other.

The rules are SQL over the relations of validated rows; what they return is a place and counts, never
an identifier of the log or of the register.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from duicheck.hookspecs import hookimpl
from duicheck.rules import readers_in, rules_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duicheck.rules import Reader, Rule


@hookimpl
def duicheck_rules() -> Sequence[Rule]:
    """The groups `journal` and `registre`."""
    from duicheck_journal import couverture, dossiers, ecart, etats, evenements, registre  # noqa: PLC0415 -- start-up

    modules = (evenements, couverture, dossiers, etats, ecart, registre)
    return [found for module in modules for found in rules_in(module)]


@hookimpl
def duicheck_readers() -> Sequence[Reader]:
    """What two rules read: the dossiers of the log that the register lacks."""
    from duicheck_journal import dossiers  # noqa: PLC0415 -- start-up

    return readers_in(dossiers)
