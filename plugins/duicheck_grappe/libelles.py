"""What each criterion is called in a list of criteria, where a rule's title names the defect that it looks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from duicheck.langue import N_

__all__ = ["CRITERES", "SUR_LES_PIECES"]

CRITERES: Final[Mapping[str, str]] = {
    "grappe/texte-different": N_("Texte sous lequel le projet est déposé"),
    "grappe/taille": N_("Nombre d'établissements souhaité par le texte"),
    "grappe/taille-opposable": N_("Nombre d'établissements sans lequel le texte ne finance pas"),
    "grappe/organismes-insuffisants": N_("Nombre d'organismes gestionnaires"),
    "grappe/plafond-depasse": N_("Nombre d'établissements que le texte finance"),
    "grappe/finess-repete": N_("Chaque établissement une seule fois dans la liste"),
    "grappe/organisme-discordant": N_("Organismes du projet et de la liste des structures"),
    "grappe/territoire-exclu": N_("Territoires où le texte s'applique"),
    "grappe/situations-melees": N_("Acquisitions et mises en conformité dans des projets séparés"),
    "grappe/solution-differente": N_("Une même solution pour tous les établissements"),
    "grappe/porteur-sans-siret": N_("Numéro SIRET du porteur"),
    "grappe/guichet": N_("Guichet du dépôt, selon la taille et les régions"),
    "grappe/depot-hors-fenetre": N_("Période de dépôt"),
    "grappe/pilote-absent": N_("Phase pilote d'un projet national"),
    "grappe/accord-entite-nationale": N_("Accord de l'entité nationale"),
    "grappe/double-financement": N_("Aucun établissement financé deux fois"),
    "grappe/operation-ancienne": N_("Opérations nouvelles, postérieures au texte"),
    "grappe/repartition-saad": N_("Répartition des heures des services à domicile"),
    "grappe/dates-incoherentes": N_("Dates du projet dans l'ordre"),
    "grappe/duree-indicative": N_("Durée du projet, à titre de repère"),
}
"""By rule id, in the order of a reading."""

SUR_LES_PIECES: Final = ("grappe/piece-manquante", "grappe/piece-recommandee")
"""The rules that a list of the pieces says already."""
