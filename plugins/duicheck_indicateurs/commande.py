"""`duicheck simulate`: which date of measure, or how many more dossiers, would reach each target."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import click

from duicheck.errors import UsageError
from duicheck.langue import _, day_typed

__all__ = ["command"]

_ETROIT, _LARGE = 60, 140


def _paires(_contexte: click.Context, _option: click.Parameter, textes: tuple[str, ...]) -> dict[str, str]:
    """The departures by name."""
    retenues: dict[str, str] = {}
    for texte in textes:
        nom, egal, valeur = (partie.strip() for partie in texte.partition("="))
        if not (nom and egal and valeur):
            message = _("« {value} » n'a pas la forme {shape}")
            raise click.BadParameter(message.format(value=texte, shape="NOM=VALEUR"))
        if retenues.setdefault(nom, valeur) != valeur:
            message = f"--hypothese : deux valeurs pour « {nom} », {retenues[nom]} et {valeur}"
            raise UsageError(message)
    return retenues


def _ecartees(_contexte: click.Context, _option: click.Parameter, textes: tuple[str, ...]) -> list[str]:
    """The plugins to leave out."""
    for texte in textes:
        if not texte.removeprefix("no:") or not texte.startswith("no:"):
            message = _("« {value} » n'a pas la forme {shape}")
            raise click.BadParameter(message.format(value=texte, shape="no:NOM"))
    return [texte.removeprefix("no:") for texte in textes]


@click.command(
    "simulate", short_help="Dit quand, ou à combien près, chaque cible est atteinte.", options_metavar="[OPTIONS]"
)
@click.argument("chemin", metavar="LIVRAISON", type=click.Path(path_type=Path))
@click.option("--texte", metavar="ID", help="Met à côté la même livraison sous un autre texte.")
@click.option(
    "--jusqu-au",
    callback=day_typed,
    metavar="DATE",
    help="Dernière date de mesure essayée (ou première, si elle précède celle de la livraison).",
)
@click.option(
    "--hypothese",
    "hypotheses",
    callback=_paires,
    multiple=True,
    metavar="NOM=VALEUR",
    help="Écart à une hypothèse par défaut. Se répète.",
)
@click.option("--format", "sortie", type=click.Choice(["text", "json"]), default="text", help="Ce qui est écrit.")
@click.option(
    "-p", "sans", callback=_ecartees, multiple=True, metavar="no:NOM", help="Écarte l'extension NOM. Se répète."
)
def command(  # noqa: PLR0913 -- one argument per option of the command line
    *,
    chemin: Path,
    texte: str | None,
    jusqu_au: date | None,
    hypotheses: dict[str, str],
    sortie: str,
    sans: list[str],
) -> None:
    """Recalcule les indicateurs pour des dates de mesure autour de celle de la livraison.

    Pour chaque cible, par établissement et pour le projet : ce qui manque, et les dates de mesure qui l'atteindraient.
    Par défaut un mois avant et après (six mois, là où le texte mesure en fin de mois) ; le pas s'élargit quand
    l'étendue ou le registre sont grands.

    Une simulation n'est pas un verdict : elle suppose qu'il ne se passe plus rien après le dernier événement du
    journal, et ne regarde pas les chiffres exportés. Le code de retour est 0 dès qu'elle a pu être faite.
    """
    from duicheck import Options, examine, load_plugins  # noqa: PLC0415 -- the help page does without
    from duicheck_indicateurs.simulation import simuler  # noqa: PLC0415
    from duicheck_indicateurs.simulation_json import en_json  # noqa: PLC0415
    from duicheck_indicateurs.simulation_texte import en_texte  # noqa: PLC0415

    if chemin.is_file() and chemin.suffix.lower() != ".zip":
        message = f"{chemin} : donnez le dossier ou le zip d'une livraison, avec son journal et son registre"
        raise UsageError(message)
    with examine(chemin, load_plugins(disabled=sans), Options(hypotheses=hypotheses)) as dataset:
        simulation = simuler(dataset, texte, jusqu_au)
    if sortie == "json":
        click.echo((json.dumps(en_json(simulation), ensure_ascii=False, indent=2) + "\n").encode("utf-8"), nl=False)
        return
    largeur = shutil.get_terminal_size((80, 24)).columns
    click.echo(en_texte(simulation, max(_ETROIT, min(_LARGE, largeur))), nl=False)
