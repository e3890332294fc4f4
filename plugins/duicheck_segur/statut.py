"""Where the référencement stands, and when: what each text takes, and its dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from duicheck.errors import NotApplicable, NotAvailable
from duicheck.findings import Fact, Severity, Violation
from duicheck.model import Livraison, Projet, Structures
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_segur.declaration import Declaration
from duicheck_segur.regime import Admission, Regime, clause, dispenser

__all__ = [
    "STATUTS",
    "candidature_apres_convention",
    "dates_incoherentes",
    "referencement_apres_parametrage",
    "statut_insuffisant",
]

STATUTS = {"referencee": "référencée", "en_cours": "en cours de référencement", "candidate": "candidate"}
"""What a status is called in a sentence."""


@rule(
    "segur/statut-insuffisant",
    severity=Severity.ERROR,
    message="La solution est déclarée {statut} ; il faut qu'elle soit {statuts_attendus} ({clause}).",
    remedy="Attendez le référencement, ou retenez une solution que la liste de l'ANS donne pour ce domaine.",
    since="0.1",
)
def statut_insuffisant(declaration: Declaration, admission: Admission) -> Iterator[Violation]:
    """Le statut déclaré ne suffit pas au texte.

    2025 demande une solution conforme, donc référencée ; une simple candidature y suffit si le projet ne compte que des
    établissements AHI. 2023 et 2024 admettent un référencement en cours. Sans liste des structures, les domaines de la
    déclaration tiennent lieu de champs. Un projet du seul champ PJM est dispensé par le texte de 2025 ; 2021 ne demande
    rien. La règle lit la déclaration : `segur/non-referencee` la vérifie dans la liste de l'ANS.

    Source : 2025-40, §4.2 C ; 2023-13, annexe 3 C 4 ; 2024-15, A 10.
    """
    if declaration.statut not in admission.statuts:
        faits = {
            "statut": STATUTS[declaration.statut],
            "statuts_attendus": " ou ".join(STATUTS[each] for each in admission.statuts),
            "clause": admission.clause,
        }
        yield Violation(declaration.at("/statut"), faits)


@rule(
    "segur/dates-incoherentes",
    severity=Severity.ERROR,
    message="{cause}.",
    remedy="Corrigez la date ou le statut d'après la décision de l'ANS.",
    since="0.1",
)
def dates_incoherentes(declaration: Declaration, livraison: Livraison) -> Iterator[Violation]:
    """Les dates de la déclaration ne vont pas avec son statut, ou entre elles.

    Une solution référencée l'est depuis un jour connu, au plus tard celui de la mesure ; une solution qui ne l'est pas
    encore n'a pas de date de référencement passée ; une candidature précède son référencement (le même jour est admis).

    Source : convention duicheck (contrat de données, §1.6) ; le référencement suit la candidature.
    """
    candidature, obtention = declaration.date_candidature, declaration.date_referencement
    mesure = livraison.date_mesure
    statut = STATUTS[declaration.statut]
    if declaration.statut == "referencee" and obtention is None:
        yield _incoherence(declaration, "La solution est déclarée référencée sans date de référencement", None)
    elif declaration.statut == "referencee" and obtention is not None and obtention > mesure:
        cause = f"Référencement daté du {_fr(obtention)}, après la mesure du {_fr(mesure)}"
        yield _incoherence(declaration, cause, obtention)
    elif declaration.statut != "referencee" and obtention is not None and obtention <= mesure:
        cause = f"La solution est déclarée {statut} avec un référencement obtenu le {_fr(obtention)}"
        yield _incoherence(declaration, cause, obtention)
    if candidature is not None and obtention is not None and candidature > obtention:
        cause = f"Candidature du {_fr(candidature)} après le référencement du {_fr(obtention)}"
        yield _incoherence(declaration, cause, obtention)


def _incoherence(declaration: Declaration, cause: str, jour: date | None) -> Violation:
    return Violation(declaration.at("/date_referencement"), {"cause": cause, "date_referencement": jour})


def _fr(jour: date) -> str:
    return f"{jour:%d/%m}/{jour.year:04}"


@rule(
    "segur/referencement-apres-parametrage",
    severity=Severity.ERROR,
    message="{finess_et} : paramétrage commencé le {date_parametrage}, {cause} ({clause}).",
    remedy="Le référencement doit être obtenu avant que le paramétrage commence : décalez-le, ou voyez avec l'ARS.",
    since="0.1",
)
def referencement_apres_parametrage(  # noqa: PLR0913 -- one parameter per part that it reads
    declaration: Declaration,
    structures: Structures,
    projet: Projet | None,
    livraison: Livraison,
    regime: Regime,
    texte: Rulebook,
) -> Iterator[Violation]:
    """Le paramétrage d'un établissement a commencé avant que la solution soit référencée.

    2023 admet un référencement en cours au dépôt, à condition qu'il intervienne avant le démarrage du paramétrage :
    la veille au plus tard. Un référencement obtenu au plus tard le jour du dépôt n'était pas en cours : la règle est
    alors sans objet. Un paramétrage prévu après la mesure, pour une solution encore en cours, n'est pas une faute.
    Sans aucune date de paramétrage, rien ne peut être dit.

    Source : 2023-13, annexe 3 C 4.
    """
    dispenser(regime, texte)
    if texte["referencement_au_plus_tard"] != "parametrage":
        message = "le texte attache le référencement à une autre étape que le paramétrage"
        raise NotApplicable(message)
    obtention = declaration.date_referencement
    depot = None if projet is None or projet.valeur.get("date_depot") is None else projet.valeur["date_depot"]
    if obtention is not None and depot is not None and obtention <= date.fromisoformat(depot):
        message = "la solution était déjà référencée au dépôt du dossier"
        raise NotApplicable(message)
    if declaration.statut == "referencee" and obtention is None:
        message = "referencement : la date de référencement manque"
        raise NotAvailable(message, frozenset({"referencement"}))
    lignes = structures.rows("SELECT finess_et, parametrage, rowid FROM structures ORDER BY rowid")
    ou = clause(texte, "referencement_au_plus_tard")
    trouve = False
    for finess, parametrage, rowid in lignes:
        if parametrage is None or not _trop_tard(obtention, parametrage, livraison.date_mesure):
            continue
        trouve = True
        cause = "sans que la solution soit référencée"
        if obtention is not None:
            cause = f"et la solution référencée le {_fr(obtention)} seulement"
        faits = {"finess_et": finess, "date_parametrage": parametrage, "cause": cause, "clause": ou}
        yield Violation(structures.at(rowid, "parametrage"), faits)
    sans_date = sum(parametrage is None for _, parametrage, _ in lignes)
    if sans_date and not trouve:
        message = f"structures : établissements sans date de paramétrage : {sans_date}"
        raise NotAvailable(message, frozenset({"structures"}))


def _trop_tard(obtention: date | None, parametrage: date, mesure: date) -> bool:
    """Whether the work began before, or on the day of, the référencement; a date to come is a plan."""
    return parametrage <= (mesure if obtention is None else obtention)


@rule(
    "segur/candidature-apres-convention",
    severity=Severity.ERROR,
    message="Solution candidate le {date_candidature}, convention signée le {date_convention} : elle devait l'être ce"
    " jour-là au plus tard ({clause}).",
    remedy="Voyez avec l'ARS : la solution d'un projet AHI doit être candidate quand la convention est signée.",
    since="0.1",
)
def candidature_apres_convention(
    declaration: Declaration, structures: Structures, projet: Projet, regime: Regime, texte: Rulebook
) -> Iterator[Violation]:
    """La solution d'un projet AHI n'était pas candidate au référencement à la signature de la convention.

    Le texte de 2025 laisse un projet qui ne compte que des établissements AHI prendre une solution seulement candidate,
    au plus tard à la date de signature : ce jour-là compris. Un référencement obtenu à cette date vaut candidature. Les
    autres projets ne sont pas concernés. Tant que la convention n'est pas signée, rien ne peut être dit.

    Source : 2025-40, §4.2 C.
    """
    if texte["ahi_candidature_au_plus_tard"] != "convention":
        message = "le texte attache la candidature à une autre étape que la convention"
        raise NotApplicable(message)
    if not regime.seulement("AHI"):
        champs = ", ".join(sorted(regime.champs))
        message = f"le projet ne compte pas que des établissements AHI ({champs} : {structures.count} établissements)"
        raise NotApplicable(message)
    signature = projet.valeur.get("date_convention")
    if signature is None:
        message = "projet : la date de convention manque"
        raise NotAvailable(message, frozenset({"projet"}))
    convention = date.fromisoformat(signature)
    jours = [jour for jour in (declaration.date_candidature, declaration.date_referencement) if jour is not None]
    if not jours:
        message = "referencement : la date de candidature manque"
        raise NotAvailable(message, frozenset({"referencement"}))
    if min(jours) > convention:
        faits: dict[str, Fact] = {
            "date_candidature": min(jours),
            "date_convention": convention,
            "clause": clause(texte, "ahi_candidature_au_plus_tard"),
        }
        yield Violation(declaration.at("/date_candidature"), faits)
