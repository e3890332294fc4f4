"""The targets of the text: reached or not, and by how much."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from duicheck.errors import NotApplicable
from duicheck.findings import Fact, Fixer, Severity, Violation
from duicheck.model import Mesures
from duicheck.rulebook import Rulebook
from duicheck.rules import rule

__all__ = ["cible_non_atteinte"]


@rule(
    "indicateurs/cible-non-atteinte",
    severity=Severity.INFO,
    message="{perimetre}, {indicateur} : {numerateur} / {denominateur}, soit {taux} % pour une cible de {cible} % ;"
    " il en manque {manquants}.",
    remedy="Ce n'est pas un défaut de la livraison : c'est ce qu'il reste à faire pour que le solde soit versé.",
    since="0.1",
    fixer=Fixer.ESTABLISHMENT,
)
def cible_non_atteinte(mesures: Mesures, rulebook: Rulebook) -> Iterator[Violation]:
    """Une cible d'usage n'est pas atteinte.

    La comparaison est exacte (100 × numérateur ≥ cible × dénominateur), jamais faite sur un taux arrondi. Elle porte
    sur les nombres recalculés quand il y a un journal et un registre, sinon sur ceux de l'export. Les cibles que le
    texte n'oppose pas au projet (MSSanté et DMP d'un projet PJM) ne sont pas comptées. « Il en manque » est le plus
    petit nombre de dossiers, de personnes ou de messages de plus qui atteindrait la cible.

    Source : instruction 2023/13, annexe 2 ; AAP 2025, §5.
    """
    toutes = [*mesures.etablissements, *mesures.projet]
    if toutes and all(mesure.cible is None for mesure in toutes):
        message = f"le texte {rulebook.id} ne fixe pas de cible"
        raise NotApplicable(message)
    for mesure in toutes:
        comptes = mesure.jugee
        if mesure.atteinte is not False or not mesure.cible_opposable or comptes is None or mesure.cible is None:
            continue
        faits: dict[str, Fact] = {
            "perimetre": mesure.finess_et or "Projet",
            "indicateur": mesure.code,
            "numerateur": comptes.numerateur,
            "denominateur": comptes.denominateur,
            "taux": _pour_cent(comptes.numerateur, comptes.denominateur or 1),
            "cible": int(mesure.cible) if mesure.cible == int(mesure.cible) else float(mesure.cible),
            "manquants": mesure.manquants,
        }
        if mesure.finess_et is not None:
            faits["finess_et"] = mesure.finess_et
        yield Violation(mesure.at, faits)


def _pour_cent(numerateur: int, denominateur: int) -> float:
    """The rate, rounded half up to two decimals."""
    return int(Fraction(10_000 * numerateur, denominateur) + Fraction(1, 2)) / 100
