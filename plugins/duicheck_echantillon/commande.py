"""`duicheck sample`: write an invented delivery."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duicheck.langue import _, day_typed

if TYPE_CHECKING:
    from duicheck_echantillon.livraison import Progres

__all__ = ["command"]

_PATIENCE = 200_000  # events: below, a bar would only flash


@contextmanager
def _barre(evenements: int | None) -> Iterator[Progres | None]:
    """A progress bar on stderr, for a person, where the log is long."""
    if evenements is None or evenements < _PATIENCE or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=evenements, label=_("Écriture du journal"), file=sys.stderr) as barre:
        yield lambda faits, _: barre.update(faits - barre.pos)


@click.command("sample", short_help="Invente une livraison d'essai.", options_metavar="[OPTIONS]")
@click.argument("dossier", metavar="DOSSIER", type=click.Path(path_type=Path))
@click.option("--seed", type=int, default=1, show_default=True, help="La graine : la même donne les mêmes octets.")
@click.option("--esms", type=int, default=6, show_default=True, help="Nombre d'établissements.")
@click.option("--personnes", type=int, default=300, show_default=True, help="Nombre de personnes, en tout.")
@click.option("--evenements", type=int, help="Nombre d'événements, en tout. Par défaut 12 par personne.")
@click.option("--texte", default="2025-40", show_default=True, metavar="ID", help="Texte applicable.")
@click.option("--date-mesure", callback=day_typed, metavar="DATE", help="Date de mesure. Par défaut, selon le texte.")
@click.option("--format", "forme", type=click.Choice(["csv"]), default="csv", help="Format des tables.")
@click.option("--defaut", metavar="REGLE", help="Plante le défaut que cette règle cherche.")
def command(  # noqa: PLR0913 -- one argument per option of the command line
    *,
    dossier: Path,
    seed: int,
    esms: int,
    personnes: int,
    evenements: int | None,
    texte: str,
    date_mesure: date | None,
    forme: str,  # noqa: ARG001 -- one format so far; the option keeps its place
    defaut: str | None,
) -> None:
    """Invente une livraison conforme, de la taille voulue, dans un dossier neuf ou vide.

    Tout est inventé, pseudonymes et numéros compris. Avec --defaut, un seul défaut est planté, celui que la
    règle nommée doit trouver.
    """
    from duicheck_echantillon.livraison import generate  # noqa: PLC0415 -- the help page does without

    with _barre(evenements) as progres:
        generate(
            dossier,
            seed=seed,
            esms=esms,
            personnes=personnes,
            evenements=evenements,
            texte=texte,
            date_mesure=date_mesure,
            defaut=defaut,
            progres=progres,
        )
    said = _("Livraison inventée dans {dossier}. Pour la contrôler :").format(dossier=dossier)
    click.echo(f"{said}\n    duicheck check {dossier}")
