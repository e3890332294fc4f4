"""The dates of the project: in their order, and as long as the text expects."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date

from duicheck.errors import NotApplicable, NotAvailable
from duicheck.findings import Fact, Severity, Violation
from duicheck.langue import N_
from duicheck.model import Grappe, ProjetDepose
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_grappe.textes import clause, jour

__all__ = ["dates_incoherentes", "duree_indicative"]


@rule(
    "grappe/duree-indicative",
    severity=Severity.INFO,
    message="Du {debut} au {fin} : plus de {mois} mois ({situation} ; {clause}). Ce repère n'est pas opposable.",
    remedy="Rien d'obligatoire ; l'ARS regarde si les cibles sont atteintes dans un délai raisonnable.",
    since="0.1",
)
def duree_indicative(grappe: Grappe, projet: ProjetDepose, texte: Rulebook) -> Iterator[Violation]:
    """Le projet dure plus que le repère du texte.

    Neuf mois au plus entre le début du projet et la fin du déploiement sans changement de logiciel, dix-huit pour une
    acquisition ; un projet qui comprend une acquisition a dix-huit mois. Le repère n'est pas opposable au porteur et ne
    concerne pas les projets nationaux : une information.

    Source : 2023-13, annexe 5 D ; 2025-40, §4.5.2.
    """
    niveaux = texte["duree_indicative_niveaux"]
    if projet.niveau not in niveaux:
        message = f"dépôt {projet.niveau} : le repère ne le concerne pas ({clause(texte, 'duree_indicative_niveaux')})"
        raise NotApplicable(message)
    debut, fin = projet.date_debut, projet.date_fin
    if debut is None or fin is None:
        message = "la date de début ou la date de fin du projet n'est pas fixée"
        raise NotApplicable(message)
    situations = {un.situation for un in grappe.etablissements}
    if "acquisition" not in situations and None in situations:
        message = "structures : la situation des établissements (acquisition ou montée de version) n'est pas dite"
        raise NotAvailable(message, frozenset({"structures"}))
    situation = "acquisition" if "acquisition" in situations else "montee_de_version"
    parametre = f"duree_indicative_{situation}"
    mois = texte[f"duree_indicative_{situation}"]
    if fin > _plus_mois(debut, mois):
        faits: dict[str, Fact] = {
            "debut": debut,
            "fin": fin,
            "mois": mois,
            "situation": "acquisition" if situation == "acquisition" else "montée de version",
            "clause": clause(texte, parametre),
        }
        yield Violation(projet.at("/date_fin"), faits)


def _plus_mois(day: date, mois: int) -> date:
    """The same day some months later; the month's last where it does not exist."""
    annee, rang = divmod(day.year * 12 + day.month - 1 + mois, 12)
    return date(annee, rang + 1, min(day.day, calendar.monthrange(annee, rang + 1)[1]))


@rule(
    "grappe/dates-incoherentes",
    severity=Severity.ERROR,
    message="{cause}.",
    remedy="Corrigez la date qui se trompe.",
    since="0.1",
)
def dates_incoherentes(projet: ProjetDepose, grappe: Grappe | None) -> Iterator[Violation]:
    """Les dates du projet ne se suivent pas.

    La convention suit le dépôt, la fin suit le début, et la mise en ordre de marche d'un établissement suit le début de
    son paramétrage ; le même jour est admis. Une date vide ne dit rien.

    Source : convention duicheck (contrat d'échange, §1.5) ; la convention est signée après l'instruction du dossier
    (2025-40, §4.5.1 et §4.8).
    """
    couples = [
        ("Convention signée", projet.date_convention, "dépôt", projet.date_depot, "/date_convention"),
        (N_("Projet fini"), projet.date_fin, "début", projet.date_debut, "/date_fin"),
    ]
    for quoi, apres, reference, avant, pointeur in couples:
        if apres is not None and avant is not None and apres < avant:
            cause = f"{quoi} le {jour(apres)}, avant le {reference} du {jour(avant)}"
            yield Violation(projet.at(pointeur), {"cause": cause})
    if grappe is None:
        return
    for un in grappe.etablissements:
        marche, parametrage = un.mise_en_ordre_de_marche, un.parametrage
        if marche is not None and parametrage is not None and marche < parametrage:
            cause = f"Mise en ordre de marche le {jour(marche)}, avant le paramétrage du {jour(parametrage)}"
            yield Violation(grappe.at(un, "mise_en_ordre_de_marche"), {"cause": cause, "finess_et": un.finess_et})
