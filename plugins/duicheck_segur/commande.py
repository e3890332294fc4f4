"""`duicheck exigences`: what each Ségur requirement asks, and what can be said of it; importing a catalogue."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duicheck.errors import UsageError
from duicheck.langue import _, n_, phrase

if TYPE_CHECKING:
    from duicheck_segur.importation import Importation

__all__ = ["command"]

_ETROIT, _LARGE = 60, 120
_MONTREES = 5  # rows that a message names


@click.group(
    "exigences",
    short_help="Dit ce que duicheck contrôle de chaque exigence Ségur.",
    invoke_without_command=True,
    options_metavar="[OPTIONS]",
    subcommand_metavar="[importer FICHIER.xlsx]",
)
@click.option(
    "--catalogue",
    "chemin",
    type=click.Path(path_type=Path),
    metavar="FICHIER",
    help="Un catalogue importé, au lieu de celui de duicheck.",
)
@click.option("--chapitre", metavar="CHAPITRE", help="Un seul chapitre : DMP, MSS, INS…")
@click.option(
    "--format", "sortie", type=click.Choice(["text", "json", "markdown"]), default="text", help="Ce qui est écrit."
)
@click.pass_context
def command(contexte: click.Context, *, chemin: Path | None, chapitre: str | None, sortie: str) -> None:
    """Donne chaque exigence connue et ce que duicheck en contrôle.

    Une règle en vérifie quelque chose, une preuve jointe à la déclaration l'atteste, ou rien ne permet d'en juger, et
    la raison est dite. Le catalogue livré est partiel : des brouillons publics, et non le référentiel publié.
    « importer » lit les exports XLSX de ce référentiel.
    """
    if contexte.invoked_subcommand is not None:
        return
    from duicheck_segur.catalogue import catalogue_livre, lire_catalogue  # noqa: PLC0415 -- the help page does without
    from duicheck_segur.couverture import en_json, en_texte, texte_json  # noqa: PLC0415
    from duicheck_segur.page import en_markdown  # noqa: PLC0415

    catalogue = catalogue_livre() if chemin is None else lire_catalogue(chemin)
    if chapitre is not None:
        connus = sorted({each.chapitre for each in catalogue.exigences.values()})
        if chapitre.casefold() not in {connu.casefold() for connu in connus}:
            message = f"chapitre « {chapitre} » inconnu ; chapitres du catalogue : {', '.join(connus)}"
            raise UsageError(message)
    if sortie == "json":
        click.echo(texte_json(en_json(catalogue, chapitre)).encode("utf-8"), nl=False)
    elif sortie == "markdown":
        click.echo(en_markdown(catalogue).encode("utf-8"), nl=False)
    else:
        largeur = max(_ETROIT, min(_LARGE, shutil.get_terminal_size((80, 24)).columns))
        click.echo(en_texte(catalogue, largeur, chapitre), nl=False)


@command.command("importer", short_help="Lit un export XLSX du référentiel.", options_metavar="[OPTIONS]")
@click.argument("source", metavar="FICHIER.xlsx", type=click.Path(path_type=Path))
@click.option(
    "--vers",
    type=click.Path(path_type=Path),
    default=Path("exigences.json"),
    show_default=True,
    metavar="FICHIER",
    help="Où écrire le catalogue.",
)
@click.option(
    "--couloir",
    type=click.Choice(["medico-social", "hopital"]),
    default="medico-social",
    show_default=True,
    help="Le couloir dont c'est le référentiel.",
)
@click.option("--complet", is_flag=True, help="Déclare que ce classeur est le référentiel entier.")
@click.option("--force", is_flag=True, help="Remplace un fichier déjà là.")
def importer_fichier(*, source: Path, vers: Path, couloir: str, complet: bool, force: bool) -> None:
    """Écrit un catalogue d'exigences d'après un export XLSX officiel.

    Deux dispositions de colonnes sont reconnues, celle du rapport Ségur et celle de l'export Convergence. Le catalogue
    se joint à une livraison sous le rôle « exigences » : les règles du groupe segur portent alors sur lui.
    """
    from duicheck_segur.couverture import texte_json  # noqa: PLC0415 -- the help page does without
    from duicheck_segur.importation import importer  # noqa: PLC0415

    if vers.exists() and not force:
        message = f"{vers} existe déjà ; donnez un autre nom (--vers) ou --force pour le remplacer"
        raise UsageError(message)
    trouve = importer(source, couloir=couloir, complet=complet)
    _ecrire(vers, texte_json(trouve.valeur).encode("utf-8"))
    _annoncer(trouve, vers)


def _annoncer(trouve: Importation, vers: Path) -> None:
    """What was read, what was set aside, and what to do with what was written."""
    exigences = len(trouve.valeur["exigences"])
    nombres = (
        n_("{n} exigence", "{n} exigences", exigences).format(n=exigences),
        n_("{n} scénario", "{n} scénarios", trouve.scenarios).format(n=trouve.scenarios),
        n_("{n} preuve", "{n} preuves", trouve.preuves).format(n=trouve.preuves),
    )
    click.echo(", ".join(nombres))
    ou = _("lus dans la feuille « {feuille} », {disposition}")
    click.echo(ou.format(feuille=trouve.feuille, disposition=phrase(trouve.disposition)))
    if trouve.sans_categorie:
        sans = _("{n} sans catégorie : ni obligatoires ni recommandées aux yeux des règles")
        click.echo(sans.format(n=trouve.sans_categorie))
    if trouve.ecartees:
        lignes = ", ".join(map(str, trouve.ecartees[:_MONTREES]))
        suite = "…" if len(trouve.ecartees) > _MONTREES else ""
        texte = n_(
            "{n} ligne écartée, sans identifiant d'exigence : {lignes}",
            "{n} lignes écartées, sans identifiant d'exigence : {lignes}",
            len(trouve.ecartees),
        )
        click.echo(texte.format(n=len(trouve.ecartees), lignes=f"{lignes}{suite}"))
    ecrit = _('Écrit dans {vers}. Au manifeste d\'une livraison : role = "exigences", chemin = "{nom}"')
    click.echo(ecrit.format(vers=vers, nom=vers.name))


def _ecrire(chemin: Path, contenu: bytes) -> None:
    """Write a file whole, or not at all."""
    provisoire = chemin.with_name(f".{chemin.name}.{secrets.token_hex(4)}.tmp")
    try:
        provisoire.write_bytes(contenu)
        provisoire.replace(chemin)
    except OSError as erreur:
        provisoire.unlink(missing_ok=True)
        message = f"{chemin} : écriture impossible ({erreur.strerror})"
        raise UsageError(message) from None
