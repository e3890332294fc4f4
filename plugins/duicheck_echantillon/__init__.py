"""Invented deliveries: the command `duicheck sample`, and `generate` for tests and benchmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duicheck.hookspecs import hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click

__all__ = ["duicheck_commands"]


@hookimpl
def duicheck_commands() -> Sequence[click.Command]:
    """`duicheck sample`."""
    from duicheck_echantillon.commande import command  # noqa: PLC0415 -- click is heavy

    return [command]
