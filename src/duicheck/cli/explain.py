"""`duicheck explain`: everything about one rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from duicheck.cli import options
from duicheck.cli.program import nearest
from duicheck.cli.sheet import new_sheet, put_json, put_sheet
from duicheck.errors import UsageError
from duicheck.langue import _, paragraphs, phrase
from duicheck.render.french import sentence, typography
from duicheck.render.labels import fixer, severity

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from duicheck.plugins import Plugins
    from duicheck.rules import Rule

__all__ = ["command"]


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    from click.shell_completion import CompletionItem  # noqa: PLC0415

    rules = options.load((), ()).rules.values()
    return [CompletionItem(rule.id, help=phrase(rule.title)) for rule in rules if rule.id.startswith(incomplete)]


@click.command("explain", short_help="Explique une règle.", options_metavar="[OPTIONS]")
@click.argument("regle", metavar="RÈGLE", shell_complete=_complete)
@options.format_option
@options.plugin_options
def command(*, regle: str, sortie: str, sans: tuple[str, ...], exigees: tuple[str, ...]) -> None:
    """Explique une règle : ce qu'elle contrôle, sa source, ce qu'il faut faire."""
    plugins = options.load(sans, exigees)
    rule = _find(regle, plugins)
    owner = next(plugin for plugin in plugins.loaded if rule in plugin.rules)
    if sortie == "json":
        from duicheck.cli.rules import describe  # noqa: PLC0415

        put_json(describe(rule, owner))
        return
    sheet = new_sheet()
    sheet.bar()
    sheet.paragraph(("fort", rule.id), ("", f" — {severity(rule.severity.value)}"), indent=1)
    sheet.bar()
    for paragraph in paragraphs(rule.doc):
        sheet.paragraph(("", typography(phrase(paragraph))), indent=1)
        sheet.blank()
    brought = f"{owner.name} ({owner.distribution} {owner.version})"
    since = _("depuis la version {since}").format(since=rule.since)
    waivable = _("possible.") if rule.waivable else _("aucune ; personne ne peut lever cette règle.")
    for label, text in (
        (_("Message :"), typography(phrase(rule.message))),
        (_("Que faire :"), sentence(phrase(rule.remedy))),
        (_("Qui corrige :"), _fixed_by(rule)),
        (_("Dérogation :"), waivable),
        (_("Extension :"), f"{brought}, {since}"),
        (_("Retirée :"), rule.replaced_by and _("{rule} la remplace.").format(rule=rule.replaced_by)),
    ):
        if text is None:
            continue
        sheet.paragraph(("fort", typography(label)), ("", f" {text}"), indent=1, hang=2)
    put_sheet(sheet)


def _fixed_by(rule: Rule) -> str:
    """Who puts right what the rule finds."""
    if rule.fixer is None:
        return _("qui fournit le fichier où tombe le constat.")
    return f"{fixer(rule.fixer.value)}."


def _find(regle: str, plugins: Plugins) -> Rule:
    """The rule of that id; the part after the slash is enough when only one rule bears it.

    Raises:
        UsageError: no such rule; the message gives the nearest ids.
    """
    rules = plugins.rules
    if regle in rules:
        return rules[regle]
    same_end = [rule for rule in rules.values() if rule.id.partition("/")[2] == regle]
    if len(same_end) == 1:
        return same_end[0]
    hint = nearest(regle, [*rules, *(identifier.partition("/")[2] for identifier in rules)])
    message = f"règle « {regle} » inconnue{hint} ; « duicheck rules » les liste"
    raise UsageError(message)
