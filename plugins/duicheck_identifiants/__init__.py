"""National numbers: FINESS, SIREN, SIRET; by themselves, and against an extract of the FINESS file."""

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
    """The group `identifiants`."""
    from duicheck_identifiants import categorie, coherence, extrait, finess, sirene  # noqa: PLC0415 -- start-up

    return [rule for module in (finess, sirene, extrait, coherence, categorie) for rule in rules_in(module)]


@hookimpl
def duicheck_readers() -> Sequence[Reader]:
    """The FINESS numbers of all tables, once; the extract and what it says of them; where they are."""
    from duicheck_identifiants import finess  # noqa: PLC0415 -- start-up
    from duicheck_identifiants.repertoire import partie  # noqa: PLC0415

    return [*readers_in(finess), *readers_in(partie)]


@hookimpl
def duicheck_commands() -> Sequence[click.Command]:
    """`duicheck finess`."""
    from duicheck_identifiants.commande import command  # noqa: PLC0415 -- click is heavy

    return [command]
