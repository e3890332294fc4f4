"""A simulation as text: what a porteur reads."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from datetime import date

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
    lignes = ["SIMULATION — CE N'EST PAS UN VERDICT", *_paragraphe(AVERTISSEMENT, largeur), ""]
    for sous in simulation.textes:
        lignes += [*_conditions(simulation, sous, largeur), ""]
    declares = [sous.projet for sous in simulation.textes]
    lignes += _bloc("Ensemble du projet", simulation, declares)
    blocs = list(_etablissements(simulation))
    for titre, perimetres in blocs[:BLOCS]:
        lignes += ["", *_bloc(titre, simulation, perimetres)]
    if len(blocs) > BLOCS:
        lignes += ["", f"… et {_nombre(len(blocs) - BLOCS)} autres établissements : voir --format json."]
    return "".join(f"{_typographie(ligne)}\n" for ligne in lignes)


def _conditions(simulation: Simulation, sous: SousTexte, largeur: int) -> Iterator[str]:
    """Under which text, for which dates, and how far the log goes."""
    fenetre, dates = sous.fenetres[simulation.date_mesure], sous.calendrier.dates
    couvertes = simulation.couvertes(sous)
    yield f"Sous le texte {sous.texte.id}"
    yield from _point(
        f"mesure du {_jour(simulation.date_mesure)} : la période va du {_jour(fenetre.debut)} au {_jour(fenetre.fin)}",
        largeur,
    )
    yield from _point(
        f"{_nombre(len(dates))} dates de mesure essayées, du {_jour(dates[0])} au {_jour(dates[-1])}, à"
        f" {sous.calendrier.pas} d'écart",
        largeur,
    )
    yield from _point(
        f"le journal ne couvre toute la période que pour une mesure : {_liste(couvertes)}"
        if couvertes
        else "pour aucune de ces dates le journal ne couvre toute la période",
        largeur,
    )
    if sous.ensemble is None:
        yield from _point("ce texte n'oppose aucune cible", largeur)
    else:
        quand = _liste(sous.ensemble) if sous.ensemble else "aucune de ces dates"
        yield from _point(f"TOUTES LES CIBLES À LA FOIS, projet et établissements : {quand}", largeur)


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
    tete = ["Indicateur", *(["Texte"] if plusieurs else []), "Cible", f"Le {_jour(simulation.date_mesure)}", "Résultat"]
    lignes = [[*tete, "Atteinte pour une mesure"]]
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
    pourcent = "–" if cible is None else f"{float(cible):g}".replace(".", ",") + "\u00a0%"
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
    resultat = "atteinte" if mesure.atteinte else f"manque {_nombre(mesure.manquants or 0)}"
    return resultat if indicateur.opposable else f"({resultat})"


def _quand(indicateur: Indicateur) -> str:
    """The dates that reach the target, or the one that comes nearest."""
    if indicateur.cible is None:
        return "–"
    if trouvees := indicateur.periodes:
        return _liste(trouvees)
    proche = indicateur.plus_proche
    if proche is None:
        return "aucune"
    return f"aucune ; au mieux le {_jour(proche.date_mesure)} (manque {_nombre(proche.mesure.manquants or 0)})"


def _liste(periodes: Sequence[Periode]) -> str:
    textes = [
        f"le {_jour(periode.du)}" if periode.du == periode.au else f"{_jour(periode.du)} – {_jour(periode.au)}"
        for periode in periodes[:_PERIODES]
    ]
    reste = len(periodes) - _PERIODES
    return ", ".join(textes) + (f", et {reste} fois encore" if reste > 0 else "")


def _jour(jour: date) -> str:
    return f"{jour:%d/%m}/{jour.year:04}"


def _nombre(nombre: int) -> str:
    return f"{nombre:,}".replace(",", "\u00a0")


def _point(texte: str, largeur: int) -> list[str]:
    return textwrap.wrap(_typographie(texte), largeur, initial_indent="  – ", subsequent_indent="    ")


def _paragraphe(texte: str, largeur: int) -> list[str]:
    return textwrap.wrap(_typographie(texte), largeur)


def _typographie(texte: str) -> str:
    return _APRES.sub("\u00a0", _AVANT.sub("\u00a0", texte))
