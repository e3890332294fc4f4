"""The rule on what is not counted: how many, and how many of them one event would turn (contract §4.3)."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.findings import Fixer, Severity, Violation
from duicheck.model import Mesures, NonComptes
from duicheck.rules import rule
from duicheck_indicateurs.causes import enumerer

__all__ = ["dossiers_non_comptes"]

_HORS_DE_PORTEE = ("sans_dossier",)
"""Causes that one event cannot turn: a dossier has to be opened first."""


@rule(
    "indicateurs/dossiers-non-comptes",
    severity=Severity.INFO,
    message="{finess_et}, {indicateur}\u00a0: {non_comptes} non comptés, {a_portee} à un événement près ({motifs}).",
    remedy="« duicheck check --avec-identifiants --output a-faire=a-faire.csv » en écrit la liste, à ne pas diffuser.",
    since="0.1",
    fixer=Fixer.ESTABLISHMENT,
)
def dossiers_non_comptes(non_comptes: NonComptes, mesures: Mesures) -> Iterator[Violation]:
    """Des dossiers pourraient compter et ne comptent pas.

    Pour chaque indicateur dont la cible n'est pas atteinte (ou que le texte laisse sans cible), ce que le
    dénominateur a et que le numérateur n'a pas : dossiers, personnes pour le DMP, messages en échec pour MSSanté.
    Chacun a une cause, la première qui convient (voir decompte/compte-a-tort), et un événement suffirait à le faire
    compter, sauf pour une personne sans dossier. C'est ce qu'il reste à faire, non un défaut de la livraison. Un
    constat par établissement et indicateur, avec les nombres ; les identifiants ne sont écrits qu'avec
    `--avec-identifiants`.

    Source : définitions des indicateurs (2023-13 annexe 2, 2025-40 §5) ; les causes sont une convention duicheck
    (contrat de données, §4).
    """
    for mesure in mesures.etablissements:
        if mesure.atteinte or mesure.finess_et is None:
            continue
        nombres = non_comptes.nombres.get((mesure.finess_et, mesure.code))
        if not nombres:
            continue
        total = sum(nombres.values())
        yield Violation(
            mesure.at,
            {
                "finess_et": mesure.finess_et,
                "indicateur": mesure.code,
                "non_comptes": total,
                "a_portee": total - sum(nombres.get(cause, 0) for cause in _HORS_DE_PORTEE),
                "motifs": enumerer(nombres),
            },
        )
