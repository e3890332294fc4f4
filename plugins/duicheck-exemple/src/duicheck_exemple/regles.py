"""The rules of the example: what a regional agency might want to look at."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck import Indicateurs, NotApplicable, Rulebook, Severity, Violation, rule
from duicheck_exemple.lecture import Envois

__all__ = ["aucun_message", "aucun_message_citoyen"]

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


@rule(
    "exemple/aucun-message-citoyen",
    severity=Severity.INFO,
    message="{finess_et}\u00a0: {messages} messages à des professionnels, aucun à une personne accompagnée.",
    remedy="Rien n'est faux : proposer Mon espace santé aux personnes accompagnées, si ce n'est pas fait.",
    since="0.1",
)
def aucun_message_citoyen(envois: Envois, texte: Rulebook) -> Iterator[Violation]:
    """Un établissement n'écrit qu'à des professionnels.

    La messagerie citoyenne compte comme l'autre dans les textes qui ont une cible MSSanté ; un texte qui n'en a pas
    ne demande rien de tel, et la règle est alors sans objet. Un établissement qui n'écrit à personne est laissé à
    `exemple/aucun-message`.

    Source : convention de l'extension d'exemple, qui n'engage personne.
    """
    if "cible_mssante" not in texte.parameters:
        reason = f"le texte {texte.id} n'a pas de cible MSSanté"
        raise NotApplicable(reason)
    for finess_et, etablissement in envois.par_etablissement.items():
        if not etablissement.citoyens:
            yield Violation(etablissement.premier, {"finess_et": finess_et, "messages": etablissement.professionnels})
