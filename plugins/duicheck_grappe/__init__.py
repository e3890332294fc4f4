"""The project of a grappe held against the text: its size, its filing, its funding, its pieces, its calendar."""

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
    """The group `grappe`."""
    from duicheck_grappe import (  # noqa: PLC0415 -- start-up
        calendrier,
        depot,
        etablissements,
        financement,
        heures,
        organismes,
        pieces,
        taille,
    )

    modules = (taille, etablissements, organismes, depot, financement, heures, pieces, calendrier)
    return [rule for module in modules for rule in rules_in(module)]


@hookimpl
def duicheck_readers() -> Sequence[Reader]:
    """The project, the grappe, where the text wants it filed, and the pieces that it asks for."""
    from duicheck_grappe import lecture, liste_pieces  # noqa: PLC0415 -- start-up

    return [*readers_in(lecture), *readers_in(liste_pieces)]


@hookimpl
def duicheck_commands() -> Sequence[click.Command]:
    """`duicheck aide`."""
    from duicheck_grappe.aide.commande import command  # noqa: PLC0415 -- click is heavy

    return [command]
