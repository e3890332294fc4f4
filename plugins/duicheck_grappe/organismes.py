"""The organisations of the project, as its document and its list tell them."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotApplicable, NotAvailable
from duicheck.findings import Severity, Violation
from duicheck.model import Grappe, ProjetDepose
from duicheck.rules import rule
from duicheck_grappe.textes import etablissements

__all__ = ["organisme_discordant"]


@rule(
    "grappe/organisme-discordant",
    severity=Severity.WARNING,
    message="Organisme {siren} : {cause}.",
    remedy="Accordez le projet et la liste des structures : la taille des organismes décide d'une part de l'aide.",
    since="0.1",
)
def organisme_discordant(grappe: Grappe, projet: ProjetDepose) -> Iterator[Violation]:
    """Le projet et la liste des structures ne s'accordent pas sur les organismes gestionnaires.

    Un organisme de la liste que le projet ne nomme pas, un organisme du projet sans établissement dans la liste, ou un
    organisme qui gérerait en tout moins d'établissements que le projet n'en compte des siens. La taille des organismes
    décide du financement du matériel et de l'assistance à maîtrise d'ouvrage.

    Source : convention duicheck (contrat d'échange, §1.5) ; 2023-13, annexe 5 A 3 et 2025-40, §4.4.2 3 font dépendre
    l'aide de la taille des organismes.
    """
    if not any(organisme.pointeur for organisme in grappe.organismes):
        message = "le projet ne nomme aucun organisme gestionnaire"
        raise NotApplicable(message)
    muets = sum(un.organisme_siren is None for un in grappe.etablissements)
    trouve = False
    for organisme in grappe.organismes:
        cause = None
        if organisme.pointeur is None:
            premier = next(un for un in grappe.etablissements if un.organisme_siren == organisme.siren)
            at = grappe.at(premier, "organisme_siren")
            cause = f"la liste lui donne {etablissements(organisme.etablissements)}, et le projet ne le nomme pas"
        elif organisme.nombre_essms is not None and organisme.nombre_essms < organisme.etablissements:
            at = projet.at(f"{organisme.pointeur}/nombre_essms")
            cause = f"{organisme.nombre_essms} ESSMS en tout, et {organisme.etablissements} dans la liste"
        elif not organisme.etablissements and not muets and not grappe.illisibles:
            at = projet.at(f"{organisme.pointeur}/siren")
            cause = "le projet le nomme, et la liste ne lui donne aucun établissement"
        if cause is not None:
            trouve = True
            yield Violation(at, {"siren": organisme.siren, "cause": cause})
    if muets and not trouve:
        message = f"structures : {etablissements(muets)} sans SIREN d'organisme gestionnaire"
        raise NotAvailable(message, frozenset({"structures"}))
