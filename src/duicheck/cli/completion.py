"""`duicheck completion`: the script that makes a shell complete commands, options and ids."""

from __future__ import annotations

import click

from duicheck.cli import streams

__all__ = ["command"]


@click.command("completion", short_help="Écrit la complétion d'un shell.", options_metavar="[OPTIONS]")
@click.argument("interpreteur", metavar="INTERPRÉTEUR", type=click.Choice(["bash", "zsh", "fish"]))
def command(*, interpreteur: str) -> None:
    """Écrit le script de complétion pour bash, zsh ou fish.

    Par exemple, dans ~/.bashrc : eval "$(duicheck completion bash)"
    """
    from click.shell_completion import get_completion_class  # noqa: PLC0415

    from duicheck.cli.program import program  # noqa: PLC0415 -- it imports this module

    found = get_completion_class(interpreteur)
    if found is not None:
        streams.put(found(program, {}, "duicheck", "_DUICHECK_COMPLETE").source() + "\n")
