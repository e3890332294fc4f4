"""Who is not funded, by which rule: an establishment, its software alone, or the whole project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from duicheck.errors import NotApplicable, NotAvailable, ParameterNotSet
from duicheck.findings import Violation
from duicheck.model.grappe import Etablissement, Grappe
from duicheck.rulebook import Rulebook
from duicheck.rules import Rule
from duicheck_grappe.aide.contexte import Contexte
from duicheck_grappe.aide.montants import Clause
from duicheck_grappe.etablissements import territoire_exclu
from duicheck_grappe.financement import causes, double_financement, operation_ancienne
from duicheck_grappe.heures import repartition_saad
from duicheck_grappe.noms import ecrit, meme, nomme
from duicheck_grappe.taille import organismes_insuffisants, situations_melees, taille_opposable
from duicheck_grappe.textes import jour

__all__ = ["Exclusion", "Exclusions", "Reserve", "exclusions", "hors_compte"]

_DOUBLE = "grappe/double-financement"
_HORS_CHAMP = "identifiants/categorie-hors-champ"
_MEME_LOGICIEL = "bon_commande_sons_meme_logiciel"
_DU_PROJET = (
    (taille_opposable, "{essms} ESSMS, et une grappe en réunit au moins {essms_attendus} ({territoire})"),
    (
        organismes_insuffisants,
        "organismes : {organismes}, et une grappe en réunit au moins {organismes_attendus}",
    ),
    (situations_melees, "acquisitions : {acquisitions}, montées de version : {montees}, jamais financées ensemble"),
)
_D_UN_ETABLISSEMENT = (
    (territoire_exclu, "{territoire}, où le texte ne s'applique pas"),
    (operation_ancienne, "{etape} le {date_operation}, avant le {date_limite}"),
)
"""Rules that leave somebody without aid, and what is said of it."""


class Exclusion(Struct, frozen=True):
    """A rule that leaves something without aid, why, and the clause."""

    regle: str
    cause: str
    clause: Clause


class Reserve(Struct, frozen=True):
    """What could change the amounts and was not settled here. `source`: who says so."""

    phrase: str
    source: str


class Exclusions(Struct, frozen=True):
    """Who gets nothing, and what could not be told.

    `projet`: the whole project; `etablissements`: by FINESS number; `usage_seul`: those whose software is not funded.
    """

    projet: Exclusion | None
    etablissements: Mapping[str, Exclusion]
    usage_seul: Mapping[str, Exclusion]
    reserves: Sequence[Reserve]

    def de(self, finess_et: str) -> Exclusion | None:
        """What leaves an establishment without any aid."""
        return self.projet or self.etablissements.get(finess_et)


def exclusions(contexte: Contexte, grappe: Grappe) -> Exclusions:
    """Everything that the rules on the grappe leave without aid under this text."""
    reserves: list[Reserve] = []
    projet = next((trouvee for _, trouvee in _trouvees(_DU_PROJET, contexte, grappe, reserves)), None)
    exclus: dict[str, Exclusion] = {}
    for constat, exclusion in _trouvees(_D_UN_ETABLISSEMENT, contexte, grappe, reserves):
        exclus.setdefault(str(constat.facts["finess_et"]), exclusion)
    for finess, cause in contexte.hors_champ.items():
        clause = contexte.clause("categories_sanitaires")
        exclus.setdefault(finess, Exclusion(_HORS_CHAMP, cause, clause))
    usage_seul: dict[str, Exclusion] = {}
    for un, parametre, cause in _doubles(contexte, grappe):
        exclusion = Exclusion(_DOUBLE, cause, contexte.clause(parametre))
        seul = parametre == _MEME_LOGICIEL and bool(nomme(un.bon_commande_sons)) and un.solution is not None
        (usage_seul if seul else exclus).setdefault(un.finess_et, exclusion)
    if not exclus and not usage_seul:
        _constats(double_financement, _commun(contexte, grappe), reserves)
    return Exclusions(projet, exclus, usage_seul, reserves)


def hors_compte(contexte: Contexte, grappe: Grappe) -> Iterator[tuple[str, str]]:
    """Whose hours do not add up, or are of another year: the number, and what is wrong."""
    for constat in _constats(repartition_saad, _commun(contexte, grappe), []):
        yield str(constat.facts["finess_et"]), str(constat.facts["cause"])


def _trouvees(
    regles: Sequence[tuple[Rule, str]], contexte: Contexte, grappe: Grappe, reserves: list[Reserve]
) -> Iterator[tuple[Violation, Exclusion]]:
    """The findings of some rules, each with what it excludes; the sentence is filled with the facts."""
    for regle, phrase in regles:
        for constat in _constats(regle, _commun(contexte, grappe), reserves):
            faits = {nom: jour(fait) if isinstance(fait, date) else fait for nom, fait in constat.facts.items()}
            yield constat, Exclusion(regle.id, phrase.format(**faits), _clause(contexte.texte, str(faits["clause"])))


def _commun(contexte: Contexte, grappe: Grappe) -> dict[str, object]:
    """What the rules on the grappe read, by the names that they give it."""
    return {
        "grappe": grappe,
        "projet": contexte.projet,
        "texte": contexte.texte,
        "hypotheses": contexte.hypotheses,
    }


def _constats(regle: Rule, commun: Mapping[str, object], reserves: list[Reserve]) -> list[Violation]:
    """What a rule finds; what it cannot tell becomes a reservation."""
    trouves: list[Violation] = []
    try:
        trouves.extend(regle.check(**{nom: commun[nom] for nom in regle.reads}))
    except (NotApplicable, ParameterNotSet):
        return []
    except NotAvailable as refus:
        reserves.append(Reserve(str(refus), regle.id))
    return trouves


def _clause(texte: Rulebook, dite: str) -> Clause:
    """The clause that a finding names."""
    section = dite.removeprefix(f"{texte.id}, ")
    documents = (un.source.document for un in texte.parameters.values() if un.source.section == section)
    return Clause(texte.id, next(documents, ""), section)


def _doubles(contexte: Contexte, grappe: Grappe) -> Iterator[tuple[Etablissement, str, str]]:
    """Who would be funded twice: the establishment, the parameter that forbids it, the cause."""
    for un in grappe.etablissements:
        for _colonne, cause, parametre in causes(un, contexte.texte):
            yield un, parametre, cause
    unique = "financement_unique_par_essms"
    for premier, suivant in grappe.repetitions:
        deux = premier.solution and suivant.solution and not meme(premier.solution, suivant.solution)
        if deux and unique in contexte.texte.parameters:
            noms = f"« {ecrit(premier.solution or '')} » et « {ecrit(suivant.solution or '')} »"
            yield premier, unique, f"deux logiciels de DUI, {noms}"
