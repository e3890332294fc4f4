"""`duicheck dossier`: what the text asks a project to hand in, what of it is there, and the folder to upload."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from msgspec import Struct

from duicheck.cli import asking, options, streams
from duicheck.cli.configured import Configured
from duicheck.errors import DuicheckError, UsageError
from duicheck.exits import ExitCode
from duicheck.langue import N_, SOURCE, _, speaking
from duicheck.render.french import counted, typography

if TYPE_CHECKING:
    from duicheck.harness import Options
    from duicheck.model import Dataset, PiecesDuDossier, Renderer
    from duicheck.plugins import Plugins

__all__ = ["command"]

Json = dict[str, Any]

_CRASHED: Final = N_("la liste des pièces n'a pas pu être dressée : erreur de programme")

_CODES: Final = {
    "complet": ExitCode.CONFORME,
    "incomplet": ExitCode.NON_CONFORME,
    "incertain": ExitCode.INDETERMINE,
}


@click.command(
    "dossier",
    cls=Configured,
    short_help="Dit ce qui manque au dossier d'un projet, et le prépare.",
    options_metavar="[OPTIONS]",
)
@asking.asks("role", "moteur", mode="dossier")
@options.output_option(
    "Écrit la liste de contrôle dans un fichier (html=dossier.html, xlsx, json), ou sur la sortie (html=-). Se répète."
)
@click.option(
    "--preparer",
    type=click.Path(path_type=Path),
    metavar="DOSSIER",
    help="Prépare le dossier à déposer : les pièces sous des noms clairs, un index, ce qui manque, la liste de"
    " contrôle et le rapport. N'écrase et n'envoie rien.",
)
@options.format_option
@click.option("-q", "--quiet", "quiet", is_flag=True, help="N'écrit rien sur la sortie ; le code dit l'état.")
@options.plugin_options
def command(  # noqa: PLR0913 -- one argument per option of the command line
    *,
    chemin: Path,
    chosen: Options,
    outputs: tuple[tuple[str, str], ...],
    preparer: Path | None,
    sortie: str,
    quiet: bool,
    sans: tuple[str, ...],
    exigees: tuple[str, ...],
) -> ExitCode:
    """Dresse la liste de contrôle du dossier que le texte demande : pièces, éligibilité, indicateurs, Ségur.

    Le contrôle est celui de duicheck check --mode dossier : la liste le met en lignes et ne juge rien de plus. Chaque
    ligne est là, manquante, fausse, à vérifier ou sans objet. Le dossier n'est complet que si tout ce dont il dépend
    est là ; une condition que rien ne décide le laisse incertain.

    Avec --preparer, un dossier est prêt à être déposé à la main. Dès qu'une donnée personnelle est vue dans la
    livraison, rien n'est écrit ni copié ; les journaux et les registres ne le sont jamais.

    Le code de retour est 0 si le dossier est complet, 1 s'il est incomplet, 3 s'il est incertain.
    """
    from duicheck.cli.outputs import plan, write  # noqa: PLC0415 -- the help page does without
    from duicheck.dossier.folder import check_place  # noqa: PLC0415

    if chemin.is_file() and chemin.suffix.lower() != ".zip":
        message = f"{chemin} : donnez le dossier ou le zip d'une livraison, avec son projet et ses pièces"
        raise UsageError(message)
    place = None if preparer is None else check_place(preparer, chemin)
    plugins = options.load(sans, exigees)
    targets = plan(outputs, plugins, _renderers)
    seen = _see(chemin, plugins, chosen, place, quiet=quiet)
    if seen.stopped and (targets or place):
        _refuse()
        targets = [target for target in targets if target.renderer.name == "json"]
    on_stdout = [content for target in targets if (content := write(target, seen.shown)) is not None]
    if not quiet:
        if on_stdout:
            streams.put_bytes(on_stdout[0])
        else:
            _show(seen, sortie)
    if seen.prepared is not None and not quiet:
        text = _("{preparer} : {pieces} à déposer à la main ; LISEZMOI.txt dit comment, et ce qui manque.")
        streams.warn(typography(text.format(preparer=preparer, pieces=counted(seen.prepared, "pièce"))))
    return _CODES[seen.french["etat"]]


class _Seen(Struct, frozen=True):
    """The checklist in the current language and in French; `prepared`: how many pieces were copied."""

    shown: Json
    french: Json
    stopped: bool
    prepared: int | None


def _see(chemin: Path, plugins: Plugins, chosen: Options, place: Path | None, *, quiet: bool) -> _Seen:
    """Check, assemble, and prepare the folder while the files are open."""
    from duicheck.cli.progress import reading_bar  # noqa: PLC0415
    from duicheck.dossier import assemble  # noqa: PLC0415
    from duicheck.dossier.folder import prepare  # noqa: PLC0415
    from duicheck.harness import checked, stopped  # noqa: PLC0415
    from duicheck.model import Lecture, Structures  # noqa: PLC0415
    from duicheck.rulebook import Rulebook  # noqa: PLC0415

    with (
        reading_bar(wanted=not quiet) as progress,
        checked(chemin, plugins, chosen, progress) as done,
    ):
        report, dataset = done.report, done.dataset
        halted = stopped(report, plugins.rules)
        pieces = _pieces(dataset, report, halted=halted)
        book = dataset.get(Rulebook)

        def checklist() -> Json:
            return assemble(
                report,
                pieces,
                book,
                plugins.rules,
                awaited=done.awaited,
                etape=chosen.etape,
                structures=dataset.find(Structures),
            )

        shown = checklist()
        with speaking(SOURCE):
            french = checklist()
        prepared = None
        if place is not None and not halted:
            files = {file.chemin: file.lu for file in dataset.get(Lecture).fichiers if file.lu is not None}
            prepared = prepare(place, shown, files, _beside(shown, french, report, plugins))
    return _Seen(shown, french, halted, prepared)


def _pieces(dataset: Dataset, report: Mapping[str, Any], *, halted: bool) -> PiecesDuDossier | str:
    """The pieces, or why nobody can tell."""
    from duicheck.model import PiecesDuDossier  # noqa: PLC0415

    if halted:
        return next(str(rule["raison"]) for rule in report["regles"] if rule["resultat"] == "non_verifiee")
    try:
        return dataset.get(PiecesDuDossier)
    except DuicheckError as refusal:
        return str(refusal)
    except Exception:  # noqa: BLE001 -- the rules that read it say where it crashed; its text may quote the data
        return _CRASHED


def _beside(shown: Json, french: Json, report: Mapping[str, Any], plugins: Plugins) -> dict[str, bytes]:
    """What goes with the pieces, for those who prepare the dossier."""
    from duicheck.cli.outputs import renderers  # noqa: PLC0415
    from duicheck.report import to_bytes  # noqa: PLC0415

    ours = _renderers(plugins)
    return {
        "liste-de-controle.html": ours["html"].render(shown),
        "liste-de-controle.xlsx": ours["xlsx"].render(shown),
        "liste-de-controle.json": _json(french),
        "rapport.html": renderers(plugins)["html"].render(report),
        "rapport.json": to_bytes(report),
    }


def _renderers(plugins: Plugins) -> dict[str, Renderer]:  # noqa: ARG001 -- as those of the report
    """The formats of the checklist; what they are given is a checklist, not a report."""
    from duicheck.dossier.book import render_book  # noqa: PLC0415
    from duicheck.dossier.page import render_page  # noqa: PLC0415
    from duicheck.model import Renderer  # noqa: PLC0415

    return {
        "html": Renderer("html", "La liste de contrôle en une page web.", render_page),
        "json": Renderer("json", "La liste de contrôle pour un programme.", _json),
        "xlsx": Renderer("xlsx", "La liste de contrôle en classeur.", render_book),
    }


def _json(dossier: Mapping[str, Any]) -> bytes:
    return (json.dumps(dossier, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _refuse() -> None:
    """Say what is not written, and why."""
    text = _(
        "Des données personnelles sont dans la livraison : aucune mise en forme n'est écrite, aucun fichier n'est "
        "copié. Corrigez les fichiers que les constats désignent, puis relancez."
    )
    streams.warn(typography(text))


def _show(seen: _Seen, sortie: str) -> None:
    if sortie == "json":
        streams.put_bytes(_json(seen.french))
        return
    from duicheck.dossier.terminal import render_terminal  # noqa: PLC0415

    streams.put(render_terminal(seen.shown, width=streams.width(), colour=streams.colour(sys.stdout)))
