"""docs/cli.md: every command with its options, and the exit codes, from the program itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from duicheck.cli import french
from duicheck.cli.outputs import renderers
from duicheck.cli.program import COMMANDS, INTERRUPTED, program
from duicheck.exits import ExitCode
from duicheck.formats import load_schema
from duicheck.plugins import load_plugins
from duicheck.reglages import SETTINGS
from duicheck.render.french import typography

__all__ = ["PAGE", "generate"]

PAGE = Path("docs/cli.md")

OWN = "duicheck"
"""The distribution whose commands the page describes; others document their own."""

_HEAD = """\
<!-- Page générée par `python -m duicheck.docs` : ne pas l'éditer, modifier src/duicheck/cli/. -->

# La ligne de commande

Le résultat va sur la sortie standard, la progression sur la sortie d'erreur (et seulement sur un terminal). Une erreur
est une phrase en français qui commence par « Erreur : ».
"""

_TAIL = """\
## Réglages

Ce qui se répète se dit une fois, dans `[tool.duicheck]` de `pyproject.toml` ; `check`, `pack` et l'extension pytest le
lisent. Le plus fort d'abord : la commande, la variable, le fichier, le manifeste de la livraison, le défaut ; les
hypothèses et les extensions suivent cet ordre nom par nom. Le fichier est cherché en remontant depuis la livraison
si elle est dans le dépôt courant, sinon depuis le dossier courant ; jamais au-dessus du dépôt, jamais dans la
livraison : ce qui est livré ne dit pas comment on le contrôle. Une clé inconnue est refusée, avec sa ligne. Ce qui est
repris est annoncé sur la sortie d'erreur ; `duicheck config` montre tout, et `--sans-reglages` ignore tout. Les
dérogations ont leur place à elles : le manifeste, ou `duicheck.toml` à côté.

{settings}

## Variables d'environnement

| variable | effet |
|---|---|
| `NO_COLOR` | non vide : aucune couleur |
| `FORCE_COLOR` | non vide : des couleurs même hors d'un terminal |
| `COLUMNS` | largeur du rapport, de 80 à 140 colonnes |
| `DUICHECK_DEBUG` | `1` : la trace d'une erreur, comme `--debug` |
| `DUICHECK_LANG` | langue de ce qui est affiché, `fr` (par défaut) ou `en` ; comme `--lang CODE` |
| `DUICHECK_PAQUETS` | dossier des paquets de règles nationales, au lieu de celui de l'utilisateur |
| `DUICHECK_FINESS` | dossier de l'extrait FINESS, au lieu de celui de l'utilisateur |
| `HTTPS_PROXY`, `REQUESTS_CA_BUNDLE` | proxy et certificats de `duicheck packs pull` |

Une console qui n'est pas en UTF-8 (cp437, cp1252, ASCII) reçoit l'équivalent le plus proche de chaque caractère.
Le JSON est toujours en UTF-8, et toujours en français : rapport.json ne dépend pas de la langue.

## Complétion

`eval "$(duicheck completion bash)"` dans `~/.bashrc`, `eval "$(duicheck completion zsh)"` dans `~/.zshrc`, ou
`duicheck completion fish > ~/.config/fish/completions/duicheck.fish`. Les identifiants de règles et de textes se
complètent aussi.
"""


def generate() -> str:
    """The whole page."""
    french.install()
    context = click.Context(program, info_name="duicheck")
    blocks = [_HEAD, *_codes(), *_formats()]
    for name, command in sorted(_commands(context).items()):
        blocks += _command(name, command, context)
        for inner, subcommand in sorted(command.commands.items() if isinstance(command, click.Group) else ()):
            blocks += _command(f"{name} {inner}", subcommand, context)
    return typography_of_page("\n".join([*blocks, _TAIL.format(settings="\n".join(_settings()))]))


def typography_of_page(text: str) -> str:
    """French spaces in the prose; lines of code and comments keep theirs."""
    lines, code = [], False
    for line in text.split("\n"):
        code ^= line.startswith("```")
        lines.append(line if code or line.startswith(("```", "<!--", "|---")) else typography(line))
    return "\n".join(lines)


def _commands(context: click.Context) -> dict[str, click.Command]:
    """Our commands, and those that plugins of our own distribution bring."""
    found = {name: program.get_command(context, name) for name in COMMANDS}
    plugins = load_plugins()
    others = {plugin.name for plugin in plugins.loaded if plugin.distribution != OWN}
    found.update(load_plugins(disabled=others).commands() if others else plugins.commands())
    return {name: command for name, command in found.items() if command is not None}


def _codes() -> Iterator[str]:
    yield "## Codes de sortie\n"
    yield "| code | nom | sens |\n|---|---|---|"
    for code in ExitCode:
        yield f"| {int(code)} | `{code.name}` | {code.doc} |"
    yield f"| {INTERRUPTED} | | interrompu par Ctrl-C |"
    yield "\nJamais un nombre de constats, jamais une trace. Une erreur certaine l'emporte sur ce qui n'a pas pu être"
    yield "contrôlé : elle donne 1, jamais 3.\n"


def _formats() -> Iterator[str]:
    yield "## Formats de sortie\n"
    yield "`--output FORMAT=CHEMIN` écrit un fichier d'un seul coup ou pas du tout. Tous les formats sont tirés de"
    yield "`json` et ne jugent rien de nouveau.\n"
    yield "| format | contenu |\n|---|---|"
    for name, renderer in sorted(renderers(load_plugins()).items()):
        yield f"| `{name}` | {typography(renderer.doc)} |"
    yield "\nLes extensions peuvent en apporter d'autres ; un format inconnu est refusé, avec la liste des connus.\n"


def _settings() -> Iterator[str]:
    properties = load_schema("reglages")["properties"]
    yield "| clé | option | variable | effet |\n|---|---|---|---|"
    for setting in SETTINGS.values():
        effect = properties[setting.name]["description"]
        yield f"| `{setting.name}` | `{setting.option}` | `{setting.variable}` | {effect} |"


def _command(name: str, command: click.Command, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent)
    pieces = " ".join(command.collect_usage_pieces(context))
    yield f"## duicheck {name}\n"
    yield f"```console\n$ duicheck {name} {pieces}\n```\n"
    yield f"{_help(command)}\n"
    rows = [_option(parameter, context) for parameter in command.get_params(context)]
    if rows := [row for row in rows if row]:
        yield "| option | effet |\n|---|---|"
        yield from rows
        yield ""


def _help(command: click.Command) -> str:
    paragraphs = (command.help or "").partition("\f")[0].split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _option(parameter: click.Parameter, context: click.Context) -> str:
    record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
    if record is None or "--help" in parameter.opts:
        return ""
    names, effect = record
    return f"| `{names.replace('|', chr(92) + '|')}` | {effect.replace('|', chr(92) + '|')} |"
