"""What the codes of the grid are called, and what the requirement wants in it."""

from __future__ import annotations

from typing import Final

__all__ = ["CANAUX", "EXIGES", "MESURES", "PERIODES"]

PERIODES: Final = {
    "mois_en_cours": "mois en cours",
    "annee_en_cours": "année en cours",
    "annee_precedente": "année précédente",
}
"""By code, in the order of the requirement, which wants at least these."""

MESURES: Final = {
    "documents_dmp": "documents au DMP",
    "documents_mss_pro": "documents par MSSanté professionnelle",
    "documents_mss_citoyenne": "documents par MSSanté citoyenne",
    "dossiers_dmp": "dossiers alimentant le DMP",
    "dossiers_mss_pro": "dossiers à envoi professionnel",
    "dossiers_mss_citoyenne": "dossiers à envoi citoyen",
    "dossiers_trois": "dossiers ayant les trois",
    "rendez_vous_mes": "rendez-vous envoyés à l'agenda de Mon espace santé",
    "cahiers_liaison": "cahiers de liaison alimentés",
    "cercles_soins": "cercles de soins consultés",
}
"""By code; the last three are the optional requirement SC.TBB.02.MS1."""

CANAUX: Final = ("dmp", "mss_pro", "mss_citoyenne")
"""What a document goes by: `documents_…` counts the documents, `dossiers_…` the dossiers that have one."""

EXIGES: Final = (
    *((f"documents_{canal}", ins) for canal in CANAUX for ins in ("total", "qualifiee", "non_qualifiee")),
    *((f"dossiers_{canal}", "total") for canal in CANAUX),
    ("dossiers_trois", "total"),
)
"""The cells (measure, INS status) that SC.TBB.01.MS1 wants for each establishment and period."""
