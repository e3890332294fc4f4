"""What people call what the report names by a code. A code without a label is shown as it is."""

from __future__ import annotations

from typing import Final

__all__ = ["INDICATORS", "ROLES", "indicator", "role"]

INDICATORS: Final = {
    "dossiers_actifs": "Dossiers actifs",
    "projet_personnalise": "Projet personnalisé",
    "evenement_agenda": "Agenda",
    "mssante": "Messages MSSanté",
    "dmp": "Alimentation du DMP",
    "eprescription": "e-Prescription",
    "eparcours": "e-Parcours",
}
"""By indicator code."""

ROLES: Final = {
    "indicateurs": "Export d'indicateurs",
    "journal": "Journal d'activité",
    "registre": "Registre des personnes",
    "decompte": "Décompte de l'éditeur",
    "tableau_de_bord": "Tableau de bord",
    "referencement": "Référencement Ségur",
    "projet": "Projet de la grappe",
    "structures": "Établissements de la grappe",
    "solutions": "Liste des solutions",
    "exigences": "Catalogue d'exigences",
    "preuve": "Preuves Ségur",
    "piece": "Pièces du dossier",
    "finess": "Extrait du fichier FINESS",
    "cda": "Documents CDA",
}
"""By role of a file."""


def indicator(code: str) -> str:
    """The name of an indicator, or its code where it has none."""
    return INDICATORS.get(code, code)


def role(code: str) -> str:
    """The name of a role, or its code where it has none."""
    return ROLES.get(code, code)
