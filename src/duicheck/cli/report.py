"""`duicheck report`: a report that was kept, in another format. It judges nothing again."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from duicheck.cli import options, streams
from duicheck.errors import UsageError
from duicheck.exits import ExitCode

__all__ = ["command"]


@click.command("report", short_help="Met en forme un rapport gardé.", options_metavar="[OPTIONS]")
@click.argument("rapport", metavar="RAPPORT.json", type=click.Path(path_type=Path))
@options.output_option("Écrit le rapport dans un fichier (html=rapport.html), ou sur la sortie (html=-). Se répète.")
@options.plugin_options
def command(
    *, rapport: Path, outputs: tuple[tuple[str, str], ...], sans: tuple[str, ...], exigees: tuple[str, ...]
) -> ExitCode:
    """Met en forme un rapport gardé (rapport.json), tel que duicheck check l'a écrit ; sans --output, à l'écran.

    Rien n'est jugé de nouveau : les chiffres et le verdict sont ceux du fichier. Le code de retour est 0 dès que
    le rapport est écrit, quel que soit son verdict.
    """
    from duicheck.cli.outputs import plan, write  # noqa: PLC0415
    from duicheck.past import read_report  # noqa: PLC0415 -- the help page does without
    from duicheck.render.terminal import render_terminal  # noqa: PLC0415

    plugins = options.load(sans, exigees)
    targets = plan(outputs, plugins)
    report = read_report(rapport)
    if any(target.path == rapport.resolve() for target in targets):
        message = f"--output : {rapport} est le rapport à mettre en forme ; écrivez ailleurs"
        raise UsageError(message)
    for target in targets:
        content = write(target, report)
        if content is not None:
            streams.put_bytes(content)
    if not outputs:
        colour = streams.colour(sys.stdout)
        streams.put(render_terminal(report, plugins.rules, width=streams.width(), colour=colour))
    return ExitCode.CONFORME
