"""`duicheck pack`: check a delivery, and keep the report with what proves it."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from duicheck.cli import asking, options, streams
from duicheck.cli.check import exit_code
from duicheck.cli.configured import Configured
from duicheck.errors import UsageError
from duicheck.exits import ExitCode
from duicheck.langue import _

if TYPE_CHECKING:
    from duicheck.harness import Options

__all__ = ["PASSWORD", "command"]

PASSWORD: Final = "DUICHECK_MOT_DE_PASSE"  # noqa: S105 -- the name of a variable
"""Environment variable that holds the password of the key, where nobody can type it."""


@click.command(
    "pack",
    cls=Configured,
    short_help="Contrôle une livraison et en garde la preuve.",
    options_metavar="[OPTIONS]",
)
@asking.asks()
@click.option(
    "-o",
    "--output",
    "preuve",
    type=click.Path(path_type=Path),
    required=True,
    metavar="PREUVE.zip",
    help="Où écrire la preuve ; un fichier qui s'y trouve est remplacé.",
)
@click.option(
    "--cle",
    type=click.Path(path_type=Path),
    metavar="CLE.pem",
    help="Signe la preuve avec cette clé privée (RSA ou EC). Son mot de passe est demandé, ou lu dans"
    f" {PASSWORD} ; jamais dans la commande.",
)
@click.option(
    "--certificat", type=click.Path(path_type=Path), metavar="CERTIFICAT.pem", help="Le certificat de cette clé."
)
@click.option(
    "--chaine",
    type=click.Path(path_type=Path),
    metavar="CHAINE.pem",
    help="Les certificats des autorités qui l'ont délivré, à joindre à la signature, le plus proche d'abord.",
)
@click.option(
    "--pades",
    is_flag=True,
    help="Ajoute une copie du PDF signée à l'intérieur, qui peut ne plus être conforme à PDF/UA-1 (accessibilité).",
)
@click.option("-q", "--quiet", "quiet", is_flag=True, help="N'écrit rien sur la preuve ; le code dit le verdict.")
@options.plugin_options
def command(  # noqa: PLR0913 -- one argument per option of the command line
    *,
    chemin: Path,
    chosen: Options,
    preuve: Path,
    cle: Path | None,
    certificat: Path | None,
    chaine: Path | None,
    pades: bool,
    quiet: bool,
    sans: tuple[str, ...],
    exigees: tuple[str, ...],
) -> ExitCode:
    """Contrôle une livraison comme duicheck check, et garde le rapport avec ce qui le prouve, dans un zip.

    La preuve se vérifie avec duicheck verify, ou sans duicheck : son LISEZMOI.txt dit comment. Elle contient le
    rapport, ses mises en forme, les textes et les schémas employés, et les empreintes des fichiers contrôlés ; jamais
    ces fichiers. La même livraison donne les mêmes octets partout, sauf la signature, qui porte l'heure.

    Le code de retour est celui du verdict, comme pour duicheck check : une preuve peut être celle d'une non-conformité.
    """
    from duicheck.cli.outputs import Target, renderers, write  # noqa: PLC0415 -- the help page does without
    from duicheck.cli.progress import reading_bar  # noqa: PLC0415
    from duicheck.harness import stopped  # noqa: PLC0415
    from duicheck.model import Renderer  # noqa: PLC0415
    from duicheck.preuve.archive import write_zip  # noqa: PLC0415
    from duicheck.preuve.packing import Witness, pack  # noqa: PLC0415

    _refuse_place(preuve, chemin)
    signer = _signer(cle, certificat, chaine)
    pdf_signer = None
    if pades:
        from duicheck.preuve.pades import pdf_signer as maker  # noqa: PLC0415 -- an extra

        if signer is None:
            message = "--pades : donnez aussi --cle et --certificat"
            raise UsageError(message)
        pdf_signer = maker(signer)
    plugins = options.load(sans, exigees)
    formats = renderers(plugins)
    if pades and (ready := formats["pdf"].ready) is not None:
        ready()
    witness = Witness(plugins, chosen, [value.partition(":")[2] for value in sans])
    with reading_bar(wanted=not quiet) as progress:
        report = witness.check(chemin, progress)
    if chosen.mode == "dossier" and stopped(report, plugins.rules):
        streams.warn(_("Mode dossier : des données personnelles sont dans la livraison ; aucune preuve n'est écrite."))
        return exit_code(report)
    files = pack(report, witness.record(report), plugins, formats, signer=signer, pades=pdf_signer)
    content = write_zip(files)
    write(Target(Renderer("preuve", "", lambda _report: content), preuve.resolve()), report)
    if not quiet:
        _show(report, files, preuve, hashlib.sha256(content).hexdigest())
    return exit_code(report)


def _refuse_place(preuve: Path, chemin: Path) -> None:
    """Refuse, before anything long, a place that cannot be written or that is the delivery."""
    if str(preuve) == "-" or preuve.is_dir():
        message = f"--output : {preuve} n'est pas un nom de fichier ; une preuve s'écrit dans un fichier, preuve.zip"
        raise UsageError(message)
    if not preuve.parent.is_dir():
        message = f"--output : le dossier {preuve.parent} n'existe pas"
        raise UsageError(message)
    if preuve.exists() and chemin.exists() and preuve.samefile(chemin):
        message = f"--output : {preuve} est la livraison à contrôler ; écrivez ailleurs"
        raise UsageError(message)


def _signer(cle: Path | None, certificat: Path | None, chaine: Path | None) -> Any:  # noqa: ANN401 -- lazily imported
    if cle is None and certificat is None and chaine is None:
        return None
    if cle is None or certificat is None:
        message = "--cle et --certificat vont ensemble : signer demande la clé et son certificat"
        raise UsageError(message)
    from duicheck.preuve.signing import load_signer  # noqa: PLC0415 -- an extra

    return load_signer(cle, certificat, chaine, _password)


def _password() -> str:
    """The password of the key: from the environment, else typed without being shown."""
    if found := os.environ.get(PASSWORD):
        return found
    if not streams.is_terminal(sys.stdin):
        message = f"--cle : la clé est chiffrée ; donnez son mot de passe dans la variable {PASSWORD}, ou au clavier"
        raise UsageError(message)
    typed: str = click.prompt(_("Mot de passe de la clé"), hide_input=True, err=True)
    return typed


def _show(report: Mapping[str, Any], files: Mapping[str, bytes], preuve: Path, digest: str) -> None:
    """The verdict first: a pack proves it, whatever it is."""
    import json  # noqa: PLC0415

    from duicheck.cli.sheet import new_sheet, put_sheet  # noqa: PLC0415
    from duicheck.discretion import mask  # noqa: PLC0415
    from duicheck.preuve.names import MANIFESTE, SOMMES  # noqa: PLC0415
    from duicheck.render.french import typography  # noqa: PLC0415
    from duicheck.render.headline import headline, targets  # noqa: PLC0415

    manifest = json.loads(files[MANIFESTE])
    sheet = new_sheet()
    sheet.bar()
    sheet.paragraph(*headline(report), indent=1, hang=2)
    sheet.paragraph(*targets(report), indent=1, hang=2)
    sheet.bar()
    signature = manifest["signature"]
    rows = [
        (_("Preuve"), mask(str(preuve)) + typography(_(" ({count} fichiers)").format(count=len(files)))),
        (_("SHA-256"), digest),
        (SOMMES, hashlib.sha256(files[SOMMES]).hexdigest()),
        (
            _("Signature"),
            _("document non signé") if signature is None else _("signé par {name}").format(name=signature["sujet"]),
        ),
        *(
            (_("Absent"), typography(f"{each['chemin']} : {each['raison'].rstrip('.')}"))
            for each in manifest["absents"]
        ),
    ]
    for label, value in rows:
        sheet.paragraph(("fort", label + "\u00a0" * (17 - len(label))), ("", value), indent=1, hang=18)
    if manifest["pades"]:
        sheet.paragraph(
            (
                "alerte",
                typography(
                    _(
                        "rapport-signe.pdf : la signature ajoutée n'est pas balisée ; ce fichier peut ne plus être "
                        "conforme à PDF/UA-1 ni à PDF/A-3a. rapport.pdf n'est pas modifié."
                    )
                ),
            ),
            indent=1,
        )
    put_sheet(sheet)
