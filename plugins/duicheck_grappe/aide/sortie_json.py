"""The aid as JSON, shaped by schemas/aide.schema.json; always in French, whatever the language shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from duicheck_grappe.aide.calcul import PARTS, Aide, Ligne, Versement
from duicheck_grappe.aide.criteres import Critere, Criteres
from duicheck_grappe.aide.exclusions import Exclusion
from duicheck_grappe.aide.heures import Prorata
from duicheck_grappe.aide.montants import Clause, Montant
from duicheck_grappe.aide.variantes import EnJeu, SousTexte, a_verser

__all__ = ["AVERTISSEMENT", "FORMAT", "en_json"]

FORMAT = 1
AVERTISSEMENT = (
    "Un calcul n'est pas une décision : l'ARS instruit le projet, et peut réduire l'aide. Les montants sont des maxima"
    " du texte ; ceux qui ne se calculent pas sont comptés à leur minimum, et leurs bornes sont dites."
)
"""What must be read before the figures; without the no-break spaces of print."""

Json = dict[str, Any]


def en_json(aide: Aide, enjeux: Sequence[EnJeu], textes: Sequence[SousTexte]) -> Json:
    """The whole computation. Amounts are integer numbers of euro cents; null: nothing bounds it, or not computed."""
    livre = aide.contexte.texte
    minimum, maximum = a_verser(aide)
    return {
        "format": FORMAT,
        "avertissement": AVERTISSEMENT,
        "texte": livre.id,
        "titre": livre.title,
        "secondaire": livre.secondary,
        "total": aide.minimum,
        "minimum": aide.minimum,
        "maximum": aide.maximum,
        "complet": aide.complete,
        "a_verser": {"minimum": minimum, "maximum": maximum},
        "exclusion": _exclusion(aide.exclusion),
        "lignes": [_ligne(ligne) for ligne in aide.lignes],
        "amoa": aide.amoa.minimum,
        "amoa_detail": _montant(aide.amoa),
        "versements": [_versement(versement) for versement in aide.versements],
        "hypotheses": {un.hypothese.name: un.retenu.code for un in enjeux},
        "hypotheses_detail": [_enjeu(un) for un in enjeux],
        "reserves": [{"phrase": une.phrase, "source": une.source} for une in aide.reserves],
        "citations": [
            {"citation": une["citation"], "source": f"{livre.id}, {une['section']}"}
            for une in livre.get("aide_citations", ())
        ],
        "comparaison": [_sous(sous) for sous in textes],
    }


def _ligne(ligne: Ligne) -> Json:
    un = ligne.etablissement
    minimum, maximum = ligne.bornes
    return {
        "finess_et": un.finess_et,
        "situation": un.situation,
        "rang": None if ligne.rang is None else ligne.rang.rang,
        **{quoi: ligne.parts[quoi].minimum for quoi in PARTS},
        "total": minimum,
        "maximum": maximum,
        "prorata": _prorata(ligne.prorata),
        "source": " ; ".join(map(str, ligne.clauses)),
        "exclusion": _exclusion(ligne.exclusion),
        "detail": {quoi: _montant(ligne.parts[quoi]) for quoi in PARTS},
    }


def _montant(montant: Montant) -> Json:
    return {
        "montant": montant.montant,
        "minimum": montant.minimum,
        "maximum": montant.maximum,
        "formule": montant.formule,
        "raison": montant.raison,
        "sources": _clauses(montant.clauses),
    }


def _clauses(clauses: Iterable[Clause]) -> list[Json]:
    return [{"texte": une.texte, "document": une.document, "section": une.section} for une in clauses]


def _exclusion(exclusion: Exclusion | None) -> Json | None:
    if exclusion is None:
        return None
    return {"regle": exclusion.regle, "cause": exclusion.cause, "source": str(exclusion.clause)}


def _prorata(prorata: Prorata | None) -> Json | None:
    if prorata is None or prorata.raison is not None:
        return None
    return {"heures": _nombre(prorata.heures), "sur": _nombre(prorata.sur)}


def _nombre(valeur: Decimal | Fraction | None) -> int | float | None:
    if valeur is None:
        return None
    entier = int(valeur)
    return entier if entier == valeur else float(valeur)


def _versement(versement: Versement) -> Json:
    return {
        "code": versement.code,
        "libelle": versement.libelle,
        "part": versement.part,
        "montant": versement.montant,
        "source": str(versement.clause),
        "criteres": _criteres(versement.criteres),
    }


def _criteres(criteres: Criteres | None) -> Json | None:
    if criteres is None:
        return None
    return {
        "minimum": criteres.minimum,
        "maximum": criteres.maximum,
        "source": str(criteres.clause),
        "criteres": [_critere(critere) for critere in criteres.criteres],
    }


def _critere(critere: Critere) -> Json:
    resultat = critere.resultat
    return {
        "code": critere.code or None,
        "numerateur": None if resultat is None else resultat.numerateur,
        "denominateur": None if resultat is None else resultat.denominateur,
        "recalcule": critere.recalcule,
        "evaluation": _nombre(critere.evaluation),
        "montant": critere.montant,
        "maximum": critere.maximum,
        "raison": critere.raison,
    }


def _enjeu(enjeu: EnJeu) -> Json:
    hypothese = enjeu.hypothese
    return {
        "nom": hypothese.name,
        "question": hypothese.question,
        "valeur": enjeu.retenu.code,
        "defaut": hypothese.default,
        "phrase": enjeu.retenu.phrase,
        "source": str(hypothese.source.section),
        "compte": enjeu.compte,
        "variantes": [
            {
                "valeur": une.choix.code,
                "libelle": une.choix.libelle,
                "minimum": une.minimum,
                "maximum": une.maximum,
                "a_verser": {"minimum": une.a_verser[0], "maximum": une.a_verser[1]},
            }
            for une in enjeu.variantes
        ],
    }


def _sous(sous: SousTexte) -> Json:
    aide = sous.aide
    if aide is None:
        return {"texte": sous.texte, "titre": sous.titre, "secondaire": sous.secondaire, "raison": sous.raison}
    minimum, maximum = a_verser(aide)
    return {
        "texte": sous.texte,
        "titre": sous.titre,
        "secondaire": sous.secondaire,
        "raison": None,
        "minimum": aide.minimum,
        "maximum": aide.maximum,
        "a_verser": {"minimum": minimum, "maximum": maximum},
        "finances": sum(ligne.exclusion is None for ligne in aide.lignes),
        "exclusion": _exclusion(aide.exclusion),
    }
