"""The share of an establishment's hours that the aid follows."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from duicheck.langue import habits
from duicheck.model.grappe import Etablissement
from duicheck_grappe.aide.contexte import Contexte
from duicheck_grappe.aide.montants import Clause
from duicheck_grappe.heures import est_saad

__all__ = ["Prorata", "nombre", "prorata"]


class Prorata(Struct, frozen=True):
    """Eligible hours over all hours, and the clause. `raison`: why the share cannot be computed."""

    heures: Decimal | None
    sur: Decimal | None
    clause: Clause
    raison: str | None = None

    @property
    def part(self) -> Fraction:
        """The share; one where it cannot be computed: the most that it can be."""
        if self.raison is not None or self.heures is None or not self.sur:
            return Fraction(1)
        return Fraction(self.heures) / Fraction(self.sur)


def prorata(contexte: Contexte, un: Etablissement) -> Prorata | None:
    """The share of an establishment whose aid follows its hours; None for any other, and where the text says nothing.

    Hours that are given count, whatever else the list says. Without them, the aid cannot be computed where the text
    asks for them.
    """
    if not contexte.texte.get("aide_prorata_heures"):
        return None
    eligibles, totales = un.heures.eligibles, un.heures.totales
    if totales is None and eligibles is None and not _demandees(contexte, un):
        return None
    return Prorata(eligibles, totales, contexte.clause("aide_prorata_heures"), _defaut(eligibles, totales))


def _defaut(eligibles: Decimal | None, totales: Decimal | None) -> str | None:
    """Why a share cannot be computed from these hours."""
    if totales is None:
        return "les heures totales manquent" if eligibles is not None else "les heures totales et éligibles manquent"
    if not totales:
        return "aucune heure réalisée"
    if eligibles is None:
        return "les heures médico-sociales manquent"
    return "plus d'heures médico-sociales que d'heures réalisées" if eligibles > totales else None


def _demandees(contexte: Contexte, un: Etablissement) -> bool:
    """Whether the text wants the hours of that establishment: none are needed without services of comfort."""
    demandees = contexte.texte.get("heures_demandees", ())
    if un.activite_mixte is not None:
        return un.activite_mixte and bool(demandees)
    return "service_a_domicile" in demandees and est_saad(un, contexte.hypotheses)


def nombre(valeur: Decimal) -> str:
    """A number of hours as the current language writes it."""
    entier, _, decimales = f"{valeur.normalize():f}".partition(".")
    mine = habits()
    return mine.write_integer(int(entier)) + (f"{mine.decimal}{decimales}" if decimales else "")
