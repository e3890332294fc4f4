"""Clinical documents (CDA R2): read without trust, then held to the header, the identities and the national rules.

What is national and may not be redistributed (schema, Schematrons, value sets) comes from packs that the user
installed; without them the rules that need it are `non_verifiee`.
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
    """The group `cda`."""
    from duicheck_cda import (  # noqa: PLC0415 -- start-up
        conformite,
        identifiants,
        identite,
        integration,
        reparations,
        securite,
    )

    modules = (securite, identite, identifiants, integration, conformite, reparations)
    return [found for module in modules for found in rules_in(module)]


@hookimpl
def duicheck_readers() -> Sequence[Reader]:
    """The documents, the package of national rules, and what it says of them."""
    from duicheck_cda import controles, documents, identifiants, paquet, xsd  # noqa: PLC0415 -- start-up

    return [found for module in (documents, identifiants, paquet, xsd, controles) for found in readers_in(module)]
