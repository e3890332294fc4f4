"""What a check is asked: the delivery and the options that every command with a check in it takes alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from duicheck.cli import options
from duicheck.errors import UsageError
from duicheck.reglages.known import SETTINGS

if TYPE_CHECKING:
    from duicheck.exits import ExitCode
    from duicheck.harness import Options

__all__ = ["asks"]

Command = Callable[..., "ExitCode"]


def _one_of(name: str) -> click.Choice[str]:
    return click.Choice(SETTINGS[name].choices)


_TAKEN: Final[Mapping[str, Callable[[Command], Command]]] = {
    "chemin": click.argument("chemin", metavar="LIVRAISON", type=click.Path(path_type=Path)),
    "texte": click.option(
        "--texte", type=options.TEXTE, metavar="ID", help="Texte applicable, au lieu de celui du manifeste."
    ),
    "date_mesure": click.option(
        "--date-mesure", type=options.DATE, metavar="DATE", help="Date de mesure : 2025-09-15 ou 15/09/2025."
    ),
    "premiere_mesure": click.option(
        "--premiere-mesure/--pas-premiere-mesure",
        default=None,
        help="Première mesure du projet, ou non (textes de 2023 et 2024).",
    ),
    "phase": click.option("--phase", type=_one_of("phase"), help="Phase du projet (texte de 2021)."),
    "role": click.option(
        "--role",
        type=_one_of("role"),
        default=SETTINGS["role"].default,
        show_default=True,
        help="Rôle d'un fichier remis seul.",
    ),
    "hypotheses": click.option(
        "--hypothese",
        "hypotheses",
        type=options.PAIR,
        multiple=True,
        metavar="NOM=VALEUR",
        help="Écart à une hypothèse par défaut. Se répète.",
    ),
    "mode": click.option(
        "--mode",
        type=_one_of("mode"),
        default=SETTINGS["mode"].default,
        show_default=True,
        help="dossier : demande tous les rôles du texte et ses pièces, et n'écrit rien d'autre dès qu'une donnée"
        " personnelle est vue.",
    ),
    "etape": click.option(
        "--etape",
        type=click.Choice(["depot", "solde"]),
        help="D'un dossier : depot, avant que les usages soient mesurés, ou solde. Sans elle, tout ce que le texte"
        " demande.",
    ),
    "precedent": click.option(
        "--precedent",
        type=click.Path(path_type=Path),
        metavar="RAPPORT",
        help="rapport.json de la mesure précédente : signale les sauts que les journaux n'expliquent pas.",
    ),
    "date_du_jour": click.option(
        "--date-du-jour",
        type=options.DATE,
        metavar="DATE",
        help="Jour auquel l'échéance des dérogations est comparée, au lieu de la date de mesure.",
    ),
    "moteur": click.option(
        "--moteur",
        type=_one_of("moteur"),
        default=SETTINGS["moteur"].default,
        show_default=True,
        help="Ce qui exécute les Schematrons des documents CDA ; saxon, en second avis, demande l'extension saxon.",
    ),
}
"""By the name of the parameter, in the order of the help page. All but `chemin` are fields of `asked.Options`."""


def asks(*without: str, **decided: object) -> Callable[[Command], Command]:
    """Make a command take the delivery and what is asked of its check: it is called with `chemin` and `chosen`.

    Args:
        without: parameters that this command does not take: their defaults hold.
        decided: fields of `asked.Options` that it decides itself.
    """
    taken = {name: take for name, take in _TAKEN.items() if name not in {*without, *decided}}

    def decorate(function: Command) -> Command:
        @wraps(function)
        def gathered(*, chemin: Path, **said: Any) -> ExitCode:  # noqa: ANN401 -- what the options hold
            asked = {name: said.pop(name) for name in taken if name != "chemin"}
            return function(chemin=chemin, chosen=_options({**asked, **decided}), **said)

        command: Command = gathered
        for take in reversed(taken.values()):
            command = take(command)
        return command

    return decorate


def _options(said: Mapping[str, Any]) -> Options:
    from duicheck.harness import Options  # noqa: PLC0415 -- the help page does without

    return Options(**{**said, "hypotheses": _once(said["hypotheses"])})


def _once(pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The hypotheses by name.

    Raises:
        UsageError: one is given two values.
    """
    chosen: dict[str, str] = {}
    for name, value in pairs:
        if chosen.setdefault(name, value) != value:
            message = f"--hypothese : deux valeurs pour « {name} », {chosen[name]} et {value}"
            raise UsageError(message)
    return chosen
