"""The rule that says once what many gaps have in common."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.findings import Location, Severity, Violation
from duicheck.model import Diagnostic
from duicheck.rules import rule


@rule(
    "indicateurs/ecarts-de-meme-cause",
    severity=Severity.INFO,
    message="{ecarts} écarts sur {total} sont exactement ce que donne\u00a0: {explication}"
    " (établissements entièrement expliqués\u00a0: {etablissements}\u00a0; {certitude}).",
    remedy="Vérifier dans le logiciel comment ces chiffres sont calculés\u00a0: si c'est bien cette hypothèse, la"
    " corriger une fois corrige tous ces écarts.",
    since="0.1",
)
def ecarts_de_meme_cause(diagnostic: Diagnostic) -> Iterator[Violation]:
    """Plusieurs écarts entre l'export et le journal ont la même explication.

    Pour chaque ligne qui diffère, le diagnostic cherche les hypothèses (fenêtre, heure, personnes comptées, états
    retenus…) qui donnent exactement les deux entiers exportés\u00a0; une d'abord, puis, si aucune ne redonne tout,
    deux à la fois, sur quelques établissements, et jamais quand des lignes ont été rejetées. Une explication que
    partagent plusieurs lignes est dite ici une fois. Elle n'est donnée pour établie que si elle redonne tout
    l'export sur au moins deux établissements et qu'aucune autre n'en fait autant\u00a0; sinon elle est seulement
    compatible\u00a0: avec de petits nombres, plusieurs hypothèses peuvent tomber juste par hasard.

    Source : convention duicheck (contrat de données, §4).
    """
    for cause in diagnostic.communes:
        yield Violation(
            Location(),
            {
                "explication": cause.explication.texte,
                "ecarts": cause.ecarts,
                "total": cause.total,
                "etablissements": cause.explication.etablissements,
                "certitude": "hypothèse établie" if cause.certaine else "hypothèse compatible",
                "hypotheses": ", ".join(f"{nom} = {code}" for nom, code in cause.explication.hypotheses.items()),
            },
        )
