"""The indicators: the window, the recomputation, and the rules on what the vendor exported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duicheck.hookspecs import hookimpl
from duicheck.rules import readers_in, rules_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click

    from duicheck.model import Renderer
    from duicheck.rules import Reader, Rule

__all__ = ["duicheck_commands", "duicheck_readers", "duicheck_renderers", "duicheck_rules"]


@hookimpl
def duicheck_rules() -> Sequence[Rule]:
    """The groups `indicateurs` and `decompte`."""
    from duicheck_indicateurs import (  # noqa: PLC0415 -- start-up
        causes_communes,
        cibles,
        coherence,
        decompte,
        etablissements,
        non_comptes,
        periodes,
        sauts,
        totaux,
    )

    modules = (coherence, totaux, etablissements, periodes, cibles, causes_communes, non_comptes, decompte, sauts)
    return [rule for module in modules for rule in rules_in(module)]


@hookimpl
def duicheck_readers() -> Sequence[Reader]:
    """The window of the delivery, its indicators, exported and recomputed, and why they are what they are."""
    from duicheck_indicateurs import (  # noqa: PLC0415 -- start-up
        bornes,
        comptage,
        diagnostic,
        fenetre,
        lignes,
        mesures,
        rapprochement,
    )

    modules = (fenetre, lignes, mesures, diagnostic, comptage, rapprochement, bornes)
    return [reader for module in modules for reader in readers_in(module)]


@hookimpl
def duicheck_renderers() -> Sequence[Renderer]:
    """`a-faire`: the porteur's to-do list."""
    from duicheck_indicateurs import a_faire  # noqa: PLC0415 -- start-up

    return [a_faire.RENDERER]


@hookimpl
def duicheck_commands() -> Sequence[click.Command]:
    """`duicheck simulate`."""
    from duicheck_indicateurs.commande import command  # noqa: PLC0415 -- click is heavy

    return [command]
