"""Options that several commands share, and the types of their values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from duicheck.cli import collector
from duicheck.errors import UsageError
from duicheck.langue import _, day_typed, phrase

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from duicheck.plugins import Plugins

    _Type = click.ParamType[Any, Any]
else:
    _Type = click.ParamType  # generic for the type checker only: older releases of click are not

__all__ = ["DATE", "PAIR", "TEXTE", "format_option", "load", "output_option", "plugin_options"]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class _Date(_Type):
    """A day, as 2025-09-15 or 15/09/2025."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date | None:  # noqa: ANN401
        return value if isinstance(value, date) else day_typed(ctx, param, str(value))


class _Pair(_Type):
    """NAME=VALUE, both there."""

    name = "paire"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:  # noqa: ANN401
        if isinstance(value, tuple):
            return value
        name, equals, content = str(value).partition("=")
        if not (name.strip() and equals and content.strip()):
            shape = (
                "NOM=VALEUR" if param is None else param.make_metavar(ctx or click.Context(click.Command("duicheck")))
            )
            self.fail(_("« {value} » n'a pas la forme {shape}").format(value=value, shape=shape), param, ctx)
        return name.strip(), content.strip()


class _Texte(_Type):
    """The id of a dated text; judged by the harness, completed from the shipped files."""

    name = "texte"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002
        from click.shell_completion import CompletionItem  # noqa: PLC0415

        from duicheck.plugins import load_plugins  # noqa: PLC0415
        from duicheck.texts import load_rulebooks  # noqa: PLC0415

        books = load_rulebooks(load_plugins())
        return [
            CompletionItem(book.id, help=phrase(book.title))
            for book in books.values()
            if book.id.startswith(incomplete)
        ]


DATE: Final = _Date()
PAIR: Final = _Pair()
TEXTE: Final = _Texte()


def plugin_options(function: Decorated) -> Decorated:
    """Add -p and --exiger-extension, as `sans` and `exigees`."""
    without = click.option("-p", "sans", multiple=True, metavar="no:NOM", help="Écarte l'extension NOM. Se répète.")
    needed = click.option(
        "--exiger-extension",
        "exigees",
        multiple=True,
        metavar="NOM",
        help="Exige que l'extension NOM soit chargée. Se répète.",
    )
    return without(needed(function))


def format_option(function: Decorated) -> Decorated:
    """Add --format text|json, as `sortie`."""
    choice = click.Choice(["text", "json"])
    return click.option("--format", "sortie", type=choice, default="text", help="Ce qui est écrit sur la sortie.")(
        function
    )


def output_option(said: str) -> Callable[[Decorated], Decorated]:
    """Add --output FORMAT=CHEMIN, as `outputs`; `said` is its help."""
    return click.option("--output", "outputs", type=PAIR, multiple=True, metavar="FORMAT=CHEMIN", help=said)


def load(sans: tuple[str, ...], exigees: tuple[str, ...]) -> Plugins:
    """Load the plugins as the options ask.

    Raises:
        UsageError: a value of -p that is not no:NAME.
        PluginError: a plugin cannot be loaded.
    """
    from duicheck.plugins import load_plugins  # noqa: PLC0415 -- entry points cost 40 ms

    disabled = []
    for value in sans:
        prefix, _, name = value.partition(":")
        if prefix != "no" or not name:
            message = f"-p : « {value} » n'a pas la forme no:NOM (par exemple -p no:journal)"
            raise UsageError(message)
        disabled.append(name)
    plugins = load_plugins(disabled=disabled, required=exigees)
    collector.settle()
    return plugins
