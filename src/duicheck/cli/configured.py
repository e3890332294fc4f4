"""Commands whose options may also be said by the environment and by `[tool.duicheck]`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

from duicheck.cli import streams
from duicheck.langue import _
from duicheck.render.french import typography

if TYPE_CHECKING:
    from duicheck.reglages import Choice, Reglages

__all__ = ["Configured", "reglages_of", "where"]

_PARAMETERS: Final = {"sans_extensions": "sans", "extensions_exigees": "exigees"}
"""Setting -> the parameter of the commands, where the names differ."""

_IGNORING: Final = "sans_reglages"


class Configured(click.Command):
    """A command that takes what its command line does not say from the settings."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- click's signature
        super().__init__(*args, **kwargs)
        ignoring = click.Option(
            ["--sans-reglages", _IGNORING],
            is_flag=True,
            help="Ignore les variables DUICHECK_… de réglage et [tool.duicheck] de pyproject.toml.",
        )
        self.params = [*self.params, ignoring]

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 -- click's signature
        """Run the command with the settings that hold; those that the command line does not say are announced."""
        if not ctx.params.pop(_IGNORING):
            settings = reglages_of(ctx)
            _apply(settings, ctx.params)
            taken = [choice for choice in settings.taken if _parameter(choice) in ctx.params]
            if taken and not ctx.params.get("quiet"):
                said = ", ".join(f"{choice.name} ({where(choice, settings)})" for choice in taken)
                streams.warn(typography(_("Réglages repris : {settings}.").format(settings=said)))
        return super().invoke(ctx)


def reglages_of(ctx: click.Context) -> Reglages:
    """The settings that hold for a command that was parsed.

    Raises:
        UsageError: a variable or the file cannot be used.
    """
    from duicheck.reglages import SETTINGS, choose, find_settings  # noqa: PLC0415 -- the help page does without

    said: dict[str, Any] = {}
    for setting in SETTINGS.values():
        parameter = _PARAMETERS.get(setting.name, setting.name)
        if ctx.get_parameter_source(parameter) is ParameterSource.COMMANDLINE:
            value = ctx.params[parameter]
            if parameter == "sans":
                value = [each.removeprefix("no:") for each in value]
            said[setting.name] = dict(value) if setting.name == "hypotheses" else value
    return choose(said, os.environ, find_settings(Path.cwd(), ctx.params.get("chemin")))


def where(choice: Choice, settings: Reglages) -> str:
    """Where a value comes from, in words."""
    from duicheck.reglages import Origin  # noqa: PLC0415

    if choice.origin is Origin.CALL:
        return _("option {option}").format(option=choice.setting.option)
    if choice.origin is Origin.VARIABLE:
        return _("variable {variable}").format(variable=choice.setting.variable)
    if choice.origin is Origin.FILE and settings.file is not None:
        return _("{file}, ligne\u00a0{line}").format(file=settings.file.path.name, line=choice.line)
    return _("par défaut")


def _parameter(choice: Choice) -> str:
    return _PARAMETERS.get(choice.setting.name, choice.setting.name)


def _apply(settings: Reglages, params: dict[str, Any]) -> None:
    """Put the settings in the place of what the command line does not say."""
    from duicheck.reglages import Origin  # noqa: PLC0415

    for choice in settings.taken:
        parameter = _parameter(choice)
        if parameter not in params:
            continue
        if parameter == "hypotheses":
            params[parameter] += ((choice.member, choice.value),)
        elif parameter == "exigees":
            params[parameter] += (choice.member,)
        elif parameter == "sans":
            # Those of the variable are left out by the loader itself.
            params[parameter] += (f"no:{choice.member}",) if choice.origin is Origin.FILE else ()
        else:
            params[parameter] = choice.value
