"""Every message of our own distribution: where they are looked for, in which order."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duicheck.cli.program import COMMANDS, program
from duicheck.docs.catalogue.code import messages_in_code
from duicheck.docs.catalogue.data import messages_of_data
from duicheck.docs.catalogue.message import Message
from duicheck.docs.catalogue.objects import (
    file_of,
    messages_of_commands,
    messages_of_rules,
    messages_of_schemas,
    messages_of_texts,
)
from duicheck.docs.catalogue.templates import messages_in_templates
from duicheck.plugins import GROUP, load_plugins
from duicheck.texts import load_rulebooks

if TYPE_CHECKING:
    from duicheck.plugins import Plugins

__all__ = ["all_messages"]

DISTRIBUTION = "duicheck"
"""Others have catalogues of their own."""


def all_messages() -> list[Message]:
    """The messages of the harness and of the plugins that come with it, each once, by file.

    A message that several files hold stays with the first; one that has a plural somewhere has it everywhere.

    Raises:
        ExtractionError: a translation is asked for that no catalogue can give.
    """
    found: dict[str, Message] = {}
    for message in _everywhere():
        known = found.setdefault(message.text, message)
        if known.plural is None and message.plural is not None:
            found[message.text] = Message(message.text, message.plural, known.file)
    rank = {file: number for number, file in enumerate(sorted({message.file for message in found.values()}))}
    return sorted(found.values(), key=lambda message: rank[message.file])


def _everywhere() -> Iterator[Message]:
    foreign = {plugin.name for plugin in load_plugins().loaded if plugin.distribution != DISTRIBUTION}
    plugins = load_plugins(disabled=foreign)
    yield from messages_of_rules(plugins.loaded)
    yield from messages_of_commands(_commands(plugins))
    for package in _packages():
        files = sorted(package.rglob("*.py"))
        yield from messages_in_code(package.parent, iter(files))
        yield from messages_in_templates(package.parent, sorted(package.rglob("*.j2")))
        yield from messages_of_data(package)
    yield from messages_of_texts(list(load_rulebooks(plugins).values()))
    yield from messages_of_schemas()


def _packages() -> Iterator[Path]:
    """The folders of our import packages, installed or in a checkout."""
    points = [
        point for point in entry_points(group=GROUP) if point.dist is not None and point.dist.name == DISTRIBUTION
    ]
    for name in (DISTRIBUTION, *sorted({point.module for point in points})):
        spec = find_spec(name)
        if spec is not None and spec.submodule_search_locations:
            yield Path(spec.submodule_search_locations[0])


def _commands(plugins: Plugins) -> list[tuple[str, click.Command]]:
    """The program and its commands, each with the file that holds it."""
    context = click.Context(program, info_name=DISTRIBUTION)
    found = [program, *(program.get_command(context, name) for name in COMMANDS), *plugins.commands().values()]
    whole = [each for command in found if command is not None for each in _nested(command)]
    return [(file_of(command.callback) if command.callback else "duicheck/cli.py", command) for command in whole]


def _nested(command: click.Command) -> Iterator[click.Command]:
    """A command, and those below it."""
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from _nested(below)
