"""`duicheck packs`: the packs of national rules of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from duicheck.cli import options, streams
from duicheck.cli.progress import download_bar
from duicheck.cli.sheet import new_sheet, put_json, put_sheet
from duicheck.cli.translated import translated
from duicheck.errors import UsageError
from duicheck.exits import ExitCode
from duicheck.langue import _, habits, n_
from duicheck.render.french import typography

if TYPE_CHECKING:
    from duicheck.model import Paquet
    from duicheck.paquets.lock import Entry
    from duicheck.render.paper import Paper

__all__ = ["command"]

_SHORT = 12  # characters of a digest that a person reads


class _Packs(click.Group):
    """Subcommands whose help is in the current language."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = super().get_command(ctx, cmd_name)
        return None if found is None else translated(found)


@click.group(
    "packs",
    cls=_Packs,
    short_help="Installe les paquets de règles nationales.",
    options_metavar="[OPTIONS]",
    subcommand_metavar="COMMANDE [ARGUMENTS]…",
)
def command() -> None:
    """Installe, vérifie et liste les paquets de règles nationales : Schematrons, jeux de valeurs, schéma CDA, liste.

    Ce que l'ANS publie n'est pas redistribué avec duicheck : donnez le dossier ou le zip que vous en avez, ou son
    adresse. Chaque paquet est réparé là où il le faut (et le dit), puis épinglé par ses empreintes : un fichier changé
    ensuite est refusé. Seul « pull » se sert du réseau ; « check », jamais.
    """


@command.command("list", short_help="Liste les paquets installés.", options_metavar="[OPTIONS]")
@options.format_option
def list_command(*, sortie: str) -> None:
    """Liste les paquets installés : contenus, empreintes, réparations."""
    from duicheck.paquets.home import home  # noqa: PLC0415 -- the help page does without
    from duicheck.paquets.lock import read_lock  # noqa: PLC0415

    folder = home()
    entries = read_lock(folder)
    if sortie == "json":
        put_json([_json(each) for each in entries])
        return
    sheet = new_sheet()
    if not entries:
        sheet.paragraph(("", typography(_("Aucun paquet dans {folder}.").format(folder=folder))))
        sheet.paragraph(("", _("« duicheck packs add DOSSIER_OU_ZIP » en installe un.")))
    for each in entries:
        _show(sheet, each.paquet)
        sheet.blank()
    if entries:
        sheet.paragraph(("", typography(_("Dossier : {folder}").format(folder=folder))))
    put_sheet(sheet)


@command.command("add", short_help="Installe un paquet depuis un dossier ou un zip.", options_metavar="[OPTIONS]")
@click.argument("chemin", metavar="DOSSIER_OU_ZIP", type=click.Path(path_type=Path))
@click.option("--nom", metavar="NOM", help="Nom du paquet ; celui qui porte déjà ce nom est remplacé.")
@options.format_option
def add_command(*, chemin: Path, nom: str | None, sortie: str) -> None:
    """Installe un paquet : le paquet de test des contenus CDA de l'ANS, ou une liste de solutions (CSV, XLSX, JSON).

    Les fichiers sont reconnus à leur contenu. Les inclusions sont dépliées une fois pour toutes ; ce qui manque ou
    diffère par la casse est réparé ou écarté, et tout est dit.
    """
    from duicheck.paquets.adding import add  # noqa: PLC0415
    from duicheck.paquets.home import home  # noqa: PLC0415

    _said(add(chemin, home(), name=nom), sortie)


@command.command("pull", short_help="Télécharge et installe un paquet.", options_metavar="[OPTIONS]")
@click.argument("cible", metavar="[solutions] URL", nargs=-1, required=True)
@click.option("--sha256", metavar="EMPREINTE", help="Empreinte que le fichier téléchargé doit avoir.")
@click.option("--nom", metavar="NOM", help="Nom du paquet ; celui qui porte déjà ce nom est remplacé.")
@options.format_option
def pull_command(*, cible: tuple[str, ...], sha256: str | None, nom: str | None, sortie: str) -> None:
    """Télécharge un paquet (zip) par https et l'installe ; « pull solutions URL », la liste des solutions référencées.

    Le téléchargement est borné, repris là où il s'est arrêté, et comparé à l'empreinte donnée. Sans --sha256, une
    archive déjà venue de la même adresse doit être la même.
    """
    from duicheck.paquets.home import home  # noqa: PLC0415
    from duicheck.paquets.pulling import pull  # noqa: PLC0415

    solutions = len(cible) == 2 and cible[0] == "solutions"  # noqa: PLR2004 -- the word, the address
    if not solutions and len(cible) != 1:
        message = "packs pull : donnez une adresse (duicheck packs pull URL, ou duicheck packs pull solutions URL)"
        raise UsageError(message)
    with download_bar() as progress:
        paquet = pull(cible[-1], home(), solutions=solutions, name=nom, sha256=sha256, progress=progress)
    _said(paquet, sortie)


@command.command("verify", short_help="Vérifie que les paquets n'ont pas changé.", options_metavar="[OPTIONS]")
@click.argument("nom", metavar="[NOM]", required=False)
@options.format_option
def verify_command(*, nom: str | None, sortie: str) -> ExitCode:
    """Recalcule les empreintes d'un paquet, ou de tous, et nomme chaque différence avec le verrou (code 5)."""
    from duicheck.paquets.home import home  # noqa: PLC0415
    from duicheck.paquets.lock import read_lock  # noqa: PLC0415
    from duicheck.paquets.verification import differences  # noqa: PLC0415

    entries = read_lock(home())
    wanted = [each.paquet for each in entries if nom in (None, each.paquet.nom)]
    if not wanted:
        raise UsageError(
            "aucun paquet n'est installé (duicheck packs add)"
            if nom is None
            else f"aucun paquet ne s'appelle « {nom} » (« duicheck packs list » les donne)"
        )
    found = {paquet.nom: differences(paquet) for paquet in wanted}
    code = ExitCode.INUTILISABLE if any(found.values()) else ExitCode.CONFORME
    if sortie == "json":
        put_json([{"nom": name, "intact": not each, "differences": each} for name, each in found.items()])
        return code
    sheet = new_sheet()
    for paquet in wanted:
        _verified(sheet, paquet, found[paquet.nom])
    put_sheet(sheet)
    return code


@command.command("remove", short_help="Ôte un paquet.", options_metavar="[OPTIONS]")
@click.argument("nom", metavar="NOM")
def remove_command(*, nom: str) -> None:
    """Ôte un paquet et ses fichiers."""
    from duicheck.paquets.adding import remove  # noqa: PLC0415
    from duicheck.paquets.home import home  # noqa: PLC0415

    remove(nom, home())
    streams.put(typography(_("Paquet « {name} » ôté.").format(name=nom)) + "\n")


def _said(paquet: Paquet, sortie: str) -> None:
    """What was just installed."""
    if sortie == "json":
        put_json(_pack_json(paquet))
        return
    sheet = new_sheet()
    _show(sheet, paquet)
    put_sheet(sheet)


def _show(sheet: Paper, paquet: Paquet) -> None:
    sheet.paragraph(("fort", paquet.nom), ("", typography(_(" — de {origin}").format(origin=paquet.origine))))
    for each in paquet.contenus:
        files = n_("{n} fichier", "{n} fichiers", len(each.fichiers)).format(n=len(each.fichiers))
        line = _("{kind} : {files}, SHA-256 {digest}…")
        line = line.format(kind=each.contenu, files=files, digest=each.sha256[:_SHORT])
        sheet.paragraph(("", typography(line)), indent=2, hang=4)
    if paquet.reparations:
        count = len(paquet.reparations)
        title = n_("Une réparation ou un manque :", "{n} réparations ou manques :", count).format(n=count)
        sheet.paragraph(("", typography(title)), indent=2)
    for repair in paquet.reparations:
        sheet.paragraph(("", typography(f"{repair.fichier} : {repair.texte}")), indent=4, hang=6)


def _verified(sheet: Paper, paquet: Paquet, found: list[str]) -> None:
    if not found:
        sheet.paragraph(("fort", paquet.nom), ("", habits().colon + _("intact")))
        return
    count = len(found)
    title = n_("une différence avec le verrou", "{n} différences avec le verrou", count).format(n=count)
    sheet.paragraph(("fort", paquet.nom), ("", habits().colon + title))
    for each in found:
        sheet.paragraph(("", typography(each)), indent=2, hang=4)
    again = _("Remettez-le (duicheck packs add ou pull), ou ôtez-le (duicheck packs remove {name}).")
    sheet.paragraph(("", again.format(name=paquet.nom)), indent=2)


def _json(entry: Entry) -> dict[str, Any]:
    return {**_pack_json(entry.paquet), "url": entry.url, "archive": entry.archive, "duicheck": entry.duicheck}


def _pack_json(paquet: Paquet) -> dict[str, Any]:
    return {
        "nom": paquet.nom,
        "dossier": str(paquet.dossier),
        "origine": paquet.origine,
        "source": paquet.source,
        "contenus": [
            {"contenu": each.contenu, "sha256": each.sha256, "fichiers": len(each.fichiers)} for each in paquet.contenus
        ],
        "reparations": [
            {"nature": each.nature, "fichier": each.fichier, "texte": each.texte} for each in paquet.reparations
        ],
    }
