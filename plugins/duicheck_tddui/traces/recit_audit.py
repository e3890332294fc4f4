"""What an audit message says as an event of the log: a document fed to the DMP, or taken from it."""

from __future__ import annotations

import re

from duicheck_tddui.conventions import conventions
from duicheck_tddui.traces.audit import Audit
from duicheck_tddui.traces.instants import instant_xml
from duicheck_tddui.traces.recits import SANS_FINESS, SANS_PATIENT, Contexte, Evenement, HorsSujet, finess_seul

__all__ = ["raconter_audit"]

_TRANSACTION = re.compile(r"ITI-[0-9]{1,3}|[0-9]{6}", re.ASCII)


def raconter_audit(chemin: str, trace: Audit, contexte: Contexte) -> Evenement | HorsSujet:
    """The event that an audit message is, or why it is none."""
    codes = conventions()["audit"]
    depot = trace.evenement == codes["export"] and not trace.transactions.isdisjoint(codes["alimentation"])
    suppression = trace.evenement == codes["patient"] and not trace.transactions.isdisjoint(codes["suppression"])
    if not depot and not suppression:
        dits = sorted(code for code in trace.transactions if _TRANSACTION.fullmatch(code))
        nom = ", ".join(dits) or (trace.evenement if _TRANSACTION.fullmatch(trace.evenement) else "sans code")
        return HorsSujet(chemin, trace.ligne, f"message d'audit {nom} : ni dépôt ni suppression de document au DMP")
    manques: dict[str, str] = {}
    reussi = trace.issue == codes["reussite"]
    etat = ("succes" if depot else "supprime") if reussi else "echec"
    if suppression and not reussi:
        return HorsSujet(chemin, trace.ligne, "suppression de document qui a échoué : rien n'a changé au DMP")
    if not trace.issue:
        manques["etat"] = "l'issue (EventOutcomeIndicator) n'est pas dite"
    horodatage, raison = instant_xml(trace.instant or "", contexte.fuseau)
    if raison is not None:
        manques["horodatage"] = f"EventDateTime : {raison}"
    site = (trace.site or "").strip()
    finess = contexte.finess or finess_seul({site, site[1:] if site[:1] == "1" else site})
    if finess is None:
        manques["finess_et"] = f"AuditEnterpriseSiteID : {SANS_FINESS}"
    patients = [each.identifiant for each in trace.objets if each.type == codes["type_personne"]]
    personne = _cx(patients[0]) if patients else None
    if personne is None:
        manques["id_dossier"] = f"ParticipantObjectIdentification : {SANS_PATIENT}"
    documents = [each for each in trace.objets if each.type == codes["type_objet"]]
    lots = [each.identifiant for each in documents if each.nature in codes["lot"]]
    objet = next(iter([*lots, *(each.identifiant for each in documents)]), None)
    cle = (
        "audit",
        *sorted(trace.transactions),
        trace.instant or "",
        *sorted(each.identifiant for each in trace.objets),
    )
    return Evenement(
        chemin, trace.ligne, "alimentation_dmp", cle, etat, horodatage, finess, personne, None, objet, manques
    )


def _cx(texte: str) -> tuple[str, str] | None:
    """A patient's identifier as HL7 writes it, « id^^^authority&OID&ISO »."""
    composants = texte.split("^")
    autorite = (composants[3] if len(composants) > 3 else "").split("&")  # noqa: PLR2004 -- CX.4
    identifiant = composants[0].strip()
    if not identifiant:
        return None
    return (autorite[1].strip() if len(autorite) > 1 else autorite[0].strip(), identifiant)
