"""The rule that the whole program is for: the export against what its own log says."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotAvailable
from duicheck.findings import Severity, Violation
from duicheck.model import Comptes, Indicateurs, Journal, Mesures, Registre
from duicheck.rules import rule


@rule(
    "journal/ecart-indicateur",
    severity=Severity.ERROR,
    waivable=False,
    message="{finess_et}, {indicateur}\u00a0: l'export annonce {exporte}, le journal donne {recalcule}.",
    remedy="Cherchez l'écart dans les hypothèses imprimées au rapport (fenêtre, personnes comptées, états retenus),"
    " puis corrigez l'export ou fournissez le journal complet.",
    since="0.1",
)
def ecart_indicateur(
    export: Indicateurs,  # noqa: ARG001 -- without the three files nothing is compared: bound so that the result says it
    journal: Journal,  # noqa: ARG001
    registre: Registre,  # noqa: ARG001
    mesures: Mesures,
) -> Iterator[Violation]:
    """Les entiers exportés diffèrent de ceux que donne le journal.

    Chaque indicateur est recalculé à partir du journal et du registre, selon le texte et les hypothèses du rapport.
    Numérateur et dénominateur doivent être égaux, tous les deux, à l'unité près : un taux proche ne suffit pas,
    parce que deux erreurs peuvent s'y compenser. Un constat par ligne de l'export qui diffère, avec les deux
    paires d'entiers. Les totaux du projet n'en ont pas : ils sont des sommes.

    Source : définitions des indicateurs (2021-amorcage §3, 2023-13 annexe 2, 2024-15, 2025-40 §5) ; l'égalité exacte
    est une convention duicheck (contrat de données, §4).
    """
    compares = [mesure for mesure in mesures.etablissements if mesure.conforme is not None]
    if not compares:
        message = "aucune ligne de l'export ne peut être comparée au journal"
        raise NotAvailable(message)
    for mesure in compares:
        exporte, recalcule = mesure.exporte, mesure.recalcule
        if mesure.conforme or exporte is None or recalcule is None:
            continue
        yield Violation(
            mesure.at,
            {
                "finess_et": mesure.finess_et,
                "indicateur": mesure.code,
                "exporte": _ecrit(exporte),
                "recalcule": _ecrit(recalcule),
                "numerateur": exporte.numerateur,
                "denominateur": exporte.denominateur,
                "numerateur_recalcule": recalcule.numerateur,
                "denominateur_recalcule": recalcule.denominateur,
            },
        )


def _ecrit(comptes: Comptes) -> str:
    """« n / d », or « n » for a plain count; the spaces do not break."""
    if comptes.denominateur is None:
        return str(comptes.numerateur)
    return f"{comptes.numerateur}\u00a0/\u00a0{comptes.denominateur}"
