"""`duicheck config`: every setting, its value, and where it comes from."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from duicheck.cli import options
from duicheck.cli.check import command as check
from duicheck.cli.configured import reglages_of, where
from duicheck.cli.sheet import new_sheet, put_json, put_sheet
from duicheck.langue import _
from duicheck.render.french import day, typography

if TYPE_CHECKING:
    from duicheck.reglages import Choice, Reglages

__all__ = ["command"]


def _params() -> list[click.Parameter]:
    """The options of a check that are settings: what is asked there may be asked here."""
    from duicheck.reglages import SETTINGS  # noqa: PLC0415

    return [each for each in check.params if each.name in {*SETTINGS, "sans", "exigees"}]


@click.command(
    "config", short_help="Montre les réglages et d'où ils viennent.", options_metavar="[OPTIONS]", params=_params()
)
@click.argument("chemin", metavar="[LIVRAISON]", required=False, type=click.Path(path_type=Path))
@options.format_option
@click.pass_context
def command(ctx: click.Context, /, *, sortie: str, **_parsed: object) -> None:
    """Montre chaque réglage d'un contrôle, sa valeur, et d'où elle vient.

    Le plus fort d'abord : la commande, les variables DUICHECK_…, [tool.duicheck] de pyproject.toml, le manifeste de la
    livraison, la valeur par défaut. Les hypothèses et les extensions suivent cet ordre nom par nom. Le fichier
    est cherché en remontant depuis la livraison si elle est dans le dépôt courant, sinon depuis le dossier
    courant ; jamais au-dessus du dépôt, ni dans la livraison.
    """
    settings = reglages_of(ctx)
    if sortie == "json":
        put_json(
            {
                "fichier": None if settings.file is None else str(settings.file.path),
                "reglages": [_json(choice, settings) for choice in settings.choices],
                "variables_inconnues": _unknown(),
            }
        )
        return
    _write(settings)


def _json(choice: Choice, settings: Reglages) -> dict[str, Any]:
    from duicheck.reglages import Origin  # noqa: PLC0415

    named = {Origin.CALL: choice.setting.option, Origin.VARIABLE: choice.setting.variable}
    if choice.origin is Origin.FILE and settings.file is not None:
        named[Origin.FILE] = str(settings.file.path)
    return {
        "nom": choice.name,
        "valeur": choice.value,
        "origine": choice.origin.value,
        "ou": named.get(choice.origin),
        "ligne": choice.line,
    }


def _write(settings: Reglages) -> None:
    sheet = new_sheet()
    if settings.file is None:
        found = _("aucun fichier pyproject.toml n'a de table [tool.duicheck]")
        sheet.paragraph(("discret", typography(_("Fichier : {file}.").format(file=found))))
    else:
        sheet.paragraph(("discret", typography(_("Fichier : {file}").format(file=settings.file.path))))
    sheet.blank()
    for choice in settings.choices:
        source = ("discret", f" ({where(choice, settings)})")
        sheet.paragraph(("fort", choice.name), ("", f" = {_shown(choice)}"), source, hang=4)
    if unknown := _unknown():
        sheet.blank()
        said = _("Variables que duicheck ne connaît pas : {names}.").format(names=", ".join(unknown))
        sheet.paragraph(("alerte_simple", typography(said)))
    put_sheet(sheet)


def _shown(choice: Choice) -> str:
    value = choice.value
    if value is None:
        manifest = choice.setting.name in {"texte", "date_mesure", "premiere_mesure", "phase"}
        return _("(celui du manifeste)") if manifest else _("(aucun)")
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, date):
        return day(value.isoformat())
    return str(value) if value else _("(aucun)")


def _unknown() -> list[str]:
    """The variables that look like ours and are not, with the nearest that is; never their values."""
    import difflib  # noqa: PLC0415 -- only here

    from duicheck.reglages.choosing import VARIABLES  # noqa: PLC0415

    names = sorted(name for name in os.environ if name.startswith("DUICHECK_") and name not in VARIABLES)
    near = {name: difflib.get_close_matches(name, VARIABLES, 1, 0.8) for name in names}
    return [f"{name}, peut-être {near[name][0]}" if near[name] else name for name in names]
