"""The Ségur claims of a vendor: numbering, states, proofs, and the duty of référencement that each text lays."""

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
    """The group `segur`."""
    from duicheck_segur import etats, ght, liste, numerotation, preuves, solution, statut  # noqa: PLC0415 -- start-up

    modules = (numerotation, etats, preuves, solution, statut, ght, liste)
    return [rule for module in modules for rule in rules_in(module)]


@hookimpl
def duicheck_readers() -> Sequence[Reader]:
    """The claim, the catalogue that it is held against, and the kind of project."""
    from duicheck_segur import catalogue, declaration, regime  # noqa: PLC0415 -- start-up

    return [reader for module in (catalogue, declaration, regime) for reader in readers_in(module)]


@hookimpl
def duicheck_commands() -> Sequence[click.Command]:
    """`duicheck exigences`."""
    from duicheck_segur.commande import command  # noqa: PLC0415 -- click is heavy

    return [command]
