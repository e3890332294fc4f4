"""No funding twice, and none for what was finished before the text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from duicheck.errors import NotApplicable, NotAvailable
from duicheck.findings import Fact, Severity, Violation
from duicheck.langue import N_
from duicheck.model import Etablissement, Grappe, ProjetDepose
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_grappe.noms import ecrit, meme, nomme
from duicheck_grappe.textes import clause, jour

__all__ = ["causes", "double_financement", "operation_ancienne"]

_ACQUISITION, _MONTEE = "acquisition", "montee_de_version"
_NOM = N_("nom du logiciel")


@rule(
    "grappe/double-financement",
    severity=Severity.ERROR,
    message="{finess_et} : {cause} ({clause}).",
    remedy="Retirez l'établissement du projet, changez sa situation, ou corrigez la liste si elle se trompe.",
    since="0.1",
)
def double_financement(grappe: Grappe, texte: Rulebook) -> Iterator[Violation]:
    """Un établissement serait financé deux fois.

    Un autre financement européen pour la même opération ; un financement ESMS numérique déjà reçu, pour le même
    logiciel ou pour un autre ; deux solutions pour un même numéro FINESS ; un bon de commande SONS (Prestation Ségur)
    pour un autre logiciel. Avec un bon de commande pour le même logiciel, seul l'usage peut être financé : une
    acquisition y contredit. En 2025 un bon de commande pour un autre logiciel ne ferme que l'acquisition, et il ne
    pouvait être annulé que jusqu'au 17 avril 2025, et avant la validation de la Prestation Ségur. Un bon de commande
    annulé à temps laisse la case vide. Un constat par cause. Si rien n'est trouvé et que la liste ne répond pas pour
    tous les établissements, rien n'est affirmé.

    Source : 2023-13, annexe 3 C 2 et I B ; 2025-40, §4.2 A et §4 ; 2024-15, webinaire, A 6 à A 8.
    """
    texte.parameter("financement_unique_par_essms")
    trouve = False
    for un in grappe.etablissements:
        for colonne, cause, parametre in causes(un, texte):
            trouve = True
            faits: dict[str, Fact] = {"finess_et": un.finess_et, "cause": cause, "clause": clause(texte, parametre)}
            yield Violation(grappe.at(un, colonne), faits)
    for premier, suivant in grappe.repetitions:
        if premier.solution and suivant.solution and not meme(premier.solution, suivant.solution):
            trouve = True
            faits = {
                "finess_et": suivant.finess_et,
                "cause": f"deux logiciels de DUI, « {ecrit(premier.solution)} » et « {ecrit(suivant.solution)} »",
                "clause": clause(texte, "financement_unique_par_essms"),
            }
            yield Violation(grappe.at(suivant, "solution"), faits)
    if not trouve and (muets := _muets(grappe, texte)):
        message = f"structures : la liste ne répond pas partout ({', '.join(muets)})"
        raise NotAvailable(message, frozenset({"structures"}))


def causes(un: Etablissement, texte: Rulebook) -> Iterator[tuple[str, str, str]]:
    """Column, cause, and the parameter whose clause forbids it."""
    if un.autre_financement_europeen and texte.get("cumul_financement_europeen_exclu"):
        yield (
            "autre_financement_europeen",
            "un autre financement européen pour cette opération",
            "cumul_financement_europeen_exclu",
        )
    if un.deja_finance and texte.get("financement_unique_par_essms"):
        yield "deja_finance", "un financement ESMS numérique déjà reçu", "financement_unique_par_essms"
    yield from _bon_de_commande(un, texte)
    yield from _annulation(un, texte)


def _bon_de_commande(un: Etablissement, texte: Rulebook) -> Iterator[tuple[str, str, str]]:
    nom = nomme(un.bon_commande_sons)
    if nom is None or un.situation is None:
        return
    autre = un.situation in texte.get("bon_commande_sons_autre_logiciel", ())
    memes = un.situation in texte.get("bon_commande_sons_meme_logiciel", ())
    if not nom or un.solution is None:
        # Which software it is does not matter where both are closed.
        if autre and memes:
            cause = "une acquisition, avec un bon de commande SONS"
            yield "bon_commande_sons", cause, "bon_commande_sons_meme_logiciel"
    elif autre and not meme(nom, un.solution):
        cause = f"un bon de commande SONS pour un autre logiciel, « {ecrit(nom)} »"
        yield "bon_commande_sons", cause, "bon_commande_sons_autre_logiciel"
    elif memes and meme(nom, un.solution):
        cause = "une acquisition, avec un bon de commande SONS pour le même logiciel : seul l'usage peut être financé"
        yield "bon_commande_sons", cause, "bon_commande_sons_meme_logiciel"


def _annulation(un: Etablissement, texte: Rulebook) -> Iterator[tuple[str, str, str]]:
    limite: date | None = texte.get("bon_commande_sons_annulable_jusqu_au")
    annule = un.bon_commande_sons_annule
    if limite is None or annule is None or un.situation != _ACQUISITION:
        return
    parametre = "bon_commande_sons_annulable_jusqu_au"
    if annule > limite:
        cause = f"un bon de commande SONS annulé le {jour(annule)}, après le {jour(limite)}"
        yield "bon_commande_sons_annule", cause, parametre
    elif un.prestation_segur is not None and annule >= un.prestation_segur:
        cause = f"un bon de commande SONS annulé le {jour(annule)}, la Prestation Ségur étant déjà validée"
        yield "bon_commande_sons_annule", cause, parametre


def _muets(grappe: Grappe, texte: Rulebook) -> list[str]:
    """The columns that do not answer for every establishment, with how many they leave out."""
    tous = grappe.etablissements
    manques: dict[str, int] = {}
    if texte.get("cumul_financement_europeen_exclu"):
        manques["autre_financement_europeen"] = sum(un.autre_financement_europeen is None for un in tous)
    if texte.get("financement_unique_par_essms"):
        manques["deja_finance"] = sum(un.deja_finance is None for un in tous)
    if "bon_commande_sons_autre_logiciel" in texte.parameters:
        if "bon_commande_sons" not in grappe.colonnes:
            manques["bon_commande_sons"] = len(tous)
        avec = [un for un in tous if nomme(un.bon_commande_sons) is not None]
        manques["situation"] = sum(un.situation is None for un in avec)
        manques[_NOM] = sum(not nomme(un.bon_commande_sons) or un.solution is None for un in avec)
    return [f"{colonne} : {nombre}" for colonne, nombre in manques.items() if nombre]


@rule(
    "grappe/operation-ancienne",
    severity=Severity.ERROR,
    message="{finess_et} : {etape} le {date_operation}, avant le {date_limite} ({clause}).",
    remedy="L'opération est close : elle ne peut plus être financée sous ce texte ; retirez l'établissement.",
    since="0.1",
)
def operation_ancienne(grappe: Grappe, projet: ProjetDepose | None, texte: Rulebook) -> Iterator[Violation]:
    """L'opération d'un établissement était déjà close quand le texte est paru.

    Une acquisition dont la mise en ordre de marche, ou une montée de version dont la Prestation Ségur, est validée
    avant la date du texte ; ce jour-là, elle est admise. L'instruction de 2023 renvoie à sa parution sans la dater : sa
    date de signature est retenue. L'appel à projets national de 2023 écarte ce critère. En 2025, seule la Prestation
    Ségur est visée, avant la fin du premier trimestre 2023. Une case vide dit que rien n'est encore validé.

    Source : 2023-13, annexe 3 C 1, et appel à projets national, « Conformité de la demande » ; 2025-40, §4.
    """
    bornes = {
        _ACQUISITION: ("mise_en_ordre_de_marche", "mise en ordre de marche validée"),
        _MONTEE: ("prestation_segur", "Prestation Ségur validée"),
    }
    limites = {situation: texte.get(f"{colonne}_pas_avant") for situation, (colonne, _) in bornes.items()}
    if not any(limites.values()):
        texte.parameter("prestation_segur_pas_avant")  # says in words that the text sets none
    _exiger_niveau(projet, texte)
    trouve = False
    for un in grappe.etablissements:
        limite = limites.get(un.situation or "")
        if limite is None:
            continue
        colonne, etape = bornes[un.situation or ""]
        quand: date | None = getattr(un, colonne)
        if quand is not None and quand < limite:
            trouve = True
            faits: dict[str, Fact] = {
                "finess_et": un.finess_et,
                "etape": etape,
                "date_operation": quand,
                "date_limite": limite,
                "clause": clause(texte, f"{colonne}_pas_avant"),
            }
            yield Violation(grappe.at(un, colonne), faits)
    if trouve:
        return
    situations = {un.situation for un in grappe.etablissements}
    manques = [
        colonne
        for situation, (colonne, _) in bornes.items()
        if limites[situation] is not None and situation in situations and colonne not in grappe.colonnes
    ]
    if None in situations:
        manques.append("situation")
    if manques:
        message = f"structures : colonnes absentes ou vides ({', '.join(manques)})"
        raise NotAvailable(message, frozenset({"structures"}))


def _exiger_niveau(projet: ProjetDepose | None, texte: Rulebook) -> None:
    """Let off the levels where the text does not ask for a new operation.

    Raises:
        NotApplicable: it is one of them.
        NotAvailable: nobody says at which level the project is filed.
    """
    niveaux = texte.get("operation_nouvelle_niveaux")
    if niveaux is None:
        return
    if projet is None:
        message = "projet : absent de la livraison ; lui seul dit à quel niveau il est déposé"
        raise NotAvailable(message, frozenset({"projet"}))
    if projet.niveau not in niveaux:
        ou = clause(texte, "operation_nouvelle_niveaux")
        message = f"dépôt {projet.niveau} : le critère de la nouvelle opération y est écarté ({ou})"
        raise NotApplicable(message)
