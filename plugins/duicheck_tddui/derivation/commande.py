"""`duicheck derive`: the register and the log that standard exchanges carry."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from duicheck.errors import DeliveryError, UsageError
from duicheck.langue import day_typed

if TYPE_CHECKING:
    from duicheck_tddui.traces.evenements import Contexte
    from duicheck_tddui.traces.lecture import TracesLues

__all__ = ["command"]

_ETROIT, _LARGE = 60, 110


def _communes(fonction: Callable[..., Any]) -> Callable[..., Any]:
    """The options that both commands have."""
    for option in (
        click.option(
            "--format", "forme", type=click.Choice(["text", "json"]), default="text", help="Ce qui est affiché."
        ),
        click.option(
            "--fuseau",
            metavar="ZONE",
            help="Fuseau des horloges qui n'en disent pas, par exemple Europe/Paris. Jamais deviné.",
        ),
        click.option(
            "--finess-et", metavar="NUMERO", help="Établissement des traces qui n'en disent pas. Jamais deviné."
        ),
        click.option(
            "--date-mesure", callback=day_typed, metavar="DATE", help="Date de mesure, pour écrire le manifeste."
        ),
        click.option("--texte", metavar="ID", help="Texte applicable, pour écrire le manifeste."),
        click.option(
            "--sel",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FICHIER",
            help="Fichier secret d'où viennent les pseudonymes ; créé s'il n'existe pas.",
        ),
        click.option(
            "-o",
            "--dossier",
            required=True,
            type=click.Path(path_type=Path),
            metavar="DOSSIER",
            help="Dossier à écrire, neuf ou vide.",
        ),
    ):
        fonction = option(fonction)
    return fonction


_FICHIERS = click.Path(path_type=Path, exists=False)


@click.group("derive", short_help="Tire un registre et un journal d'échanges standard.", subcommand_metavar="SOURCE …")
def command() -> None:
    """Tire le registre et le journal de ce qu'un logiciel exporte déjà : transferts de données DUI, traces.

    Rien n'est inventé : ce qui manque pour faire une ligne est dit, colonne par colonne. Les personnes n'apparaissent
    que par des pseudonymes, tirés d'un sel secret.
    """


@command.command("tddui", short_help="D'un transfert de données DUI.", options_metavar="[OPTIONS]")
@click.argument("lots", metavar="LOT…", nargs=-1, required=True, type=_FICHIERS)
@click.option(
    "--traces", "traces", multiple=True, type=_FICHIERS, metavar="FICHIER", help="Traces à joindre au même journal."
)
@_communes
def tddui(*, lots: tuple[Path, ...], traces: tuple[Path, ...], **options: Any) -> int:  # noqa: ANN401 -- as declared
    """Lit des lots TDDUI (JSON), écrit registre.csv et journal.csv ; avec --texte et --date-mesure, livraison.toml.

    Version 2 : séjours, événements et projets personnalisés du lot.
    Version 1 : séjours et événements des documents CDA.
    """
    return _deriver("tddui", lots, traces, **options)


@command.command("traces", short_help="De traces MSSanté et DMP.", options_metavar="[OPTIONS]")
@click.argument("fichiers", metavar="FICHIER…", nargs=-1, required=True, type=_FICHIERS)
@_communes
def traces_(*, fichiers: tuple[Path, ...], **options: Any) -> int:  # noqa: ANN401 -- as declared
    """Lit des messages d'audit (ATNA) et des messages HL7 v2 (MDM et leurs accusés métier) et écrit journal.csv.

    Donnez ensemble les messages et leurs accusés : c'est l'accusé qui dit l'issue, et le message qui dit pour qui.
    """
    return _deriver("traces", (), fichiers, **options)


def _deriver(  # noqa: PLR0913 -- one argument per option of the command line
    sorte: str,
    lots: Sequence[Path],
    traces: Sequence[Path],
    *,
    dossier: Path,
    sel: Path | None,
    texte: str | None,
    date_mesure: date | None,
    finess_et: str | None,
    fuseau: str | None,
    forme: str,
) -> int:
    """Read everything, then write everything; return the exit code."""
    from duicheck import ExitCode  # noqa: PLC0415 -- the help page does without
    from duicheck_tddui.derivation.ecriture import ecrire, verifier_la_place  # noqa: PLC0415
    from duicheck_tddui.derivation.journalier import tirer_traces  # noqa: PLC0415
    from duicheck_tddui.derivation.pseudonymes import Pseudonymes  # noqa: PLC0415
    from duicheck_tddui.derivation.pseudonymes import sel as lire_sel  # noqa: PLC0415
    from duicheck_tddui.derivation.recolte import Recolte  # noqa: PLC0415
    from duicheck_tddui.derivation.resume import Resume, en_json, en_texte  # noqa: PLC0415
    from duicheck_tddui.traces.evenements import raconter  # noqa: PLC0415

    _verifier_le_manifeste(texte, date_mesure)
    contexte = _contexte(finess_et, fuseau)
    verifier_la_place(dossier)
    lues = [_traces(fichier) for fichier in traces]
    recolte = Recolte()
    existait = sel is not None and sel.exists()
    pseudonymes = Pseudonymes(lire_sel(sel, dossier)[0])
    for fichier in lots:
        _tirer_un_lot(fichier, pseudonymes, recolte)
    tirer_traces(raconter(lues, contexte), pseudonymes, recolte)
    tables = recolte.tables()
    ecrits = ecrire(dossier, tables, texte, date_mesure) if tables else []
    etat = "perdu" if sel is None else "garde" if existait else "cree"
    resume = Resume(sorte, [str(each) for each in (*lots, *traces)], recolte, dossier, ecrits, etat)
    if forme == "json":
        contenu = json.dumps(en_json(resume), ensure_ascii=False, indent=2) + "\n"
    else:
        largeur = shutil.get_terminal_size((80, 24)).columns
        contenu = en_texte(resume, max(_ETROIT, min(_LARGE, largeur)))
    _afficher(contenu, forme)
    return ExitCode.CONFORME if tables else ExitCode.INDETERMINE


def _afficher(contenu: str, forme: str) -> None:
    if forme == "json":
        click.echo(contenu.encode("utf-8"), nl=False)
        return
    encodage = getattr(sys.stdout, "encoding", None) or "utf-8"
    click.echo(contenu.encode(encodage, "replace").decode(encodage), nl=False)


def _verifier_le_manifeste(texte: str | None, date_mesure: date | None) -> None:
    """Both or none; and a text that exists."""
    from duicheck import find_rulebook, load_plugins, load_rulebooks  # noqa: PLC0415 -- the help page does without

    if (texte is None) != (date_mesure is None):
        message = "--texte et --date-mesure vont ensemble : le manifeste dit l'un et l'autre"
        raise UsageError(message)
    if texte is not None:
        find_rulebook(load_rulebooks(load_plugins()), texte)


def _contexte(finess: str | None, fuseau: str | None) -> Contexte:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 -- the help page does without

    from duicheck_tddui.fhir.identifiants import un_finess  # noqa: PLC0415
    from duicheck_tddui.traces.evenements import Contexte  # noqa: PLC0415

    if finess is not None and not un_finess(finess):
        message = "--finess-et : un numéro FINESS a deux caractères pour le lieu, puis sept chiffres"
        raise UsageError(message)
    if fuseau is None:
        return Contexte(finess)
    try:
        return Contexte(finess, ZoneInfo(fuseau))
    except (KeyError, ValueError, OSError):
        message = f"--fuseau : « {fuseau} » n'est pas un fuseau connu ; par exemple Europe/Paris ou Indian/Reunion"
        raise UsageError(message) from None


def _present(fichier: Path) -> None:
    if not fichier.is_file():
        quoi = "c'est un dossier ; donnez ses fichiers" if fichier.is_dir() else "ce fichier n'existe pas"
        message = f"{fichier} : {quoi}"
        raise DeliveryError(message)


def _traces(fichier: Path) -> TracesLues:
    from duicheck_tddui.traces.lecture import lire_traces  # noqa: PLC0415 -- the help page does without

    _present(fichier)
    lues = lire_traces(fichier, str(fichier))
    if lues.defaut is not None:
        message = f"{fichier}, ligne {lues.defaut.ligne} : {lues.defaut.faits['cause']}"
        raise DeliveryError(message)
    return lues


def _tirer_un_lot(fichier: Path, pseudonymes: Any, recolte: Any) -> None:  # noqa: ANN401 -- imported below
    """Draw a bundle; a CDA document of transfer may also come by itself."""
    from duicheck_tddui.derivation.cda import est_un_cda, tirer_cda  # noqa: PLC0415 -- the help page does without
    from duicheck_tddui.derivation.transfert import tirer  # noqa: PLC0415
    from duicheck_tddui.fhir.lecture import lire_lot  # noqa: PLC0415
    from duicheck_tddui.fhir.pieces import du_lot  # noqa: PLC0415

    _present(fichier)
    nom = str(fichier)
    lu = lire_lot(fichier, nom)
    if lu.lot is None or lu.lot.version is None:
        if lu.defauts[0].regle == "tddui/xml-non-lu" and est_un_cda(octets := fichier.read_bytes()):
            tirer_cda(nom, octets, pseudonymes, recolte)
            return
        ligne = "" if lu.defauts[0].ligne is None else f", ligne {lu.defauts[0].ligne}"
        cause = lu.defauts[0].faits.get("cause", "les lots en XML ne sont pas lus ; exportez-le en JSON")
        message = f"{fichier}{ligne} : {cause}"
        raise DeliveryError(message)
    tirer(lu.lot, pseudonymes, recolte)
    if lu.lot.version == "1":
        pieces = [piece.octets for piece in du_lot(lu.lot) if piece.xml and piece.octets is not None]
        for octets in filter(est_un_cda, pieces):
            tirer_cda(nom, octets, pseudonymes, recolte)
        if not any(map(est_un_cda, pieces)):
            cause = "lot de version 1 sans document CDA : ni séjour, ni événement"
            recolte.ecarter(nom, "registre", "lot", {"": cause})
