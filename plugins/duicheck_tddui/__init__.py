"""What a DUI exchanges: transfers of data (FHIR), traces of messages and documents; and the tables drawn from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duicheck.hookspecs import hookimpl
from duicheck.rules import readers_in, rules_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click

    from duicheck.rules import Reader, Rule

__all__ = ["duicheck_commands", "duicheck_readers", "duicheck_rules"]


@hookimpl
def duicheck_rules() -> Sequence[Rule]:
    """The groups `tddui` and `traces`."""
    from duicheck_tddui.fhir import identites, pieces, references, regles_lecture, structure  # noqa: PLC0415 -- start-up
    from duicheck_tddui.traces import regles  # noqa: PLC0415

    modules = (regles_lecture, structure, references, identites, pieces, regles)
    return [rule for module in modules for rule in rules_in(module)]


@hookimpl
def duicheck_readers() -> Sequence[Reader]:
    """The bundles, what they carry, the traces."""
    from duicheck_tddui.fhir import identites, lots, pieces  # noqa: PLC0415 -- start-up
    from duicheck_tddui.traces import livrees  # noqa: PLC0415

    return [reader for module in (lots, pieces, identites, livrees) for reader in readers_in(module)]


@hookimpl
def duicheck_commands() -> Sequence[click.Command]:
    """`duicheck derive`."""
    from duicheck_tddui.derivation.commande import command  # noqa: PLC0415 -- click is heavy

    return [command]
