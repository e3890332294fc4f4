"""Commands in the current language: what their help pages say."""

from __future__ import annotations

from copy import copy
from typing import TypeVar

import click

from duicheck.langue import SOURCE, _, current, paragraphs

__all__ = ["translated"]

AnyCommand = TypeVar("AnyCommand", bound=click.Command)


def translated(command: AnyCommand) -> AnyCommand:
    """A copy of a command whose help is in the current language; the command itself in French."""
    if current() == SOURCE:
        return command
    other = copy(command)
    if command.help:
        other.help = "\n\n".join(map(_, paragraphs(command.help.partition("\f")[0])))
    if command.short_help:
        other.short_help = _(command.short_help)
    if command.options_metavar:
        other.options_metavar = _(command.options_metavar)
    if isinstance(other, click.Group):
        other.subcommand_metavar = _(other.subcommand_metavar or "")
        other.commands = {name: translated(each) for name, each in other.commands.items()}
    other.params = [_parameter(parameter) for parameter in command.params]
    if hasattr(other, "_help_option"):
        other._help_option = None  # noqa: SLF001 -- click keeps the one that it made in French
    return other


def _parameter(parameter: click.Parameter) -> click.Parameter:
    other = copy(parameter)
    if parameter.metavar:
        other.metavar = _(parameter.metavar)
    if isinstance(other, click.Option) and other.help:
        other.help = _(other.help)
    return other
