"""`duicheck rules`: every rule of every loaded plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from duicheck.cli import options
from duicheck.cli.sheet import new_sheet, put_json, put_sheet
from duicheck.langue import _, phrase
from duicheck.render.french import counted, typography
from duicheck.render.labels import severity

if TYPE_CHECKING:
    from duicheck.plugins import LoadedPlugin
    from duicheck.rules import Rule

__all__ = ["command", "describe"]


@click.command("rules", short_help="Liste les règles.", options_metavar="[OPTIONS]")
@options.format_option
@options.plugin_options
def command(*, sortie: str, sans: tuple[str, ...], exigees: tuple[str, ...]) -> None:
    """Liste les règles, avec leur gravité et leur titre."""
    plugins = options.load(sans, exigees)
    owners = {rule.id: plugin for plugin in plugins.loaded for rule in plugin.rules}
    found = sorted(plugins.rules.values(), key=lambda rule: rule.id)
    if sortie == "json":
        put_json([describe(rule, owners[rule.id]) for rule in found])
        return
    sheet = new_sheet()
    group = ""
    for rule in found:
        if (head := rule.id.partition("/")[0]) != group:
            group = head
            sheet.heading(group)
        title = typography(phrase(rule.title))
        sheet.paragraph(("fort", rule.id), ("", f" ({severity(rule.severity.value)}) — {title}"), indent=2, hang=4)
    sheet.blank()
    more = _("{rules} ; duicheck explain RÈGLE dit tout sur l'une d'elles.").format(rules=counted(len(found), "règle"))
    sheet.paragraph(("", more))
    put_sheet(sheet)


def describe(rule: Rule, plugin: LoadedPlugin) -> dict[str, Any]:
    """A rule as JSON."""
    return {
        "id": rule.id,
        "gravite": rule.severity.value,
        "titre": rule.title,
        "documentation": rule.doc,
        "message": rule.message,
        "remede": rule.remedy,
        "depuis": rule.since,
        "qui_corrige": None if rule.fixer is None else rule.fixer.value,
        "derogation_possible": rule.waivable,
        "remplacee_par": rule.replaced_by,
        "extension": plugin.name,
        "distribution": plugin.distribution,
    }
