"""A simulation as text: what a porteur reads."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from datetime import date

from duicheck.langue import SOURCE, _, current, habits, n_, phrase
from duicheck_indicateurs.dates import Periode
from duicheck_indicateurs.simulation import Essai, Indicateur, Perimetre, Simulation, SousTexte
from duicheck_indicateurs.simulation_json import AVERTISSEMENT

__all__ = ["en_texte"]

BLOCS = 20
"""How many establishments are written out; those that lack something come first."""
_PERIODES = 3
_AVANT = re.compile(r" (?=[:;!?%»])")
_APRES = re.compile(r"(?<=«) ")


def en_texte(simulation: Simulation, largeur: int) -> str:
    """The simulation for a reader, lines of `largeur` columns at most where words allow it."""
    lignes = [_("SIMULATION — CE N'EST PAS UN VERDICT"), *_paragraphe(phrase(AVERTISSEMENT), largeur), ""]
    for sous in simulation.textes:
        lignes += [*_conditions(simulation, sous, largeur), ""]
    declares = [sous.projet for sous in simulation.textes]
    lignes += _bloc(_("Ensemble du projet"), simulation, declares)
    blocs = list(_etablissements(simulation))
    for titre, perimetres in blocs[:BLOCS]:
        lignes += ["", *_bloc(titre, simulation, perimetres)]
    if len(blocs) > BLOCS:
        reste = len(blocs) - BLOCS
        phrase_du_reste = n_(
            "… et {nombre} autre établissement : voir --format json.",
            "… et {nombre} autres établissements : voir --format json.",
            reste,
        )
        lignes += ["", phrase_du_reste.format(nombre=_nombre(reste))]
    return "".join(f"{_typographie(ligne)}\n" for ligne in lignes)


def _conditions(simulation: Simulation, sous: SousTexte, largeur: int) -> Iterator[str]:
    """Under which text, for which dates, and how far the log goes."""
    fenetre, dates = sous.fenetres[simulation.date_mesure], sous.calendrier.dates
    couvertes = simulation.couvertes(sous)
    yield _("Sous le texte {texte}").format(texte=sous.texte.id)
    yield from _point(
        _("mesure du {jour} : la période va du {debut} au {fin}").format(
            jour=_jour(simulation.date_mesure), debut=_jour(fenetre.debut), fin=_jour(fenetre.fin)
        ),
        largeur,
    )
    yield from _point(
        _("{nombre} dates de mesure essayées, du {debut} au {fin}, à {pas} d'écart").format(
            nombre=_nombre(len(dates)), debut=_jour(dates[0]), fin=_jour(dates[-1]), pas=phrase(sous.calendrier.pas)
        ),
        largeur,
    )
    yield from _point(
        _("le journal ne couvre toute la période que pour une mesure : {dates}").format(dates=_liste(couvertes))
        if couvertes
        else _("pour aucune de ces dates le journal ne couvre toute la période"),
        largeur,
    )
    if sous.ensemble is None:
        yield from _point(_("ce texte n'oppose aucune cible"), largeur)
    else:
        quand = _liste(sous.ensemble) if sous.ensemble else _("aucune de ces dates")
        toutes = _("TOUTES LES CIBLES À LA FOIS, projet et établissements : {dates}")
        yield from _point(toutes.format(dates=quand), largeur)


def _etablissements(simulation: Simulation) -> Iterator[tuple[str, list[Perimetre]]]:
    """Each establishment under every text; those that lack something at the declared date first."""
    ensemble = list(zip(*(sous.etablissements for sous in simulation.textes), strict=True))
    for perimetres in sorted(ensemble, key=lambda un: not any(_manque(perimetre) for perimetre in un)):
        yield str(perimetres[0].finess_et), list(perimetres)


def _manque(perimetre: Perimetre) -> bool:
    return any(un.opposable and un.declare.mesure.atteinte is False for un in perimetre.indicateurs)


def _bloc(titre: str, simulation: Simulation, perimetres: Sequence[Perimetre]) -> list[str]:
    """A table: one row per indicator, or one per indicator and text when there are two."""
    noms = [sous.texte.id for sous in simulation.textes]
    codes = dict.fromkeys(un.code for perimetre in perimetres for un in perimetre.indicateurs)
    plusieurs = len(noms) > 1
    date_mesure = _("Le {jour}").format(jour=_jour(simulation.date_mesure))
    tete = [_("Indicateur"), *([_("Texte")] if plusieurs else []), _("Cible"), date_mesure, _("Résultat")]
    lignes = [[*tete, _("Atteinte pour une mesure")]]
    for code in codes:
        for rang, (nom, perimetre) in enumerate(zip(noms, perimetres, strict=True)):
            indicateur = next((un for un in perimetre.indicateurs if un.code == code), None)
            cellules = _cellules(indicateur) if indicateur else ["–", "–", "–", "–"]
            lignes.append([code if rang == 0 else "", *([nom] if plusieurs else []), *cellules])
    largeurs = [max(len(ligne[colonne]) for ligne in lignes) for colonne in range(len(lignes[0]))]
    corps = (
        "  ".join(cellule.ljust(large) for cellule, large in zip(ligne, largeurs, strict=True)) for ligne in lignes
    )
    return [titre, *(f"  {ligne.rstrip()}" for ligne in corps)]


def _cellules(indicateur: Indicateur) -> list[str]:
    cible = indicateur.cible
    pourcent = "–" if cible is None else f"{float(cible):g}".replace(".", habits().decimal) + habits().percent
    return [pourcent, _comptes(indicateur.declare), _resultat(indicateur), _quand(indicateur)]


def _comptes(essai: Essai) -> str:
    comptes = essai.comptes
    if comptes.denominateur is None:
        return _nombre(comptes.numerateur)
    return f"{_nombre(comptes.numerateur)}\u00a0/\u00a0{_nombre(comptes.denominateur)}"


def _resultat(indicateur: Indicateur) -> str:
    mesure = indicateur.declare.mesure
    if mesure.atteinte is None:
        return "–"
    manque = _("manque {count}").format(count=_nombre(mesure.manquants or 0))
    resultat = _("atteinte") if mesure.atteinte else manque
    return resultat if indicateur.opposable else f"({resultat})"


def _quand(indicateur: Indicateur) -> str:
    """The dates that reach the target, or the one that comes nearest."""
    if indicateur.cible is None:
        return "–"
    if trouvees := indicateur.periodes:
        return _liste(trouvees)
    proche = indicateur.plus_proche
    if proche is None:
        return _("aucune")
    mieux = _("aucune ; au mieux le {jour} (manque {nombre})")
    return mieux.format(jour=_jour(proche.date_mesure), nombre=_nombre(proche.mesure.manquants or 0))


def _liste(periodes: Sequence[Periode]) -> str:
    textes = [
        _("le {jour}").format(jour=_jour(periode.du))
        if periode.du == periode.au
        else f"{_jour(periode.du)} – {_jour(periode.au)}"
        for periode in periodes[:_PERIODES]
    ]
    reste = len(periodes) - _PERIODES
    encore = (
        n_(", et {nombre} fois encore", ", et {nombre} fois encore", reste).format(nombre=reste) if reste > 0 else ""
    )
    return ", ".join(textes) + encore


def _jour(jour: date) -> str:
    return habits().write_day(jour)


def _nombre(nombre: int) -> str:
    return habits().write_integer(nombre)


def _point(texte: str, largeur: int) -> list[str]:
    return textwrap.wrap(_typographie(texte), largeur, initial_indent="  – ", subsequent_indent="    ")


def _paragraphe(texte: str, largeur: int) -> list[str]:
    return textwrap.wrap(_typographie(texte), largeur)


def _typographie(texte: str) -> str:
    return _APRES.sub("\u00a0", _AVANT.sub("\u00a0", texte)) if current() == SOURCE else texte
