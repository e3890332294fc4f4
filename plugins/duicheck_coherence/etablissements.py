"""The same establishments in the export, the list, the log, the register, the dashboard and the documents."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from duicheck.errors import NotAvailable
from duicheck.findings import Fact, Severity, Violation
from duicheck.model import (
    Designation,
    DesignationsCda,
    DesignationsTddui,
    Indicateurs,
    Journal,
    Registre,
    Structures,
    TableauDeBord,
)
from duicheck.rules import rule
from duicheck_coherence.presences import Presences

__all__ = ["document_etranger", "etablissement_etranger", "etablissement_sans_trace"]

_OU = {"registre": "Le registre", "journal": "Le journal", "tableau_de_bord": "Le tableau de bord"}


@rule(
    "coherence/etablissement-etranger",
    severity=Severity.INFO,
    message="{finess_et} : {origine} en parle (lignes : {lignes}), ni la liste des structures ni l'export.",
    remedy="Rien à faire si l'éditeur livre plusieurs projets ensemble ; sinon vérifiez le numéro, ou ôtez ces lignes.",
    since="0.1",
)
def etablissement_etranger(
    presences: Presences,
    structures: Structures,
    registre: Registre | None,
    journal: Journal | None,
    grille: TableauDeBord | None,
) -> Iterator[Violation]:
    """Le registre, le journal ou le tableau de bord parle d'un établissement qui n'est pas du projet.

    Un numéro qui n'est ni dans la liste des structures ni dans l'export n'entre dans aucun calcul. C'est souvent un
    logiciel qui extrait tous ses clients, ce que rien n'interdit ; c'est parfois un chiffre faux, et les lignes d'un
    établissement du projet qui se perdent : une information. Un constat par établissement et par table, à la première
    ligne. L'export et le décompte relèvent d'`indicateurs/etablissement-hors-projet` et de `decompte/sans-export` ;
    sans liste des structures, `indicateurs/etablissement-non-exporte` compare le journal et le registre à l'export.

    Source : convention duicheck ; AAP 2025, §4.4.1 (les FINESS géographiques des établissements parties au projet).
    """
    del structures  # read through `presences`; named so that the rule waits for it
    if registre is None and journal is None and grille is None:
        message = "ni registre, ni journal, ni tableau de bord dans la livraison"
        raise NotAvailable(message, frozenset({"registre", "journal"}))
    connus = {*presences.de("structures"), *presences.de("indicateurs")}
    for role, origine in _OU.items():
        for finess, presence in presences.de(role).items():
            if finess not in connus:
                faits: dict[str, Fact] = {"finess_et": finess, "origine": origine, "lignes": presence.lignes}
                yield Violation(presence.at, faits)


@rule(
    "coherence/etablissement-sans-trace",
    severity=Severity.WARNING,
    message="{finess_et} : dans l'export, et ni le journal ni le registre n'en ont une seule ligne.",
    remedy="Livrez son journal et son registre, ou vérifiez que les trois fichiers écrivent le même numéro FINESS.",
    since="0.1",
)
def etablissement_sans_trace(
    presences: Presences, export: Indicateurs, registre: Registre, journal: Journal
) -> Iterator[Violation]:
    """L'export donne un établissement que le journal et le registre ignorent.

    Ses chiffres sont alors comparés à zéro : s'ils n'en sont pas, `journal/ecart-indicateur` les dit faux, et la cause
    est ici. S'ils en sont, un établissement entier passe pour vide. Un établissement qui n'a encore accompagné
    personne et n'a pas ouvert le logiciel donne la même chose : un avertissement. Des lignes rejetées peuvent être les
    siennes : la règle ne conclut pas tant que le journal ou le registre en a. Un constat par établissement, à sa
    première ligne de l'export.

    Source : convention duicheck (contrat de données, §3 : les indicateurs se recalculent du journal et du registre).
    """
    del export  # read through `presences`; named so that the rule waits for it
    if rejetees := registre.rejected + journal.rejected:
        message = f"lignes du journal ou du registre qui n'ont pas pu être lues : {rejetees}"
        raise NotAvailable(message, frozenset({"journal", "registre"}))
    connus = {*presences.de("registre"), *presences.de("journal")}
    for finess, presence in presences.de("indicateurs").items():
        if finess not in connus:
            yield Violation(presence.at, {"finess_et": finess})


@rule(
    "coherence/document-etranger",
    severity=Severity.WARNING,
    message="{finess} : nommé par des documents d'échange ({documents_etrangers}) qui ne nomment aucun établissement"
    " du projet.",
    remedy="Joignez des documents des établissements du projet, ou complétez la liste des structures.",
    since="0.1",
)
def document_etranger(
    structures: Structures, cda: DesignationsCda | None, tddui: DesignationsTddui | None
) -> Iterator[Violation]:
    """Un document CDA ou un transfert de données ne nomme aucun établissement du projet.

    D'un document CDA sont lus les numéros FINESS du conservateur et de l'organisation de ses auteurs, d'un transfert
    tous ceux qu'il porte. Il suffit que l'un soit celui d'un établissement de la liste, ou de son entité juridique :
    un transfert nomme légitimement des partenaires. Un document qui n'en porte aucun n'est pas jugé. Un avertissement,
    car les documents d'essai ont souvent des numéros fictifs. Un constat par numéro, au premier document ; un document
    qui en porte plusieurs compte pour le premier.

    Source : convention duicheck (contrat de données, §1 : une livraison est celle d'un projet) ; ANS, structuration
    minimale des documents (le conservateur est l'établissement qui garde le document).
    """
    if cda is None and tddui is None:
        message = "ni document CDA ni transfert de données dans la livraison"
        raise NotAvailable(message, frozenset({"cda", "tddui"}))
    lignes = structures.rows("SELECT finess_et, finess_ej FROM structures")
    siens = {numero.upper() for ligne in lignes for numero in ligne if numero is not None}
    documents = [*(cda.documents if cda else ()), *(tddui.documents if tddui else ())]
    trouves = _etrangers(documents, siens)
    muets = sum(finess_ej is None for _, finess_ej in lignes)
    if trouves and (muets or structures.rejected):
        message = f"structures : établissements sans numéro d'entité juridique lisible : {muets or structures.rejected}"
        raise NotAvailable(message, frozenset({"structures"}))
    for premier, combien in trouves:
        yield Violation(premier.at, {"finess": premier.finess[0], "documents_etrangers": combien})


def _etrangers(documents: Sequence[Designation], siens: Collection[str]) -> list[tuple[Designation, int]]:
    """The documents that name some establishment and none of the project's, by their first number, with how many."""
    groupes: dict[str, tuple[Designation, int]] = {}
    for document in documents:
        if document.finess and not set(document.finess) & set(siens):
            premier, combien = groupes.get(document.finess[0], (document, 0))
            groupes[document.finess[0]] = (premier, combien + 1)
    return list(groupes.values())
