"""One named defect for a sample: rule id -> the smallest change that breaks the rule.

A change touches what the rule reads and, where it can, nothing that another rule counts: the figures stay true unless
the defect is about them. For tests, demonstrations, and vendors who want to see a finding before they meet one.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from duicheck.errors import UsageError
from duicheck.rulebook import Rulebook
from duicheck_echantillon.defauts import identifiants, indicateurs, journal, livraison, registre
from duicheck_echantillon.defauts.commun import DEFAUTS, Defaut
from duicheck_echantillon.fichiers import Echantillon

__all__ = ["DEFAUTS", "FAMILLES", "Defaut", "planter"]

FAMILLES = (livraison, identifiants, indicateurs, journal, registre)
"""The modules that declare defects, by importing which they are declared."""


def planter(regle: str, dossier: Path, texte: Rulebook, mesure: date) -> None:
    """Spoil a written sample.

    Raises:
        UsageError: this text, or a sample this small, leaves no place for the defect.
    """
    try:
        DEFAUTS[regle].changement(Echantillon(dossier, texte, mesure))
    except StopIteration:
        message = f"défaut « {regle} » : rien dans cet échantillon ne s'y prête ; essayez-en un plus grand"
        raise UsageError(message) from None
