"""`duicheck verify`: whether a proof pack still says what it said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from duicheck.cli import options
from duicheck.errors import UsageError
from duicheck.exits import ExitCode
from duicheck.langue import _

if TYPE_CHECKING:
    from duicheck.preuve.outcome import Verification

__all__ = ["command"]


@click.command("verify", short_help="Vérifie une preuve gardée.", options_metavar="[OPTIONS]")
@click.argument("preuve", metavar="PREUVE.zip", type=click.Path(path_type=Path))
@click.option(
    "--entrees",
    type=click.Path(path_type=Path),
    metavar="LIVRAISON",
    help="Les fichiers contrôlés (dossier, zip ou fichier) : compare leurs empreintes, et rejoue le contrôle.",
)
@click.option(
    "--precedent",
    type=click.Path(path_type=Path),
    metavar="RAPPORT",
    help="Le rapport de la mesure précédente que le contrôle avait reçu.",
)
@click.option(
    "--autorite",
    type=click.Path(path_type=Path),
    metavar="AUTORITE.pem",
    help="Les autorités de confiance : exige une signature dont le certificat vient de l'une d'elles.",
)
@click.option(
    "--certificat",
    type=click.Path(path_type=Path),
    metavar="CERTIFICAT.pem",
    help="Exige une signature faite avec ce certificat.",
)
@options.format_option
@click.option("-q", "--quiet", "quiet", is_flag=True, help="N'écrit rien sur la sortie ; le code dit le résultat.")
def command(  # noqa: PLR0913 -- one argument per option of the command line
    *,
    preuve: Path,
    entrees: Path | None,
    precedent: Path | None,
    autorite: Path | None,
    certificat: Path | None,
    sortie: str,
    quiet: bool,
) -> ExitCode:
    """Vérifie une preuve écrite par duicheck pack : rien n'a changé, tout va ensemble, et le contrôle rejoué le redit.

    Le code de retour n'est pas celui du verdict, qu'une preuve peut donner non conforme. 0 : rien n'est altéré, et
    tout ce que la preuve annonce et que la commande demande a été vérifié ; sans --entrees ni signataire reconnu, cela
    dit seulement que les fichiers vont ensemble. 1 :
    altérée, ou autre que ce qui est attendu. 3 : rien n'est altéré, mais tout n'a pas pu être vérifié (autre version
    de duicheck, extension ou bibliothèque absente). 4 : ce n'est pas un zip, ou la livraison donnée n'existe pas.

    Sans réseau : la révocation d'un certificat n'est pas cherchée. Sans horloge : les certificats sont jugés au jour
    que dit la signature.
    """
    from duicheck.cli.outputs import renderers  # noqa: PLC0415 -- the help page does without
    from duicheck.cli.progress import reading_bar  # noqa: PLC0415
    from duicheck.discretion import mask  # noqa: PLC0415
    from duicheck.preuve.pack import Against  # noqa: PLC0415
    from duicheck.preuve.verification import read_pack, verify  # noqa: PLC0415

    if precedent is not None and entrees is None:
        message = "--precedent ne sert qu'à rejouer le contrôle ; donnez aussi --entrees"
        raise UsageError(message)
    data = read_pack(preuve)
    against = Against(renderers, entrees, precedent, autorite, certificat)
    with reading_bar(wanted=not quiet) as progress:
        found = verify(data, preuve.name, against, progress)
    if not quiet:
        if sortie == "json":
            _put_json(found)
        else:
            _show(found, mask(str(preuve)))
    return found.code


_CONCLUSIONS: Final = {
    ExitCode.CONFORME: "coherente",
    ExitCode.NON_CONFORME: "alteree",
    ExitCode.INDETERMINE: "incomplete",
}


def _put_json(found: Verification) -> None:
    from duicheck.cli.sheet import put_json  # noqa: PLC0415

    checks = [{"etape": each.etape, "etat": each.etat, "phrases": list(each.phrases)} for each in found.checks]
    verdict = None if found.rapport is None or found.altered else found.rapport["verdict"]
    conclusion = "verifiee" if found.proven and found.code == ExitCode.CONFORME else _CONCLUSIONS[found.code]
    put_json({"format": 1, "conclusion": conclusion, "verdict": verdict, "controles": checks})


def _show(found: Verification, source: str) -> None:
    from duicheck.cli.sheet import new_sheet, put_sheet  # noqa: PLC0415
    from duicheck.preuve.outcome import Etape, Etat  # noqa: PLC0415
    from duicheck.render.french import sentence, typography  # noqa: PLC0415
    from duicheck.render.headline import headline, targets  # noqa: PLC0415

    whole = (
        ("bien", _("PREUVE VÉRIFIÉE"), _("rien n'est altéré."))
        if found.proven
        else (
            "alerte",
            _("PREUVE COHÉRENTE"),
            _(
                "tous les fichiers vont ensemble, mais rien d'extérieur ne l'atteste : ni signataire reconnu, ni "
                "contrôle rejoué."
            ),
        )
    )
    conclusions = {
        ExitCode.CONFORME: whole,
        ExitCode.NON_CONFORME: ("faute", _("PREUVE ALTÉRÉE"), _("ne vous y fiez pas.")),
        ExitCode.INDETERMINE: (
            "alerte",
            _("VÉRIFICATION INCOMPLÈTE"),
            _("rien n'est altéré, mais tout n'a pas pu être vérifié."),
        ),
    }
    states = {
        Etat.VERIFIE: ("bien_simple", _("vérifié")),
        Etat.ALTERE: ("faute", _("ALTÉRÉ")),
        Etat.NON_VERIFIE: ("alerte", _("NON VÉRIFIÉ")),
        Etat.NON_DEMANDE: ("discret", _("non demandé")),
    }
    steps = {
        Etape.ARCHIVE: _("Archive"),
        Etape.EMPREINTES: _("Empreintes"),
        Etape.RAPPORT: _("Rapport"),
        Etape.MANIFESTE: _("Manifeste"),
        Etape.SIGNATURE: _("Signature"),
        Etape.SIGNATAIRE: _("Signataire"),
        Etape.TEXTES: _("Textes"),
        Etape.SCHEMAS: _("Schémas"),
        Etape.FORMATS: _("Mises en forme"),
        Etape.ENTREES: _("Fichiers contrôlés"),
        Etape.REJEU: _("Contrôle rejoué"),
    }
    style, word, rest = conclusions[found.code]
    sheet = new_sheet()
    sheet.bar(style)
    sheet.paragraph((style, word), ("", f" — {typography(source)} : {rest}"), indent=1, hang=1)
    sheet.bar(style)
    if found.rapport is not None and not found.altered:
        sheet.paragraph(("", _("Son verdict :")), ("", " "), *headline(found.rapport), indent=1, hang=2)
        sheet.paragraph(*targets(found.rapport), indent=1, hang=2)
        sheet.blank()
    for check in found.checks:
        sheet.line(states[check.etat], ("", " — "), ("fort", steps[check.etape]), indent=1)
        for phrase in check.phrases:
            sheet.paragraph(("", sentence(phrase)), indent=3, hang=2)
    put_sheet(sheet)
