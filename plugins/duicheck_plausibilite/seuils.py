"""The rule on rates that stop exactly where the target begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import pi, sqrt

from duicheck.errors import NotApplicable
from duicheck.findings import Fact, Severity, Violation
from duicheck.model import Mesure, Mesures
from duicheck.rulebook import Rulebook
from duicheck.rules import rule

__all__ = ["taux_pile"]

_CENT = 100


@rule(
    "indicateurs/taux-pile",
    severity=Severity.WARNING,
    message="{indicateur}\u00a0: {etablissements} établissements sur {etablissements_juges} sont pile à la cible de"
    " {cible}\u00a0% (un de moins, et elle manquait). C'est à regarder, sans rien présumer\u00a0: des équipes qui"
    " suivent la cible et s'arrêtent quand elle est atteinte donnent la même chose.",
    remedy="Vérifiez que ces chiffres sortent du logiciel et non d'un calcul à partir de la cible. Si les équipes"
    " pilotent leur activité sur la cible, dites-le à l'ARS avec la livraison.",
    since="0.1",
)
def taux_pile(mesures: Mesures, texte: Rulebook) -> Iterator[Violation]:
    """Beaucoup d'établissements sont exactement à la cible.

    Est « pile à la cible » l'établissement dont le numérateur exporté est le plus petit qui l'atteint. Qu'un
    établissement y tombe n'a rien d'étrange ; que tous y tombent n'arrive pas sans que quelqu'un regarde la cible.

    Le raisonnement : un établissement de d personnes, même si son vrai taux est celui de la cible c, ne tombe sur un
    entier donné qu'à peu près une fois sur √(2 π d c (1 − c)), et moins souvent partout ailleurs. On donne à chacun
    cette plus forte chance, et l'on calcule celle que tant d'établissements y soient ensemble : l'alerte est donnée
    au-dessous d'une sur `plausibilite_pile_tirages`. Cinq sur cinq de cinquante personnes y suffisent, quatre sur dix
    n'y suffisent pas. Un établissement de moins de `plausibilite_effectif` personnes ne compte pas : peu d'entiers
    atteignent la cible, il faut bien qu'il tombe sur l'un d'eux.

    Les innocents possibles : un tableau de bord qui montre la cible, des équipes qui s'arrêtent quand elle est
    atteinte, un organisme qui répartit le travail au plus juste. Un constat par indicateur, à la première ligne
    concernée.

    Source : convention duicheck (rulebook, « Plausibilité des livraisons ») ; cibles : 2023-13 annexe 2, 2024-15,
    2025-40 §5.
    """
    visees = [mesure for mesure in mesures.etablissements if mesure.cible is not None and mesure.cible_opposable]
    if not visees:
        message = f"le texte {texte.id} n'oppose aucune cible"
        raise NotApplicable(message)
    effectif = texte["plausibilite_effectif"]
    for code in dict.fromkeys(mesure.code for mesure in visees):
        juges = [mesure for mesure in visees if mesure.code == code and _effectif(mesure) >= effectif]
        piles = [mesure for mesure in juges if _pile(mesure)]
        chances = [_plus_forte_chance(mesure) for mesure in juges]
        if piles and texte["plausibilite_pile_tirages"] * _au_moins(len(piles), chances) < 1:
            cible = Fraction(piles[0].cible or 0)
            faits: dict[str, Fact] = {
                "indicateur": code,
                "etablissements": len(piles),
                "etablissements_juges": len(juges),
                "cible": int(cible) if cible.denominator == 1 else float(cible),
            }
            yield Violation(piles[0].at, faits)


def _effectif(mesure: Mesure) -> int:
    return 0 if mesure.exporte is None else mesure.exporte.denominateur or 0


def _pile(mesure: Mesure) -> bool:
    """Whether the exported numerator is the least that reaches the target."""
    exporte, cible = mesure.exporte, Fraction(mesure.cible or 0)
    if exporte is None or not exporte.denominateur:
        return False
    return exporte.numerateur == -(-cible * exporte.denominateur // _CENT)


def _plus_forte_chance(mesure: Mesure) -> float:
    """The chance of the likeliest integer, for a count of that size whose rate is the target's."""
    part = float(mesure.cible or 0) / _CENT
    variance = _effectif(mesure) * part * (1 - part)
    return min(1.0, 1 / sqrt(2 * pi * variance)) if variance > 0 else 1.0


def _au_moins(nombre: int, chances: Sequence[float]) -> float:
    """The chance that at least so many of independent events happen."""
    # moins[k]: exactly k so far, for k below `nombre`; what reaches it has left the table.
    moins = [1.0] + [0.0] * (nombre - 1)
    atteint = 0.0
    for chance in chances:
        atteint += moins[-1] * chance
        moins = [moins[0] * (1 - chance)] + [
            moins[rang] * (1 - chance) + moins[rang - 1] * chance for rang in range(1, nombre)
        ]
    return atteint
