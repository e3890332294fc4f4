"""Before anything else: are the files there, whole, readable, and of the right shape?"""

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
    """The group `livraison`."""
    from duicheck_livraison import derogations, fichiers, tables  # noqa: PLC0415 -- start-up

    return [*rules_in(fichiers), *rules_in(tables), *rules_in(derogations)]
