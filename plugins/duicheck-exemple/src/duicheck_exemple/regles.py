"""The rules of the example: what a regional agency might want to look at."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck import Indicateurs, Severity, Violation, rule

__all__ = ["aucun_message"]

_SANS_MESSAGE = """
    SELECT rowid, finess_et
    FROM indicateurs
    WHERE indicateur = 'mssante' AND numerateur = 0
    ORDER BY rowid
"""


@rule(
    "exemple/aucun-message",
    severity=Severity.WARNING,
    message="{finess_et}\u00a0: aucun message MSSanté sur la période.",
    remedy="Vérifier que la messagerie de l'établissement est ouverte et reliée au logiciel.",
    since="0.1",
)
def aucun_message(export: Indicateurs) -> Iterator[Violation]:
    """Un établissement n'a envoyé aucun message MSSanté.

    La cible peut être hors d'atteinte sans que rien ne soit faux ; zéro, en revanche, désigne souvent une
    messagerie qui n'a jamais été reliée.

    Source : convention de l'extension d'exemple, qui n'engage personne.
    """
    for row, finess_et in export.rows(_SANS_MESSAGE):
        yield Violation(export.at(row, "numerateur"), {"finess_et": finess_et})
