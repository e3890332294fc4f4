"""The `duicheck` program: its commands, loaded when asked for, and how it ends."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from duicheck import __version__
from duicheck.cli import french, streams
from duicheck.cli.translated import translated
from duicheck.discretion import mask
from duicheck.errors import DeliveryError, DuicheckError, PackError, PluginError, RulebookError, UsageError
from duicheck.exits import ExitCode
from duicheck.interruption import listening
from duicheck.langue import SOURCE, _, phrase, speaking
from duicheck.render.french import typography

if TYPE_CHECKING:
    from duicheck.plugins import Plugins

__all__ = ["INTERRUPTED", "LANGUAGE", "Program", "program", "run"]

COMMANDS: Final = (
    "check",
    "completion",
    "config",
    "diff",
    "dossier",
    "explain",
    "init",
    "init-plugin",
    "pack",
    "packs",
    "plugins",
    "report",
    "rules",
    "textes",
    "verify",
)
"""Our own commands: the module `duicheck.cli.NAME` (« _ » for « - ») holds each as `command`."""

INTERRUPTED: Final = 130
"""What shells expect of a program stopped by Ctrl-C: 128 + SIGINT."""


LANGUAGE: Final = "DUICHECK_LANG"
"""Variable that holds the language where `--lang` does not say it."""


class Program(click.Group):
    """Our commands and those of the plugins; a module is imported when its command is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """The names of all commands; a plugin that cannot be loaded does not take the help away."""
        try:
            brought = list(_plugins().commands())
        except PluginError as error:
            streams.warn(typography(_("Avertissement : {error}").format(error=phrase(str(error)))))
            brought = []
        return sorted({*COMMANDS, *brought})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """One command; plugins are loaded only for a name that is not ours."""
        if cmd_name in COMMANDS:
            found: click.Command = import_module(f"duicheck.cli.{cmd_name.replace('-', '_')}").command
            return translated(found)
        if cmd_name.startswith("-"):
            return None
        brought = _plugins().commands().get(cmd_name)
        return None if brought is None else translated(brought)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, but near names are looked for among all commands."""
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None and not ctx.resilient_parsing:
            message = f"commande « {name} » inconnue{nearest(name, self.list_commands(ctx))}"
            raise UsageError(message)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 -- click's signature
        """Run the command; a reader that has gone is no error."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            streams.silence()
            return ExitCode.CONFORME


def nearest(name: str, known: Sequence[str]) -> str:
    """« ; peut-être … », or nothing when no known name resembles this one."""
    import difflib  # noqa: PLC0415 -- only for a mistake

    close = difflib.get_close_matches(name, known, 3, 0.55)
    return f" ; peut-être {', '.join(f'« {found} »' for found in close)}" if close else ""


@click.group(
    cls=Program,
    options_metavar="[OPTIONS]",
    subcommand_metavar="COMMANDE [ARGUMENTS]…",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=True,
)
@click.option("--debug", is_flag=True, expose_value=False, help="Montre la trace d'une erreur (ou : DUICHECK_DEBUG=1).")
@click.option(
    "--lang",
    metavar="CODE",
    expose_value=False,
    help="Langue de ce qui est affiché : fr ou en, n'importe où sur la ligne (ou : DUICHECK_LANG=en).",
)
@click.version_option(__version__, "-V", "--version", message="duicheck %(version)s", help="Affiche la version.")
def program() -> None:
    """Contrôle les livraisons d'indicateurs du programme ESMS numérique.

    Le travail principal : duicheck check LIVRAISON. Une livraison est un dossier ou un zip avec son
    manifeste livraison.toml (duicheck init en écrit un), ou un seul fichier.
    """


def run(arguments: Sequence[str]) -> int:
    """Run the program and return its exit code; errors are said in one sentence on stderr."""
    streams.prepare()
    french.install()
    try:
        language, others = _language(arguments)
        with speaking(language):
            return _run(others)
    except UsageError as error:  # the language itself
        return _say(error)


def _language(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """The language asked for, anywhere on the command line or else by the environment, and the other arguments.

    It must be known before click reads anything: its first words may be an error or a help page.

    Raises:
        UsageError: `--lang` says none.
    """
    language = os.environ.get(LANGUAGE) or SOURCE
    others: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            return language, [*others, argument, *rest]
        name, equals, code = argument.partition("=")
        if name != "--lang":
            others.append(argument)
            continue
        language = code if equals else next(rest, "")
        if not language:
            message = "l'option « --lang » demande une valeur, par exemple --lang en"
            raise UsageError(message)
    return language, others


def _run(arguments: Sequence[str]) -> int:
    """Run the program in the language that is set."""
    try:
        with listening():
            result = translated(program).main(list(arguments), prog_name="duicheck", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        streams.warn(_("Interrompu."))
        return INTERRUPTED
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else ExitCode.INTERNE
    except Exception as error:  # noqa: BLE001 -- the last door: nothing may leave as a traceback
        if "--debug" in arguments or os.environ.get("DUICHECK_DEBUG", "") not in ("", "0"):
            traceback.print_exc(file=sys.stderr)
        return _say(error)
    return int(result) if isinstance(result, int) else ExitCode.CONFORME


def _say(error: Exception) -> ExitCode:
    """Tell the user what went wrong, and the shell which kind of wrong."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        streams.warn(error.format_message())
        return ExitCode.USAGE
    if isinstance(error, click.ClickException):
        context = error.ctx if isinstance(error, click.UsageError) else None
        command = None if context is None else context.command_path
        help_page = "" if command is None else _(" (voir « {command} --help »)").format(command=command)
        _warn(mask(french.polish(error.format_message())) + help_page)
        return ExitCode.USAGE
    if isinstance(error, DuicheckError):
        _warn(phrase(mask(str(error))).rstrip("."))
        return _code(error)
    streams.warn(typography(_internal(error)))
    return ExitCode.INTERNE


def _warn(message: str) -> None:
    streams.warn(typography(_("Erreur : {message}.").format(message=message)))


def _code(error: DuicheckError) -> ExitCode:
    codes = {
        UsageError: ExitCode.USAGE,
        DeliveryError: ExitCode.ILLISIBLE,
        RulebookError: ExitCode.INUTILISABLE,
        PluginError: ExitCode.INUTILISABLE,
        PackError: ExitCode.INUTILISABLE,
    }
    return next((code for kind, code in codes.items() if isinstance(error, kind)), ExitCode.INTERNE)


def _internal(error: Exception) -> str:
    """A defect of ours, by type and place only: its text may quote the data."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "duicheck" in frame.filename]
    place = ""
    if frames:
        last = frames[-1]
        file = Path(last.filename).name
        place = _(" dans {name}, {file} ligne {line}").format(name=last.name, file=file, line=last.lineno)
    return _(
        "Erreur : erreur interne de duicheck {version} ({kind}{place}) ; "
        "signalez-la avec cette phrase, sans joindre de données (DUICHECK_DEBUG=1 montre la trace)."
    ).format(version=__version__, kind=type(error).__name__, place=place)


def _plugins() -> Plugins:
    from duicheck.plugins import load_plugins  # noqa: PLC0415 -- entry points cost 40 ms

    return load_plugins()
