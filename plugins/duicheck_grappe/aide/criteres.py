"""The last instalment of 2021: in equal shares over the criteria of use, each as far as its result goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from msgspec import Struct

from duicheck.model import Comptes, Mesure
from duicheck_grappe.aide.contexte import Contexte
from duicheck_grappe.aide.montants import Clause, arrondi

__all__ = ["Critere", "Criteres", "criteres"]

_ENTIER = Fraction(1)
_CENT = 100


class Critere(Struct, frozen=True):
    """One criterion. `resultat` is the measured one and `evaluation` what it is held against (per cent, or a number).

    `maximum` is its share of the instalment, `montant` what its result earns, in cents; None: cannot be computed, for
    `raison`. `recalcule`: the result was recomputed from the log, and not taken from the export.
    """

    code: str
    resultat: Comptes | None
    evaluation: Fraction | None
    maximum: int
    montant: int | None
    recalcule: bool
    raison: str | None = None


class Criteres(Struct, frozen=True):
    """The criteria of an instalment, and the bounds of what they earn, in cents."""

    criteres: Sequence[Critere]
    minimum: int
    maximum: int
    clause: Clause


def criteres(contexte: Contexte, solde: int) -> Criteres | None:
    """What the results make of the instalment that depends on them; None where the text has no such thing."""
    texte = contexte.texte
    if "part_criteres" not in texte.parameters:
        return None
    nombre = texte["part_criteres_nombre"]
    parts = [solde * (rang + 1) // nombre - solde * rang // nombre for rang in range(nombre)]
    mesures = {} if contexte.mesures is None else {mesure.code: mesure for mesure in contexte.mesures.projet}
    metiers = texte["indicateurs_obligatoires"]
    choisis = _choisis(contexte, mesures)
    socles = nombre - len(metiers)
    trouves = [_critere(contexte, code, mesures.get(code), part) for code, part in zip(metiers, parts, strict=False)]
    restes = parts[len(metiers) :]
    candidats = [_critere(contexte, code, mesures.get(code), restes[0]) for code in choisis]
    if len(candidats) <= socles:
        trouves += [
            _critere(contexte, code, mesures.get(code), part) for code, part in zip(choisis, restes, strict=False)
        ]
        raison = "critère socle à choisir : le projet n'en a ni évaluation ni mesure"
        manquants = restes[len(choisis) :]
        trouves += [Critere("", None, None, part, None, recalcule=False, raison=raison) for part in manquants]
        minimum = sum(un.montant or 0 for un in trouves)
        maximum = sum(un.maximum if un.montant is None else un.montant for un in trouves)
    else:
        # More were chosen than the text shares among: the least and the most that as many of them earn.
        bas = sorted(un.montant or 0 for un in candidats)[:socles]
        hauts = sorted((un.maximum if un.montant is None else un.montant for un in candidats), reverse=True)[:socles]
        minimum = sum(un.montant or 0 for un in trouves) + sum(bas)
        maximum = sum(un.maximum if un.montant is None else un.montant for un in trouves) + sum(hauts)
        trouves += candidats
    return Criteres(trouves, minimum, maximum, contexte.clause("part_criteres"))


def _choisis(contexte: Contexte, mesures: Mapping[str, Mesure]) -> list[str]:
    """The socle criteria that the project chose: those that it evaluated, else those that it measures."""
    connus = contexte.texte["criteres_socles"]
    evalues = [code for code in connus if code in contexte.projet.evaluations]
    return evalues or [code for code in connus if code in mesures and mesures[code].jugee is not None]


def _critere(contexte: Contexte, code: str, mesure: Mesure | None, maximum: int) -> Critere:
    """One criterion, its result held against what the hypothesis says; a result above it counts for it."""
    comptes = None if mesure is None else mesure.jugee
    recalcule = mesure is not None and mesure.recalcule is not None
    prevu = contexte.projet.evaluations.get(code)
    evaluation = None if prevu is None else Fraction(prevu)
    if comptes is None:
        raison = "l'indicateur n'est pas dans la livraison, ou n'est pas mesuré sous ce texte"
        return Critere(code, None, evaluation, maximum, None, recalcule, raison)
    simple = code in contexte.texte["indicateurs_simples_comptes"]
    if not simple and contexte.hypotheses.get("criteres_evaluation") == "taux_et_evaluation":
        evaluation = Fraction(_CENT)
    if evaluation is None:
        return Critere(code, comptes, None, maximum, None, recalcule, "le projet n'en donne pas d'évaluation")
    if not simple and not comptes.denominateur:
        return Critere(code, comptes, evaluation, maximum, None, recalcule, "le dénominateur est nul")
    resultat = Fraction(comptes.numerateur)
    if not simple:
        resultat = Fraction(_CENT * comptes.numerateur, comptes.denominateur or 1)
    rapport = _ENTIER if resultat >= evaluation else resultat / evaluation
    montant = arrondi(rapport * maximum, contexte.hypotheses.get("arrondi_aide", ""))
    return Critere(code, comptes, evaluation, maximum, montant, recalcule)
