"""A CDA document of transfer (version 1) as rows: the stays and the events of its body."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from duicheck_tddui.arbre import Element, XmlRefuse, lire_xml
from duicheck_tddui.conventions import bound, conventions
from duicheck_tddui.derivation.lignes import Evenement, Sejour
from duicheck_tddui.derivation.personnes import finess_du_texte
from duicheck_tddui.derivation.pseudonymes import Pseudonymes
from duicheck_tddui.derivation.recolte import Recolte
from duicheck_tddui.fhir.identifiants import un_finess
from duicheck_tddui.traces.instants import instant_hl7

__all__ = ["est_un_cda", "tirer_cda"]


def est_un_cda(octets: bytes) -> bool:
    """Whether a document names the namespace of CDA."""
    return conventions()["pieces"]["espace_cda"].encode("ascii") in octets


def tirer_cda(fichier: str, octets: bytes, pseudonymes: Pseudonymes, recolte: Recolte) -> None:
    """Draw what a document holds; what cannot be is counted with the column and the reason."""
    gabarits = conventions()["derivation"]["cda"]
    try:
        racine = lire_xml(octets, bound("elements"))
    except XmlRefuse as refus:
        recolte.ecarter(fichier, "registre", "document CDA", {"": f"document illisible, {refus.cause}"})
        return
    qui = _qui(racine)
    trouves = 0
    for element in racine.dedans():
        if _est(element, gabarits["sejour"]):
            _sejour(fichier, element, qui, pseudonymes, recolte)
            trouves += 1
        elif _est(element, gabarits["evenement"]):
            _evenement(fichier, element, qui, pseudonymes, recolte)
            trouves += 1
    if not trouves:
        cause = "ni section des séjours, ni section des événements du transfert de données"
        recolte.ecarter(fichier, "registre", "document CDA", {"": cause})


def _est(element: Element, gabarit: str) -> bool:
    return any(each.attribut("root") == gabarit for each in element.tous("templateId"))


def _qui(racine: Element) -> tuple[str, str] | None:
    """The person: by the INS, else by the first identifier of the record target."""
    role = racine.un("recordTarget", "patientRole")
    ins = conventions()["ins"]
    officiels = {*ins["production"], *ins["essai"]}
    trouves = [
        (each.attribut("root") or "", each.attribut("extension") or "")
        for each in (role.tous("id") if role is not None else ())
        if each.attribut("extension")
    ]
    return next((each for each in trouves if each[0] in officiels), trouves[0] if trouves else None)


def _jour(element: Element | None) -> str | None:
    """The civil date of a time, as written."""
    texte = (element.attribut("value") or "") if element is not None else ""
    try:
        return date(int(texte[:4]), int(texte[4:6]), int(texte[6:8])).isoformat()
    except ValueError:
        return None


def _dans(element: Element, gabarit: str) -> Iterator[Element]:
    return (each for each in element.dedans() if _est(each, gabarit))


def _identifiant(element: Element) -> str | None:
    return next((dit for each in element.tous("id") if (dit := each.attribut("extension"))), None)


def _structure(element: Element) -> str | None:
    """The FINESS number of the structures that an element names, if there is but one."""
    oid = conventions()["derivation"]["cda"]["structure"]
    numeros = {
        dit[1:] if dit[:1] == "1" and un_finess(dit[1:]) else dit
        for each in element.dedans()
        if each.nom == "id" and each.attribut("root") == oid and (dit := each.attribut("extension"))
    }
    bons = {numero for numero in numeros if un_finess(numero)}
    return bons.pop() if len(bons) == 1 else None


def _sejour(
    fichier: str, element: Element, qui: tuple[str, str] | None, pseudonymes: Pseudonymes, recolte: Recolte
) -> None:
    gabarits = conventions()["derivation"]["cda"]
    manques: dict[str, str] = {}
    admission = next(_dans(element, gabarits["admission"]), None)
    finess = None
    if admission is not None:
        finess = _structure(admission) or finess_du_texte(_identifiant(admission))
    if finess is None:
        manques["finess_et"] = "aucun numéro FINESS dans l'admission (FR-Sejour-Admission)"
    if qui is None:
        manques["id_personne"] = "recordTarget n'a pas d'identifiant"
    entrees = [_jour(each.un("effectiveTime")) for each in _dans(element, gabarits["entree"])]
    entree = min(filter(None, entrees), default=None)
    if entree is None:
        manques["date_entree"] = "la date d'entrée (FR-Modalite-entree) manque, ou n'est pas entière"
    # An exit that is meant (moodCode INT) is a forecast, not a departure.
    faites = [each for each in _dans(element, gabarits["sortie"]) if each.attribut("moodCode") == "EVN"]
    sortie = max(filter(None, (_jour(each.un("effectiveTime")) for each in faites)), default=None)
    if faites and sortie is None:
        manques["date_sortie"] = "la date de sortie (FR-Modalite-sortie) manque, ou n'est pas entière"
    if manques or qui is None or finess is None or entree is None:
        recolte.ecarter(fichier, "registre", "séjour", manques)
        return
    recolte.sejour(fichier, Sejour(qui, finess, entree, sortie or "").ligne(pseudonymes))


def _evenement(
    fichier: str, element: Element, qui: tuple[str, str] | None, pseudonymes: Pseudonymes, recolte: Recolte
) -> None:
    manques: dict[str, str] = {}
    etat = _statut(element)
    if etat is None:
        manques["etat"] = "le statut (FR-Statut) manque, ou n'a pas d'équivalent au contrat"
    jour = _jour(element.un("effectiveTime", "low")) or _jour(element.un("effectiveTime"))
    if jour is None:
        manques["date_evenement"] = "le début de l'événement manque, ou n'est pas une date entière"
    horodatage = _modifie(element, manques)
    identifiant = _identifiant(element)
    if identifiant is None:
        manques["id_evenement"] = "l'identifiant de l'événement manque"
    finess = finess_du_texte(identifiant) or _structure(element)
    if finess is None:
        manques["finess_et"] = "aucun numéro FINESS dans l'identifiant de l'événement (3 + FINESS / …)"
    if qui is None:
        manques["id_dossier"] = "recordTarget n'a pas d'identifiant"
    if manques or qui is None or finess is None or identifiant is None:
        recolte.ecarter(fichier, "journal", "événement", manques)
        return
    ecrit = Evenement(qui, finess, "evenement_agenda", identifiant, horodatage, etat or "", jour or "")
    recolte.evenement(fichier, ecrit.ligne(pseudonymes))


def _statut(element: Element) -> str | None:
    gabarits = conventions()["derivation"]["cda"]
    statuts: dict[str, str] = gabarits["statuts"]
    codes = {
        valeur.attribut("code") or ""
        for each in _dans(element, gabarits["statut"])
        if (valeur := each.un("value")) is not None
    }
    return statuts.get(codes.pop()) if len(codes) == 1 else None


def _modifie(element: Element, manques: dict[str, str]) -> str:
    """When the event was last updated."""
    voulu = conventions()["derivation"]["cda"]["mise_a_jour"]
    for each in element.dedans():
        code, valeur = each.un("code"), each.un("value")
        if each.nom == "observation" and code is not None and code.attribut("code") == voulu and valeur is not None:
            horodatage, raison = instant_hl7(valeur.attribut("value") or "")
            if horodatage is None:
                manques["horodatage"] = f"la date de dernière mise à jour : {raison}"
            return horodatage or ""
    manques["horodatage"] = f"la date de dernière mise à jour ({voulu}) manque"
    return ""
