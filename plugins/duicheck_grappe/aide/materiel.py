"""The hardware of small organisations: asked for or not, small or not, under the ceiling and never above the quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from duicheck.model.grappe import Etablissement, Grappe, Organisme
from duicheck_grappe.aide.contexte import Contexte
from duicheck_grappe.aide.montants import CENT, Clause, Montant, euros, rien
from duicheck_grappe.textes import seuil

__all__ = ["materiels", "petit"]

_MUET = "le texte lu ne donne pas de montant pour le matériel"


class _Plafond(Struct, frozen=True):
    """The ceiling of one establishment, in cents. `forfait`: the amount itself, whatever the quotes."""

    centimes: int
    clause: Clause
    forfait: bool


def materiels(contexte: Contexte, grappe: Grappe, finances: Sequence[Etablissement]) -> Mapping[str, Montant]:
    """The hardware aid of each funded establishment, by its number, before any share of hours."""
    plafond = _plafond(contexte)
    if plafond is None:
        return {un.finess_et: _sans_plafond(contexte, un) for un in finances}
    if not _demande(contexte, grappe):
        clause = plafond.clause
        return {un.finess_et: rien("non demandé : ni devis, ni demande dans le projet", clause) for un in finances}
    trouves = {un.finess_et: _materiel(contexte, grappe, un, plafond) for un in finances}
    if contexte.hypotheses.get("materiel_plafond") == "mutualise" and not plafond.forfait:
        _mutualiser(contexte, finances, trouves, plafond)
    return trouves


def _plafond(contexte: Contexte) -> _Plafond | None:
    texte = contexte.texte
    for nom, forfait in (("aide_materiel_maximum", False), ("aide_forfait_materiel", True)):
        if nom in texte.parameters:
            return _Plafond(texte[nom] * CENT, contexte.clause(nom), forfait)
    return None


def _sans_plafond(contexte: Contexte, un: Etablissement) -> Montant:
    """Under a text that says nothing of hardware: nothing where nobody asks, and no amount where somebody does."""
    clause = contexte.clause("aide_usage_acquisition")
    if contexte.projet.financement_materiel is False or not (un.devis or contexte.projet.financement_materiel):
        return rien(_MUET, clause)
    return Montant(0, un.devis, _MUET, (clause,), _MUET)


def _demande(contexte: Contexte, grappe: Grappe) -> bool:
    """Whether the project asks for it: it says so, or some quote is given."""
    dit = contexte.projet.financement_materiel
    return any(un.devis is not None for un in grappe.etablissements) if dit is None else dit


def _materiel(contexte: Contexte, grappe: Grappe, un: Etablissement, plafond: _Plafond) -> Montant:
    clauses = (plafond.clause, *_clauses_petit(contexte))
    est_petit = _petit_etablissement(contexte, grappe, un)
    if est_petit is False:
        return rien("son organisme n'est pas un petit organisme gestionnaire", *clauses)
    if plafond.forfait:
        montant = Montant(plafond.centimes, plafond.centimes, f"forfait de {euros(plafond.centimes)}", clauses)
    else:
        montant = _selon_devis(contexte, un, plafond, clauses)
    if est_petit is None:
        raison = "la taille de son organisme gestionnaire n'est pas dite"
        return Montant(0, montant.maximum, montant.formule, montant.clauses, raison)
    return montant


def _clauses_petit(contexte: Contexte) -> tuple[Clause, ...]:
    """Who says what is small."""
    if "petit_organisme_moins_de" in contexte.texte.parameters:
        return (contexte.clause("petit_organisme_moins_de"),)
    return (Clause.de_hypothese(contexte.texte, "petit_etablissement"),)


def _selon_devis(contexte: Contexte, un: Etablissement, plafond: _Plafond, clauses: tuple[Clause, ...]) -> Montant:
    """The quotes up to the ceiling, before or after tax as the porteur's regime wants."""
    clauses = (*clauses, contexte.clause("aide_materiel_selon_devis"))
    if un.devis is None:
        return Montant(0, plafond.centimes, f"devis, {euros(plafond.centimes)} au plus", clauses, "le devis manque")
    retenu = min(un.devis, plafond.centimes)
    formule = _formule(un.devis, plafond.centimes)
    ecrit, recupere = contexte.hypotheses.get("ht_ttc"), contexte.projet.porteur.recupere_tva
    tva = (*clauses, contexte.clause("aide_selon_regime_tva"))
    if ecrit == "hors_taxe" and recupere is not True and retenu < plafond.centimes:
        # With tax they are worth more, by a rate that no text read here gives.
        raison = "le devis est hors taxe, et l'aide se calcule toutes taxes comprises"
        return Montant(retenu, plafond.centimes, formule, tva, raison)
    if ecrit == "toutes_taxes" and recupere is not False and retenu:
        raison = "le devis est toutes taxes comprises, et l'aide se calcule hors taxe"
        return Montant(0, retenu, formule, tva, raison)
    return Montant(retenu, retenu, formule, clauses)


def _formule(devis: int, plafond: int) -> str:
    if devis > plafond:
        return f"plafond de {euros(plafond)}, pour un devis de {euros(devis)}"
    return f"devis de {euros(devis)}, sous le plafond de {euros(plafond)}"


def _mutualiser(
    contexte: Contexte, finances: Sequence[Etablissement], trouves: dict[str, Montant], plafond: _Plafond
) -> None:
    """Give what some quotes leave free to those that exceed the ceiling, the lower FINESS number first."""
    connus = [un for un in finances if un.devis is not None and trouves[un.finess_et].maximum]
    libre = sum(max(0, plafond.centimes - (un.devis or 0)) for un in connus)
    for un in sorted(connus, key=lambda un: un.finess_et):
        depasse = min(libre, (un.devis or 0) - plafond.centimes)
        ancien = trouves[un.finess_et]
        if depasse <= 0 or ancien.montant is None:
            continue
        libre -= depasse
        montant = ancien.minimum + depasse
        formule = f"devis de {euros(un.devis or 0)}, dont {euros(depasse)} sur ce que d'autres devis laissent libre"
        clauses = (*ancien.clauses, Clause.de_hypothese(contexte.texte, "materiel_plafond"))
        trouves[un.finess_et] = Montant(montant, montant, formule, clauses)


def _petit_etablissement(contexte: Contexte, grappe: Grappe, un: Etablissement) -> bool | None:
    """Whether an establishment is of a small organisation; None where its size is not told."""
    selon = contexte.hypotheses.get("petit_etablissement")
    if selon in {"tous", "aucun"}:
        return selon == "tous"
    siens = [organisme for organisme in grappe.organismes if organisme.siren == un.organisme_siren]
    if not siens and un.organisme_siren is None and len(grappe.organismes) == 1:
        siens = list(grappe.organismes)
    return petit(contexte, siens[0]) if siens else None


def petit(contexte: Contexte, organisme: Organisme) -> bool | None:
    """Whether an organisation is small: by what it runs in all, and by what the project alone counts of it."""
    nom = "petit_organisme_moins_de" if "petit_organisme_moins_de" in contexte.texte.parameters else "essms_minimum"
    limite = seuil(contexte.texte, nom, reduit=organisme.seuil_reduit)
    if max(organisme.nombre_essms or 0, organisme.etablissements) >= limite:
        return False
    return None if organisme.nombre_essms is None else True
