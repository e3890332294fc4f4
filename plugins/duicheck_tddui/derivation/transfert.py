"""A bundle of version 2 as rows: its stays, its events, its projects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from duicheck_tddui.conventions import conventions
from duicheck_tddui.derivation.lignes import Evenement, Sejour
from duicheck_tddui.derivation.personnes import (
    finess_du_texte,
    finess_par_identifiant,
    lie,
    personne_de,
    valeur_de,
)
from duicheck_tddui.derivation.pseudonymes import Pseudonymes
from duicheck_tddui.derivation.recolte import Recolte
from duicheck_tddui.fhir.identifiants import ceux_de
from duicheck_tddui.fhir.lot import Lot, Ressource
from duicheck_tddui.traces.instants import instant_xml

__all__ = ["tirer"]

_JOUR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T.*)?", re.ASCII | re.DOTALL)


def tirer(lot: Lot, pseudonymes: Pseudonymes, recolte: Recolte) -> None:
    """Draw what a bundle holds; what cannot be is counted with the column and the reason."""
    genres = conventions()["profils"]
    systemes = conventions()["systemes"]
    for ressource in lot.ressources:
        if ressource.type == "Encounter":
            if ressource.est(*genres["sejour"]) or _range(ressource, systemes["sejour"]):
                _sejour(lot, ressource, pseudonymes, recolte)
            elif ressource.est(*genres["evenement"]) or _range(ressource, systemes["evenement"]):
                _evenement(lot, ressource, pseudonymes, recolte)
            else:
                cause = "rien ne dit si cette rencontre est un séjour ou un événement (meta.profile, identifier.system)"
                recolte.ecarter(lot.fichier, "journal", "rencontre", {"type": cause})
        elif ressource.type == "CarePlan":
            _projet(lot, ressource, pseudonymes, recolte)


def _range(ressource: Ressource, systeme: str) -> bool:
    return any(each.systeme == systeme for each in ceux_de(ressource.valeur, ""))


def _qui(lot: Lot, ressource: Ressource, manques: dict[str, str], colonne: str) -> tuple[str, str] | None:
    patient = lie(lot, ressource, "subject")
    if patient is None:
        manques[colonne] = f"{ressource.type}.subject ne désigne pas de Patient du lot"
        return None
    qui = personne_de(patient.valeur)
    if qui is None:
        manques[colonne] = "Patient.identifier manque"
    return qui


def _ou(lot: Lot, ressource: Ressource, systeme: str, manques: dict[str, str]) -> str | None:
    """The establishment: that of the organisation, else of the stay, else of the identifier itself."""
    structure = lie(lot, ressource, "serviceProvider")
    trouve = None if structure is None else finess_par_identifiant(ceux_de(structure.valeur, ""))
    trouve = trouve or finess_du_texte(valeur_de(ressource, systeme))
    sejour = lie(lot, ressource, "partOf")
    if trouve is None and sejour is not None:
        return _ou(lot, sejour, "sejour", manques) if "partOf" not in sejour.valeur else None
    if trouve is None:
        manques["finess_et"] = (
            f"aucun numéro FINESS : ni {ressource.type}.serviceProvider, ni l'identifiant (3 + FINESS / …)"
        )
    return trouve


def _jour(periode: Any, nom: str) -> str | None:  # noqa: ANN401 -- any JSON value
    """The civil date of one end of a period, as written; None where it is not there or not whole."""
    texte = periode.get(nom) if isinstance(periode, dict) else None
    trouve = _JOUR.fullmatch(texte) if isinstance(texte, str) else None
    if trouve is None:
        return None
    try:
        return date.fromisoformat(trouve[1]).isoformat()
    except ValueError:
        return None


def _sejour(lot: Lot, ressource: Ressource, pseudonymes: Pseudonymes, recolte: Recolte) -> None:
    etats = conventions()["derivation"]["sejour"]
    statut = ressource.valeur.get("status")
    if statut in etats["ecartes"]:
        cause = "séjour prévu, annulé, saisi par erreur ou de statut inconnu : ce n'est pas une présence"
        recolte.ecarter(lot.fichier, "registre", "séjour", {"": cause})
        return
    manques: dict[str, str] = {}
    if statut not in etats["presents"]:
        manques["date_sortie"] = "Encounter.status n'est pas un code connu : présent ou parti, rien ne le dit"
    qui = _qui(lot, ressource, manques, "id_personne")
    finess = _ou(lot, ressource, "sejour", manques)
    periode = ressource.valeur.get("period")
    entree, sortie = _jour(periode, "start"), _jour(periode, "end")
    if entree is None:
        manques["date_entree"] = "Encounter.period.start manque, ou n'est pas une date entière"
    if sortie is None and (statut in etats["termines"] or (isinstance(periode, dict) and periode.get("end"))):
        manques["date_sortie"] = "séjour terminé dont Encounter.period.end manque, ou n'est pas une date entière"
    if manques or qui is None or finess is None or entree is None:
        recolte.ecarter(lot.fichier, "registre", "séjour", manques)
        return
    recolte.sejour(lot.fichier, Sejour(qui, finess, entree, sortie or "").ligne(pseudonymes))


def _evenement(lot: Lot, ressource: Ressource, pseudonymes: Pseudonymes, recolte: Recolte) -> None:
    manques: dict[str, str] = {}
    etat = _etat(ressource, "evenement", manques)
    jour = _jour(ressource.valeur.get("period"), "start")
    if jour is None:
        manques["date_evenement"] = "Encounter.period.start manque, ou n'est pas une date entière"
    _garder(
        lot, ressource, pseudonymes, recolte, manques, ("evenement_agenda", "événement", "evenement", etat, jour or "")
    )


def _projet(lot: Lot, ressource: Ressource, pseudonymes: Pseudonymes, recolte: Recolte) -> None:
    if not ressource.est(*conventions()["profils"]["projet"]) and not _range(
        ressource, conventions()["systemes"]["projet"]
    ):
        cause = "ce plan n'est pas un projet personnalisé (meta.profile, identifier.system)"
        recolte.ecarter(lot.fichier, "journal", "plan", {"": cause})
        return
    manques: dict[str, str] = {}
    etat = _etat(ressource, "projet", manques)
    _garder(lot, ressource, pseudonymes, recolte, manques, ("projet_personnalise", "projet", "projet", etat, ""))


def _etat(ressource: Ressource, genre: str, manques: dict[str, str]) -> str:
    connus: Mapping[str, str] = conventions()["derivation"][genre]
    statut = ressource.valeur.get("status")
    if isinstance(statut, str) and statut in connus:
        return connus[statut]
    manques["etat"] = f"{ressource.type}.status n'a pas d'équivalent au contrat ({', '.join(connus)} en ont un)"
    return ""


def _garder(  # noqa: PLR0913 -- what a row is made of
    lot: Lot,
    ressource: Ressource,
    pseudonymes: Pseudonymes,
    recolte: Recolte,
    manques: dict[str, str],
    quoi: tuple[str, str, str, str, str],
) -> None:
    """Keep an event; `quoi`: its type, what it is in words, its system of identifiers, its state, its day."""
    type_, mot, systeme, etat, jour = quoi
    horodatage = _modifie(ressource, manques)
    identifiant = valeur_de(ressource, systeme)
    if identifiant is None:
        manques["id_evenement"] = f"{ressource.type}.identifier manque"
    finess = _ou(lot, ressource, systeme, manques)
    qui = _qui(lot, ressource, manques, "id_dossier")
    if manques or qui is None or finess is None or identifiant is None:
        recolte.ecarter(lot.fichier, "journal", mot, manques)
        return
    ecrit = Evenement(qui, finess, type_, identifiant, horodatage, etat, jour)
    recolte.evenement(lot.fichier, ecrit.ligne(pseudonymes))


def _modifie(ressource: Ressource, manques: dict[str, str]) -> str:
    meta = ressource.valeur.get("meta")
    texte = meta.get("lastUpdated") if isinstance(meta, dict) else None
    horodatage, raison = instant_xml(texte) if isinstance(texte, str) else (None, "absent")
    if horodatage is None:
        manques["horodatage"] = f"{ressource.type}.meta.lastUpdated : {raison}"
    return horodatage or ""
