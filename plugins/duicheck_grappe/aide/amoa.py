"""The assistance to a group of small organisations: once per project."""

from __future__ import annotations

from duicheck.model.grappe import Grappe
from duicheck_grappe.aide.contexte import Contexte
from duicheck_grappe.aide.materiel import petit
from duicheck_grappe.aide.montants import CENT, Clause, Montant, euros, rien

__all__ = ["amoa"]

_MUET = "le texte lu ne donne pas de montant pour l'assistance à maîtrise d'ouvrage"


def amoa(contexte: Contexte, grappe: Grappe) -> Montant:
    """The aid to assistance; nothing where the project does not ask for it, or is no group of small organisations."""
    texte, projet = contexte.texte, contexte.projet
    if "aide_amoa" not in texte.parameters:
        return _sans_montant(contexte)
    clause = contexte.clause("aide_amoa")
    if not projet.amoa:
        return rien("non demandée par le projet", clause)
    regroupement = _regroupement(contexte, grappe)
    if regroupement is False:
        clauses = (clause, Clause.de_hypothese(texte, "amoa_regroupement"))
        return rien("le projet n'est pas un regroupement de petits organismes", *clauses)
    montant = _montant(contexte, texte["aide_amoa"] * CENT, clause)
    if regroupement is None:
        raison = "la taille des organismes gestionnaires n'est pas dite"
        return Montant(0, montant.maximum, montant.formule, montant.clauses, raison)
    return montant


def _sans_montant(contexte: Contexte) -> Montant:
    """Under a text that gives no amount."""
    texte = contexte.texte
    comprise = "aide_forfait_acquisition" in texte.parameters
    clause = contexte.clause("aide_forfait_acquisition" if comprise else "aide_usage_acquisition")
    if comprise:
        return rien("comprise dans le forfait de chaque établissement", clause)
    if not contexte.projet.amoa:
        return rien(_MUET, clause)
    return Montant(0, contexte.projet.devis_amoa, _MUET, (clause,), _MUET)


def _montant(contexte: Contexte, maximum: int, clause: Clause) -> Montant:
    """The forfait, or what the text only bounds: the quote, or what the hypothesis makes of none."""
    if not contexte.texte["aide_amoa_plafond"]:
        return Montant(maximum, maximum, f"forfait de {euros(maximum)} par projet", (clause,))
    devis = contexte.projet.devis_amoa
    if devis is not None:
        retenu = min(devis, maximum)
        return Montant(retenu, retenu, f"devis de {euros(devis)}, {euros(maximum)} au plus par projet", (clause,))
    formule = f"maximum de {euros(maximum)} par projet"
    clauses = (clause, Clause.de_hypothese(contexte.texte, "amoa_sans_devis"))
    if contexte.hypotheses.get("amoa_sans_devis") == "maximum":
        return Montant(maximum, maximum, formule, clauses)
    return Montant(0, maximum, formule, clauses, "le devis de l'assistance manque")


def _regroupement(contexte: Contexte, grappe: Grappe) -> bool | None:
    """Whether the project groups small organisations, as the hypothesis means it; None where sizes are missing."""
    petits = [petit(contexte, organisme) for organisme in grappe.organismes]
    muets = any(un.organisme_siren is None for un in grappe.etablissements)
    if len(petits) <= 1:
        return None if muets and len(petits) < 1 else False
    if contexte.hypotheses.get("amoa_regroupement") == "un_petit":
        return True if True in petits else (None if None in petits else False)
    return False if False in petits else (None if None in petits else True)
