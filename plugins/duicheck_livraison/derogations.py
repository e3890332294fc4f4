"""Waivers that waive nothing: what was accepted for a time is not accepted for ever, nor by anybody."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotApplicable
from duicheck.findings import Severity, Violation
from duicheck.model import Derogations
from duicheck.rules import rule

__all__ = ["derogation_echue", "derogation_interdite"]


@rule(
    "livraison/derogation-echue",
    severity=Severity.WARNING,
    waivable=False,
    message="La dérogation à {regle} valait jusqu'au {echeance} inclus ; au {jour_reference}, elle ne couvre plus"
    " rien.",
    remedy="Corrigez ce qu'elle couvrait et retirez-la, ou faites accorder une nouvelle échéance.",
    since="0.1",
)
def derogation_echue(derogations: Derogations) -> Iterator[Violation]:
    """L'échéance d'une dérogation est passée.

    Ses constats comptent de nouveau : c'est eux qui font le verdict, et la dérogation échue n'y ajoute rien. Elle est
    dite pour que personne ne croie encore le défaut accepté. Le jour auquel l'échéance est comparée est la date de
    mesure de la livraison, ou celui que donne --date-du-jour ; jamais l'horloge, pour que le même contrôle donne
    toujours le même rapport. Le jour de l'échéance est compris.

    Source : convention duicheck (contrat de données, « Dérogations »).
    """
    _exiger(derogations)
    for each in derogations.liste:
        if derogations.echue(each):
            yield Violation(
                each.at, {"regle": each.regle, "echeance": each.echeance, "jour_reference": derogations.jour}
            )


@rule(
    "livraison/derogation-interdite",
    severity=Severity.WARNING,
    waivable=False,
    message="{regle} ne peut pas être levée : la dérogation est ignorée.",
    remedy="Retirez la dérogation et corrigez le défaut ; « duicheck explain » dit quelles règles peuvent être levées.",
    since="0.1",
)
def derogation_interdite(derogations: Derogations) -> Iterator[Violation]:
    """Une dérogation vise une règle que nul ne peut lever.

    On accepte pour un temps un établissement qui manque ou un logiciel mis en service trop tard. On n'accepte pas
    qu'un chiffre soit faux, qu'il diffère du journal, que des données ne puissent pas être lues ou aient changé, ni
    qu'une donnée de personne circule : un verdict rendu malgré cela tromperait son lecteur. La dérogation est alors
    ignorée, et les constats de la règle comptent.

    Source : convention duicheck (contrat de données, « Dérogations »).
    """
    _exiger(derogations)
    for each in derogations.liste:
        if each.regle in derogations.interdites:
            yield Violation(each.at, {"regle": each.regle})


def _exiger(derogations: Derogations) -> None:
    if not derogations.liste:
        message = "aucune dérogation n'est déclarée"
        raise NotApplicable(message)
