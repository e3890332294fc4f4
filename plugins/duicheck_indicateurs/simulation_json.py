"""A simulation as JSON: every date tried, for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from duicheck_indicateurs.dates import Periode
from duicheck_indicateurs.simulation import Essai, Indicateur, Perimetre, Simulation, SousTexte

__all__ = ["AVERTISSEMENT", "FORMAT", "en_json"]

FORMAT = 1
AVERTISSEMENT = (
    "Une simulation n'est pas un verdict. Elle suppose qu'aucun événement ne s'ajoute au journal après son dernier"
    " jour, ni aucune entrée ni sortie au registre : l'avenir n'est pas connu. Les chiffres exportés ne sont pas"
    " regardés ; « duicheck check » dit si la livraison est conforme."
)
"""What must be read before the figures; without the no-break spaces of print."""

Json = dict[str, Any]


def en_json(simulation: Simulation) -> Json:
    """The whole simulation. Dates are ISO; `periodes` are runs of the dates tried, both ends included."""
    return {
        "format": FORMAT,
        "avertissement": AVERTISSEMENT,
        "date_mesure": simulation.date_mesure.isoformat(),
        "journal": {
            "premier_jour": simulation.premier_jour and simulation.premier_jour.isoformat(),
            "dernier_jour": simulation.dernier_jour and simulation.dernier_jour.isoformat(),
        },
        "textes": [_texte(simulation, sous) for sous in simulation.textes],
    }


def _texte(simulation: Simulation, sous: SousTexte) -> Json:
    fenetre = sous.fenetres[simulation.date_mesure]
    return {
        "id": sous.texte.id,
        "titre": sous.texte.title,
        "fenetre": {"debut": fenetre.debut.isoformat(), "fin": fenetre.fin.isoformat()},
        "dates": [jour.isoformat() for jour in sous.calendrier.dates],
        "pas": sous.calendrier.pas,
        "couvertes": _periodes(simulation.couvertes(sous)),
        "toutes_les_cibles": None if sous.ensemble is None else _periodes(sous.ensemble),
        "projet": {"indicateurs": _indicateurs(sous.projet)},
        "etablissements": [{"finess_et": un.finess_et, "indicateurs": _indicateurs(un)} for un in sous.etablissements],
    }


def _indicateurs(perimetre: Perimetre) -> list[Json]:
    return [_indicateur(indicateur) for indicateur in perimetre.indicateurs]


def _indicateur(indicateur: Indicateur) -> Json:
    cible, proche = indicateur.cible, indicateur.plus_proche
    return {
        "code": indicateur.code,
        "cible": cible if cible is None or isinstance(cible, int) else float(cible),
        "opposable": indicateur.opposable,
        **_essai(indicateur.declare),
        "marge": indicateur.declare.mesure.marge,
        "periodes": None if cible is None else _periodes(indicateur.periodes),
        "plus_proche": proche and {"date_mesure": proche.date_mesure.isoformat(), "manquants": proche.mesure.manquants},
        "serie": [{"date_mesure": un.date_mesure.isoformat(), **_essai(un)} for un in indicateur.serie],
    }


def _essai(essai: Essai) -> Json:
    return {
        "numerateur": essai.comptes.numerateur,
        "denominateur": essai.comptes.denominateur,
        "atteinte": essai.mesure.atteinte,
        "manquants": essai.mesure.manquants,
    }


def _periodes(periodes: Iterable[Periode]) -> list[Json]:
    return [{"du": periode.du.isoformat(), "au": periode.au.isoformat()} for periode in periodes]
