"""`duicheck finess`: load an extract of the national file, say what is loaded, look a number up."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import asdict

from duicheck.errors import NotAvailable, UsageError
from duicheck.langue import _, day_typed, habits, n_
from duicheck_identifiants.repertoire.numeros import restaure

if TYPE_CHECKING:
    from duicheck_identifiants.repertoire.base import Etablissement, Repertoire
    from duicheck_identifiants.repertoire.emplacement import Installe
    from duicheck_identifiants.repertoire.puits import Remarque, SourceExtrait

__all__ = ["command"]

_MONTREES = 20  # remarks that the terminal shows; JSON has all that are kept
_COURT = 12  # characters of a digest that a person reads


@click.group(
    "finess",
    short_help="Charge un extrait du fichier FINESS et y cherche un numéro.",
    options_metavar="[OPTIONS]",
    subcommand_metavar="COMMANDE [ARGUMENTS]…",
)
def command() -> None:
    """Garde sur cette machine un extrait du fichier national des établissements (FINESS).

    Avec lui, « duicheck check » dit si chaque numéro existe, s'il est celui d'un établissement, s'il a fermé, et si sa
    catégorie, son SIRET et son entité juridique s'accordent avec la livraison. Rien n'est téléchargé : donnez le
    fichier que vous avez pris sur data.gouv.fr.
    """


_format = click.option(
    "--format", "sortie", type=click.Choice(["text", "json"]), default="text", help="Ce qui est écrit."
)


@command.command("charger", short_help="Charge un extrait à la place du précédent.", options_metavar="[OPTIONS]")
@click.argument("fichiers", metavar="FICHIER…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--date", "jour", callback=day_typed, metavar="DATE", help="Date de l'extrait, si le fichier ne la dit pas."
)
@_format
def charger(*, fichiers: tuple[Path, ...], jour: date | None, sortie: str) -> None:
    """Charge un extrait FINESS, d'un ou de plusieurs fichiers, à la place de celui qui était là.

    Reconnus à leur contenu, gzip ou non : le JSON des structures de FINESS+, l'ancien CSV « etalab-cs1100502 » (gelé
    depuis le 4 mai 2026), les flux XML cs1400101 et cs1400102, les identités de l'enquête SAE. Un établissement donné
    par plusieurs fichiers est pris dans le premier. L'ancien extrait reste en place tant que le nouveau n'est pas
    entièrement lu.
    """
    from duicheck_identifiants.repertoire.emplacement import dossier, installer, ouvrir  # noqa: PLC0415 -- help page

    trouve, _puits = installer(fichiers, dossier(), jour)
    _dit(trouve, ouvrir(trouve), sortie)


@command.command("etat", short_help="Dit quel extrait est chargé.", options_metavar="[OPTIONS]")
@_format
def etat(*, sortie: str) -> None:
    """Dit quel extrait est chargé : ses fichiers, sa date, ce qui en a été écarté et pourquoi."""
    from duicheck_identifiants.repertoire.emplacement import dossier  # noqa: PLC0415 -- the help page does without

    charge = _charge()
    if charge is None:
        if sortie == "json":
            _json({"dossier": str(dossier()), "extrait": None})
        else:
            click.echo(_("Aucun extrait FINESS dans {folder}.").format(folder=dossier()))
            click.echo(_("« duicheck finess charger FICHIER » en charge un."))
        return
    _dit(*charge, sortie)


@command.command("chercher", short_help="Montre un établissement, ou les numéros proches.", options_metavar="[OPTIONS]")
@click.argument("numeros", metavar="NUMERO…", nargs=-1, required=True)
@_format
def chercher(*, numeros: tuple[str, ...], sortie: str) -> int:
    """Montre l'établissement de chaque numéro, son entité juridique, ou les numéros proches qui existent.

    Un numéro est proche quand un zéro de tête, un chiffre ou deux chiffres voisins les séparent et que sa clé va. Le
    code de retour est 1 quand un numéro n'est celui d'aucun établissement.
    """
    from duicheck_identifiants.repertoire.emplacement import COMMANDE  # noqa: PLC0415 -- the help page does without

    charge = _charge()
    if charge is None:
        message = f"aucun extrait FINESS n'est chargé ; {COMMANDE} en charge un"
        raise UsageError(message)
    repertoire = charge[1]
    cherches = ["".join(numero.split()).upper() for numero in numeros]
    etablissements, entites = repertoire.etablissements(cherches), repertoire.entites(cherches)
    siens = repertoire.de_l_entite(numero for numero in entites if numero not in etablissements)
    inconnus = [numero for numero in cherches if numero not in etablissements and numero not in entites]
    proches = repertoire.proches(inconnus)
    if sortie == "json":
        _json(
            [
                {
                    "numero": numero,
                    "etablissement": _fiche(etablissements.get(numero)),
                    "entite": numero in entites,
                    "etablissements": siens.get(numero, []),
                    "proches": [_fiche(fiche) for fiche in proches.get(numero, [])],
                }
                for numero in cherches
            ]
        )
    else:
        for numero in cherches:
            if (fiche := etablissements.get(numero)) is not None:
                lignes = _etablissement(fiche, repertoire)
            elif numero in entites:
                lignes = _entite(numero, entites[numero].nom, siens.get(numero, []))
            else:
                lignes = _inconnu(numero, proches[numero], repertoire)
            for ligne in lignes:
                click.echo(ligne)
    return 0 if all(numero in etablissements for numero in cherches) else 1


def _charge() -> tuple[Installe, Repertoire] | None:
    from duicheck_identifiants.repertoire.emplacement import installe, ouvrir  # noqa: PLC0415 -- help page

    try:
        trouve = installe()
    except NotAvailable as refus:
        raise UsageError(str(refus)) from None
    return None if trouve is None else (trouve, ouvrir(trouve))


def _dit(trouve: Installe, repertoire: Repertoire, sortie: str) -> None:
    """What is loaded: sources, counts, remarks."""
    etablissements, entites = repertoire.comptes()
    remarques = repertoire.remarques()
    if sortie == "json":
        _json(
            {
                "dossier": str(trouve.base.parent),
                "extrait": {
                    "date": repertoire.date_extrait,
                    "source": trouve.source,
                    "contenu": trouve.contenu,
                    "complet": repertoire.complet,
                    "fermes": repertoire.fermes,
                    "etablissements": etablissements,
                    "entites": entites,
                    "fichiers": [asdict(source) for source in repertoire.sources],
                    "remarques": [asdict(remarque) for remarque in remarques],
                },
            }
        )
        return
    for source in repertoire.sources:
        for ligne in _de_la_source(source):
            click.echo(ligne)
    for ligne in _des_remarques(remarques):
        click.echo(ligne)
    compte = n_("{n} établissement", "{n} établissements", etablissements).format(n=_entier(etablissements))
    juridiques = n_("{n} entité juridique", "{n} entités juridiques", entites).format(n=_entier(entites))
    click.echo(_("En tout : {places}, {owners}.").format(places=compte, owners=juridiques))
    if not repertoire.complet:
        click.echo(_("Extrait partiel : il ne permet pas de dire qu'un numéro n'existe pas."))
    elif not repertoire.fermes:
        click.echo(_("Les établissements fermés n'y figurent pas."))
    click.echo(_("Dossier : {folder}").format(folder=trouve.base.parent))


def _de_la_source(source: SourceExtrait) -> Iterator[str]:
    jour = _("sans date") if source.date_extrait is None else habits().write_day(source.date_extrait)
    dit = _("{file} : {shape}, {day}, empreinte {digest}…")
    formes = {
        "etalab-cs1100502": _("CSV etalab-cs1100502"),
        "finess-plus": _("JSON de FINESS+"),
        "fluxfiness": _("flux XML"),
        "sae": _("identités de la SAE"),
        "csv": _("CSV à titres"),
    }
    forme = formes.get(source.forme, source.forme)
    yield dit.format(file=source.fichier, shape=forme, day=jour, digest=source.sha256[:_COURT])
    lus = n_("{n} ligne lue", "{n} lignes lues", source.lus).format(n=_entier(source.lus))
    ecartes = n_("{n} écartée", "{n} écartées", source.ecartes).format(n=_entier(source.ecartes))
    yield f"  {lus}, {ecartes}"


def _des_remarques(remarques: Sequence[Remarque]) -> Iterator[str]:
    for remarque in remarques[:_MONTREES]:
        ou = _("ligne {line}").format(line=remarque.place) if remarque.place.isdigit() else remarque.place
        suite = _(" (ligne écartée)") if remarque.ecartee else ""
        yield f"  {remarque.fichier}, {ou}{habits().colon}{remarque.cause}{suite}"
    if (reste := len(remarques) - _MONTREES) > 0:
        autres = n_("  et {n} remarque de plus (--format json)", "  et {n} remarques de plus (--format json)", reste)
        yield autres.format(n=_entier(reste))


def _etablissement(fiche: Etablissement, repertoire: Repertoire) -> Iterator[str]:
    yield f"{fiche.numero}  {fiche.nom or ''}".rstrip()
    categorie = " ".join(filter(None, (fiche.categorie, fiche.libelle)))
    entite = repertoire.entites([fiche.numero_ej]).get(fiche.numero_ej) if fiche.numero_ej else None
    juridique = " ".join(filter(None, (fiche.numero_ej, entite.nom if entite else None)))
    dits = (
        (_("catégorie"), categorie),
        (_("lieu"), ", ".join(filter(None, (fiche.commune, fiche.departement)))),
        (_("entité juridique"), juridique),
        (_("SIRET"), fiche.siret),
        (_("ouvert le"), None if fiche.ouverture is None else habits().write_day(fiche.ouverture)),
        (_("fermé le"), None if fiche.fermeture is None else habits().write_day(fiche.fermeture)),
    )
    for titre, valeur in dits:
        if valeur:
            yield f"  {titre}{habits().colon}{valeur}"


def _entite(numero: str, nom: str | None, siens: Sequence[str]) -> Iterator[str]:
    yield f"{numero}  {nom or ''}".rstrip()
    yield _("  entité juridique (EJ), pas un établissement")
    if siens:
        montres = ", ".join(siens[:_MONTREES]) + ("…" if len(siens) > _MONTREES else "")
        yield _("  ses établissements : {numbers}").format(numbers=montres)


def _inconnu(numero: str, proches: Sequence[Etablissement], repertoire: Repertoire) -> Iterator[str]:
    yield _("{number}  inconnu de l'extrait").format(number=numero)
    if (entier := restaure(numero)) is not None:
        yield _("  un tableur a sans doute ôté le zéro de tête de {number}").format(number=entier)
    if not proches:
        yield _("  aucun numéro proche n'y existe")
        if not repertoire.fermes:
            yield _("  (les établissements fermés n'y figurent pas)")
    for fiche in proches:
        dits = ", ".join(filter(None, (fiche.nom, fiche.commune)))
        yield _("  numéro proche : {number} {name}").format(number=fiche.numero, name=dits).rstrip()


def _entier(nombre: int) -> str:
    return habits().write_integer(nombre)


def _fiche(fiche: Etablissement | None) -> dict[str, object] | None:
    return None if fiche is None else asdict(fiche)


def _json(valeur: object) -> None:
    texte = json.dumps(valeur, ensure_ascii=False, indent=2, default=str) + "\n"
    click.echo(texte.encode("utf-8"), nl=False)
