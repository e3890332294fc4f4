"""`duicheck diff`: what appeared, disappeared or changed between two reports."""

from __future__ import annotations

from pathlib import Path

import click

from duicheck.cli import options
from duicheck.exits import ExitCode

__all__ = ["command"]


@click.command("diff", short_help="Compare deux rapports.", options_metavar="[OPTIONS]")
@click.argument("avant", metavar="AVANT.json", type=click.Path(path_type=Path))
@click.argument("apres", metavar="APRÈS.json", type=click.Path(path_type=Path))
@options.format_option
def command(*, avant: Path, apres: Path, sortie: str) -> ExitCode:
    """Compare deux rapports (rapport.json) : ce qui apparaît, disparaît ou change, par règle et par établissement.

    Le code de retour est 0 quand les deux rapports disent la même chose, 6 quand ils diffèrent : ni l'un ni l'autre
    n'est un verdict sur une livraison.
    """
    from duicheck.cli.sheet import new_sheet, put_json, put_sheet  # noqa: PLC0415
    from duicheck.difference import compare_reports  # noqa: PLC0415
    from duicheck.past import read_report  # noqa: PLC0415 -- the help page does without

    difference = compare_reports(read_report(avant), read_report(apres))
    if sortie == "json":
        put_json(difference)
    else:
        from duicheck.render.difference import write_difference  # noqa: PLC0415

        sheet = new_sheet()
        write_difference(sheet, difference, str(avant), str(apres))
        put_sheet(sheet)
    return ExitCode.CONFORME if difference["identiques"] else ExitCode.DIFFERENT
