"""A hospital's solution for establishments of the médico-social sector: the conditions of a GHT."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotApplicable, NotAvailable
from duicheck.findings import Fixer, Location, Severity, Violation
from duicheck.model import Projet, Structures
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_segur.declaration import Declaration
from duicheck_segur.regime import Regime, clause, dispenser

__all__ = ["ght_conditions"]

_ABSENTES = {
    "marche_public": "le porteur ne dispose pas d'un marché public dont les ESSMS peuvent bénéficier",
    "etude_couverture": "aucune étude ne décrit la couverture des besoins du DUI par le dossier patient informatisé",
    "sans_autre_aide": "les ESSMS ont reçu une autre aide européenne ou HOP'EN",
}


@rule(
    "segur/ght-conditions",
    severity=Severity.ERROR,
    message="Solution du couloir hôpital : {cause} ({clause}).",
    remedy="Réunissez les trois conditions et joignez leurs pièces, ou prenez une solution du couloir médico-social.",
    since="0.1",
    fixer=Fixer.LEAD,
)
def ght_conditions(
    declaration: Declaration, projet: Projet | None, structures: Structures | None, regime: Regime, texte: Rulebook
) -> Iterator[Violation]:
    """Une solution hospitalière est retenue sans que les conditions d'un GHT soient réunies.

    La solution est référencée dans le couloir médico-social. Seul un GHT peut équiper les ESSMS de sa solution du
    couloir hôpital, à trois conditions cumulatives : un marché public qui le permet, une étude de couverture des
    besoins du DUI par le dossier patient, aucune autre aide européenne ni HOP'EN. Un constat par condition qui manque ;
    une aide européenne inscrite à la liste des structures contredit la troisième. Sans objet pour une solution du
    couloir médico-social, même portée par un GHT.

    Source : 2025-40, §4.2 C ; 2023-13, annexe 3 C 4.
    """
    couloir = texte["ght_referencement_couloir"]
    ou = clause(texte, "ght_conditions")
    dispenser(regime, texte)
    if declaration.couloir != couloir:
        message = f"la solution n'est pas du couloir hôpital : les conditions d'un GHT ne s'y appliquent pas ({ou})"
        raise NotApplicable(message)
    if projet is None:
        message = "projet : absent de la livraison ; lui seul dit si le porteur est un GHT, et à quelles conditions"
        raise NotAvailable(message, frozenset({"projet"}))
    if not regime.ght:
        cause = "seul un GHT peut la retenir, et le porteur n'en est pas un"
        yield Violation(projet.at("/porteur/type"), {"cause": cause, "clause": ou, "condition": None})
        return
    reponses = projet.valeur.get("ght")
    for condition in texte["ght_conditions"]:
        at: Location | None = None
        cause = _ABSENTES[condition]
        if reponses is None:
            at, cause = projet.at("/ght"), f"le projet ne dit rien de la condition : {condition}"
        elif not reponses[condition]:
            at = projet.at(f"/ght/{condition}")
        elif condition == "sans_autre_aide":
            at = _autre_aide(structures)
            cause = "la liste des structures porte un autre financement européen, que le projet nie"
        if at is not None:
            yield Violation(at, {"cause": cause, "clause": ou, "condition": condition})


def _autre_aide(structures: Structures | None) -> Location | None:
    """The first establishment that says it has other European funds."""
    if structures is None:
        return None
    lignes = structures.rows("SELECT min(rowid) FROM structures WHERE autre_financement_europeen")
    rowid = lignes[0][0]
    return None if rowid is None else structures.at(rowid, "autre_financement_europeen")
