"""`duicheck plugins`: what is loaded, from where, with which rules."""

from __future__ import annotations

import click

from duicheck.cli import options
from duicheck.cli.sheet import new_sheet, put_json, put_sheet
from duicheck.langue import _
from duicheck.render.french import counted

__all__ = ["command"]


@click.command("plugins", short_help="Liste les extensions chargées.", options_metavar="[OPTIONS]")
@options.format_option
@options.plugin_options
def command(*, sortie: str, sans: tuple[str, ...], exigees: tuple[str, ...]) -> None:
    """Liste les extensions chargées : version, origine, règles."""
    plugins = options.load(sans, exigees)
    found = [
        {
            "nom": plugin.name,
            "version": plugin.version,
            "distribution": plugin.distribution,
            "regles": sorted(rule.id for rule in plugin.rules),
        }
        for plugin in plugins.loaded
    ]
    if sortie == "json":
        put_json(found)
        return
    sheet = new_sheet()
    for plugin in plugins.loaded:
        ids = sorted(rule.id for rule in plugin.rules)
        origin = _("{version}, de la distribution {distribution}").format(
            version=plugin.version, distribution=plugin.distribution
        )
        count = counted(len(ids), "règle") if ids else _("aucune règle")
        sheet.blank()
        sheet.paragraph(("fort", plugin.name), ("", f" {origin} — {count}"))
        if ids:
            sheet.paragraph(("", ", ".join(ids)), indent=4)
    put_sheet(sheet)
