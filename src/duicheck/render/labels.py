"""What people call what the report names by a code. A code without a label is shown as it is."""

from __future__ import annotations

from typing import Final

from duicheck.langue import N_, _

__all__ = ["FIXERS", "INDICATORS", "ROLES", "SEVERITIES", "TO_WHOM", "fixer", "indicator", "role", "severity"]

INDICATORS: Final = {
    "dossiers_actifs": N_("Dossiers actifs"),
    "projet_personnalise": N_("Projet personnalisé"),
    "evenement_agenda": N_("Agenda"),
    "mssante": N_("Messages MSSanté"),
    "dmp": N_("Alimentation du DMP"),
    "eprescription": N_("e-Prescription"),
    "eparcours": N_("e-Parcours"),
}
"""By indicator code."""

ROLES: Final = {
    "indicateurs": N_("Export d'indicateurs"),
    "journal": N_("Journal d'activité"),
    "registre": N_("Registre des personnes"),
    "decompte": N_("Décompte de l'éditeur"),
    "tableau_de_bord": N_("Tableau de bord"),
    "referencement": N_("Référencement Ségur"),
    "projet": N_("Projet de la grappe"),
    "structures": N_("Établissements de la grappe"),
    "solutions": N_("Liste des solutions"),
    "exigences": N_("Catalogue d'exigences"),
    "preuve": N_("Preuves Ségur"),
    "piece": N_("Pièces du dossier"),
    "finess": N_("Extrait du fichier FINESS"),
    "cda": N_("Documents CDA"),
    "tddui": N_("Transferts de données DUI"),
    "traces": N_("Traces MSSanté et DMP"),
    "paquets": N_("Paquets de règles nationales"),
}
"""By role of a file."""


SEVERITIES: Final = {
    "erreur": N_("erreur"),
    "avertissement": N_("avertissement"),
    "information": N_("information"),
}
"""By severity of a rule."""

FIXERS: Final = {
    "editeur": N_("Éditeur du logiciel"),
    "porteur": N_("Porteur du projet"),
    "etablissement": N_("Établissement"),
    "controleur": N_("Qui lance le contrôle"),
    "duicheck": "duicheck",
}
"""By who puts right."""

TO_WHOM: Final = {
    "editeur": N_("l'éditeur"),
    "porteur": N_("le porteur"),
    "etablissement": N_("l'établissement"),
    "controleur": N_("qui lance le contrôle"),
    "duicheck": "duicheck",
}
"""The same, in a sentence."""


def fixer(code: str) -> str:
    """The name of who puts right, or the code where it has none."""
    return _(FIXERS.get(code, code))


def indicator(code: str) -> str:
    """The name of an indicator, or its code where it has none."""
    return _(INDICATORS.get(code, code))


def role(code: str) -> str:
    """The name of a role, or its code where it has none."""
    return _(ROLES.get(code, code))


def severity(code: str) -> str:
    """The name of a severity, or its code where it has none."""
    return _(SEVERITIES.get(code, code))
