"""One indicator as the report says it: exported, recomputed, held against its target, explained."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from duicheck.model.bounds import Fermete

if TYPE_CHECKING:
    from duicheck.model import Bornes, Comptes, Diagnostic, Encadrement, Mesure, Rapprochement, Rapprochements

__all__ = ["Dessous", "indicateur"]

Json = dict[str, Any]


class Dessous(Struct, frozen=True):
    """What lies under the figures of an indicator, where it is known."""

    diagnostic: Diagnostic | None
    rapprochements: Rapprochements | None
    encadrement: Encadrement | None

    def rapprochement(self, mesure: Mesure) -> Rapprochement | None:
        """How its counts meet the vendor's own list."""
        if self.rapprochements is None:
            return None
        return self.rapprochements.par_ligne.get((str(mesure.finess_et), mesure.code))

    def bornes(self, mesure: Mesure) -> Bornes | None:
        """Between what its counts lie, where rows were rejected."""
        return None if self.encadrement is None else self.encadrement.par_ligne.get((mesure.finess_et, mesure.code))

    def fermete(self, mesure: Mesure) -> Fermete | None:
        """Whether its target hangs on rejected rows."""
        bornes = self.bornes(mesure)
        return None if bornes is None else bornes.fermete(mesure.cible)


def indicateur(mesure: Mesure, dessous: Dessous) -> Json:
    """An entry of `indicateurs` (shape: schemas/rapport.schema.json)."""
    diagnostic = dessous.diagnostic
    explained = diagnostic.par_ligne.get((str(mesure.finess_et), mesure.code), ()) if diagnostic else ()
    judged_on = None if mesure.jugee is None else "exporte" if mesure.recalcule is None else "recalcule"
    return {
        "code": mesure.code,
        "exporte": None if mesure.exporte is None else {**_comptes(mesure.exporte), "taux": _number(mesure.taux)},
        "recalcule": None if mesure.recalcule is None else _comptes(mesure.recalcule),
        "conforme": mesure.conforme,
        "cible": _number(None if mesure.cible is None else str(mesure.cible)),
        "cible_sur": judged_on,
        "atteinte": mesure.atteinte,
        "manquants": mesure.manquants,
        "marge": mesure.marge,
        "explications": [
            {"hypotheses": dict(explanation.hypotheses), "texte": explanation.texte} for explanation in explained
        ],
        **_decompte(dessous.rapprochement(mesure)),
        **_bornes(dessous.bornes(mesure), dessous.fermete(mesure)),
    }


def _decompte(rapprochement: Rapprochement | None) -> Json:
    """The gap with the vendor's own list, cause by cause; absent where there is no list."""
    if rapprochement is None:
        return {}
    return {
        "decompte": {
            "lignes": rapprochement.lignes,
            "ecart": rapprochement.ecart,
            "hors_decompte": rapprochement.hors_decompte,
            "doublons": rapprochement.doublons.nombre,
            "a_tort": {cause.cause: cause.nombre for cause in rapprochement.a_tort},
            "oublies": {cause.cause: cause.nombre for cause in rapprochement.oublies},
        }
    }


def _bornes(bornes: Bornes | None, fermete: Fermete | None) -> Json:
    """What rejected rows may change; absent where none was. The rates are rounded outwards, to hold the exact ones."""
    if bornes is None:
        return {}
    taux = bornes.taux
    return {
        "bornes": {
            "numerateur": list(bornes.numerateur),
            "denominateur": None if bornes.denominateur is None else list(bornes.denominateur),
            "taux": None if taux is None else [floor(taux[0] * 100) / 100, ceil(taux[1] * 100) / 100],
        },
        "fermete": None if fermete is None else fermete.value,
    }


def _comptes(comptes: Comptes) -> Json:
    return {"numerateur": comptes.numerateur, "denominateur": comptes.denominateur}


def _number(text: str | None) -> int | float | None:
    """A decimal text as a JSON number; None for none, or for what is no decimal number."""
    if text is None:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
