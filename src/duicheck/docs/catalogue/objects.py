"""Messages of what is only known once loaded: rules, dated texts, commands, schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from duicheck.docs.catalogue.message import Message
from duicheck.formats import load_schema, schema_names
from duicheck.langue import paragraphs

if TYPE_CHECKING:
    import click

    from duicheck.plugins import LoadedPlugin
    from duicheck.rulebook import Rulebook

__all__ = ["file_of", "messages_of_commands", "messages_of_rules", "messages_of_schemas", "messages_of_texts"]

_SCHEMA_KEYS = ("x-attendu",)
"""What a schema says that a finding repeats."""


def messages_of_rules(plugins: Sequence[LoadedPlugin]) -> Iterator[Message]:
    """Documentation by paragraph (the first is the title, with its stop), message and remedy of each rule."""
    for plugin in plugins:
        for rule in plugin.rules:
            file = file_of(rule.check)
            found = paragraphs(rule.doc)
            if f"{rule.title}." not in found:
                yield Message(rule.title, None, file)
            yield from (Message(paragraph, None, file) for paragraph in found)
            yield Message(rule.message, None, file)
            yield Message(rule.remedy, None, file)


def messages_of_texts(books: Sequence[Rulebook]) -> Iterator[Message]:
    """Titles, notes and units of the dated texts, names in their values; what they say of what they leave open."""
    for book in books:
        file = f"duicheck/rulebooks/{book.id}.toml"
        found: list[str | None] = [book.title, book.note]
        for parameter in book.parameters.values():
            found += [parameter.note, parameter.unit, *_names(parameter.value)]
        for hypothesis in book.hypotheses.values():
            found += [hypothesis.question, hypothesis.note]
            found += [words for choice in hypothesis.choices.values() for words in (choice.phrase, choice.libelle)]
        yield from (Message(text, None, file) for text in found if text and any(map(str.isalpha, text)))


def _names(value: Any) -> Iterator[str]:  # noqa: ANN401 -- what TOML holds
    """What the value of a parameter calls things: the labels of its rows, the names of its codes. Never a quotation."""
    if isinstance(value, list | tuple):
        yield from (row["libelle"] for row in value if isinstance(row, dict) and "libelle" in row)
    elif isinstance(value, dict):
        names = [name for name in value.values() if isinstance(name, str) and any(map(str.islower, name))]
        yield from (name for name in names if "/" not in name)  # a zone of time is a code


def messages_of_commands(commands: Sequence[tuple[str, click.Command]]) -> Iterator[Message]:
    """Help, by paragraph, of each command and option; the names of what they take."""
    for file, command in commands:
        texts = [*paragraphs((command.help or "").partition("\f")[0]), command.short_help, command.epilog]
        texts += [getattr(command, "options_metavar", None), getattr(command, "subcommand_metavar", None)]
        for parameter in command.params:
            texts += [getattr(parameter, "help", None), parameter.metavar]
        yield from (Message(text, None, file) for text in texts if text)


def messages_of_schemas() -> Iterator[Message]:
    """What the schemas say in words to those whose data they refuse."""
    for name in schema_names():
        for text in _expected(load_schema(name)):
            yield Message(text, None, f"schemas/{name}.schema.json")


def file_of(function: Callable[..., Any]) -> str:
    """The file of a function, below the folder of its package's."""
    return f"{function.__module__.replace('.', '/')}.py"


def _expected(node: Any) -> Iterator[str]:  # noqa: ANN401 -- any part of a schema
    if isinstance(node, dict):
        for key, value in node.items():
            if key in _SCHEMA_KEYS and isinstance(value, str):
                yield value
            else:
                yield from _expected(value)
    elif isinstance(node, list):
        for item in node:
            yield from _expected(item)
