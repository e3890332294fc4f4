"""`duicheck check`: a delivery goes in, a report comes out, the exit code is the verdict."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from duicheck.cli import asking, options, streams
from duicheck.cli.configured import Configured
from duicheck.discretion import mask
from duicheck.errors import UsageError
from duicheck.exits import ExitCode
from duicheck.langue import _
from duicheck.render.french import typography

if TYPE_CHECKING:
    from duicheck.baseline import Ratchet
    from duicheck.cli.outputs import Target
    from duicheck.harness import Options
    from duicheck.plugins import Plugins

__all__ = ["command", "exit_code", "ratchet_code"]


@click.command(
    "check", cls=Configured, short_help="Contrôle une livraison et dit le verdict.", options_metavar="[OPTIONS]"
)
@asking.asks()
@options.output_option("Écrit le rapport dans un fichier (json=rapport.json), ou sur la sortie (json=-). Se répète.")
@click.option(
    "--avec-identifiants",
    is_flag=True,
    help="Nomme dans le rapport les dossiers qui ne comptent pas (pseudonymes). À ne pas diffuser.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="RAPPORT",
    help="Pour l'intégration continue d'un éditeur : les constats de ce rapport.json ne comptent pas dans le code de"
    " retour. Le rapport n'en est pas changé ; refusé avec --mode dossier.",
)
@options.format_option
@click.option(
    "--exiger-cibles/--pas-exiger-cibles", default=False, help="Une cible non atteinte donne aussi le code 1, ou non."
)
@click.option("-q", "--quiet", "quiet", is_flag=True, help="N'écrit rien sur la sortie ; le code dit le verdict.")
@options.plugin_options
def command(  # noqa: PLR0913 -- one argument per option of the command line
    *,
    chemin: Path,
    chosen: Options,
    outputs: tuple[tuple[str, str], ...],
    avec_identifiants: bool,
    baseline: Path | None,
    sortie: str,
    exiger_cibles: bool,
    quiet: bool,
    sans: tuple[str, ...],
    exigees: tuple[str, ...],
) -> ExitCode:
    """Contrôle une livraison : un dossier, un zip, ou un fichier seul.

    Sans journal ni registre, les indicateurs ne peuvent pas être recalculés et le verdict reste
    indéterminé.
    """
    from duicheck.baseline import ratchet  # noqa: PLC0415
    from duicheck.cli.outputs import STDOUT, plan, write  # noqa: PLC0415
    from duicheck.cli.progress import reading_bar  # noqa: PLC0415
    from duicheck.harness import check, stopped  # noqa: PLC0415 -- the help page does without
    from duicheck.render.baseline import baseline_lines  # noqa: PLC0415

    if sortie == "json" and any(where == STDOUT for _, where in outputs):
        message = "--format json et --output …=- se disputent la sortie standard ; gardez l'un des deux"
        raise UsageError(message)
    if any(name == "a-faire" for name, _ in outputs) and not avec_identifiants:
        message = "--output a-faire : la liste nomme des dossiers, ajoutez --avec-identifiants pour l'écrire"
        raise UsageError(message)
    kept = None if baseline is None else _kept(baseline, chosen.mode)
    plugins = options.load(sans, exigees)
    targets = plan(outputs, plugins)
    chosen = replace(chosen, avec_identifiants=avec_identifiants)
    with reading_bar(wanted=not quiet) as progress:
        report = check(chemin, plugins, chosen, progress)
    if chosen.mode == "dossier" and stopped(report, plugins.rules):
        targets = _refuse(targets)
    on_stdout = [content for target in targets if (content := write(target, report)) is not None]
    if not quiet:
        if on_stdout:
            streams.put_bytes(on_stdout[0])
        else:
            _show(report, plugins, sortie, str(chemin), _again(chosen, sans))
    if kept is None:
        return exit_code(report, exiger_cibles=exiger_cibles)
    found = ratchet(kept, report)
    lines = baseline_lines(found, report, mask(str(baseline)))
    # Said whatever the output: a code 0 in spite of known errors must never be silent.
    _say(lines, beside=quiet or bool(on_stdout) or sortie == "json")
    return ratchet_code(report, found, exiger_cibles=exiger_cibles)


def _refuse(targets: Sequence[Target]) -> list[Target]:
    """Keep only rapport.json among the outputs of a check that personal data stopped; say which are refused."""
    refused = [target.renderer.name for target in targets if target.renderer.name != "json"]
    if refused:
        streams.warn(
            typography(
                _(
                    "Mode dossier : des données personnelles sont dans la livraison ; "
                    "rien d'autre que ces constats n'est écrit (sorties refusées : {refused})."
                ).format(refused=", ".join(refused))
            )
        )
    return [target for target in targets if target.renderer.name == "json"]


def exit_code(report: Mapping[str, Any], *, exiger_cibles: bool = False) -> ExitCode:
    """What the verdict means for the shell. What is certain and wrong wins over what is not known."""
    missed = exiger_cibles and report["cibles"] == "non_atteintes"
    unknown = exiger_cibles and report["cibles"] == "indeterminees"
    if report["verdict"] == "non_conforme" or missed:
        return ExitCode.NON_CONFORME
    if report["verdict"] == "indetermine" or unknown:
        return ExitCode.INDETERMINE
    return ExitCode.CONFORME


def ratchet_code(report: Mapping[str, Any], found: Ratchet, *, exiger_cibles: bool = False) -> ExitCode:
    """What the shell is told with `--baseline`: what is new, and nothing that the kept report could not know.

    A report that is wrong without one error to show for it (a plugin was left out) stays wrong.
    """
    unexplained = report["verdict"] == "non_conforme" and not found.known_errors
    if found.new_errors or unexplained or (exiger_cibles and report["cibles"] == "non_atteintes"):
        return ExitCode.NON_CONFORME
    if found.lost or found.unverified or report["verdict"] == "indetermine":
        return ExitCode.INDETERMINE
    return ExitCode.INDETERMINE if exiger_cibles and report["cibles"] == "indeterminees" else ExitCode.CONFORME


def _say(lines: Iterable[str], *, beside: bool) -> None:
    """Write lines after the report, or on stderr where stdout is not for reading."""
    if beside:
        streams.warn("\n".join(lines))
    else:
        streams.put("".join(f"{line}\n" for line in ("", *lines)))


def _kept(baseline: Path, mode: str) -> Mapping[str, Any]:
    """The report of `--baseline`.

    Raises:
        UsageError: in mode `dossier`, where everything counts; or the file is no report.
    """
    from duicheck.past import read_report  # noqa: PLC0415

    if mode == "dossier":
        message = "--baseline ne sert qu'à l'intégration continue d'un éditeur ; avec --mode dossier, tout compte"
        raise UsageError(message)
    return read_report(baseline)


def _again(chosen: Options, sans: tuple[str, ...]) -> list[str]:
    """What the check was told beside the path, as words of the command line: the same report, asked for again."""
    words: list[str] = []
    unsaid = type(chosen)()
    for name in ("texte", "date_mesure", "phase", "role", "mode", "etape", "date_du_jour", "precedent", "moteur"):
        value = getattr(chosen, name)
        if value != getattr(unsaid, name):
            words += [f"--{name.replace('_', '-')}", mask(str(value))]
    words += {None: [], True: ["--premiere-mesure"], False: ["--pas-premiere-mesure"]}[chosen.premiere_mesure]
    for name, value in chosen.hypotheses.items():
        words += ["--hypothese", f"{name}={value}"]
    for name in sans:
        words += ["-p", name]
    return words


def _show(report: Mapping[str, Any], plugins: Plugins, sortie: str, source: str, said: Sequence[str]) -> None:
    if sortie == "json":
        from duicheck.report import to_bytes  # noqa: PLC0415

        streams.put_bytes(to_bytes(report))
        return
    from duicheck.render.terminal import render_terminal  # noqa: PLC0415

    colour = streams.colour(sys.stdout)
    streams.put(
        render_terminal(report, plugins.rules, width=streams.width(), colour=colour, source=mask(source), options=said)
    )
