"""The filing: under which text, where, when, by whom, with whose agreement."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from duicheck.errors import NotApplicable, NotAvailable
from duicheck.findings import Fact, Severity, Violation
from duicheck.model import Grappe, Guichet, ProjetDepose
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_grappe.textes import clause, etablissements, jour

__all__ = [
    "accord_entite_nationale",
    "depot_hors_fenetre",
    "guichet",
    "pilote_absent",
    "porteur_sans_siret",
    "texte_different",
]

_NIVEAUX = {"regional": "régional", "multiregional": "multirégional", "national": "national"}


@rule(
    "grappe/texte-different",
    severity=Severity.ERROR,
    message="Le projet est déposé sous {texte_lu}, et le contrôle se fait sous {texte_controle}.",
    remedy="Contrôlez le projet sous le texte qui le finance, ou corrigez celui des deux qui se trompe.",
    since="0.1",
)
def texte_different(projet: ProjetDepose, texte: Rulebook) -> Iterator[Violation]:
    """Le projet ne dit pas être déposé sous le texte qui sert au contrôle.

    Un projet relève du texte sous lequel il a été financé, jamais du plus récent : seuils, dates et pièces changent de
    l'un à l'autre.

    Source : convention duicheck (contrat d'échange, §1).
    """
    if projet.texte != texte.id:
        yield Violation(projet.at("/texte"), {"texte_lu": projet.texte, "texte_controle": texte.id})


@rule(
    "grappe/guichet",
    severity=Severity.ERROR,
    message="Dépôt {niveau}, pour {essms} ESSMS (nombre de régions : {regions}) : il faut le niveau {niveau_attendu}"
    " ({clause}).",
    remedy="Déposez au guichet du texte ; l'ARS peut demander une instruction nationale, le dépôt ne change pas.",
    since="0.1",
)
def guichet(projet: ProjetDepose, attendu: Guichet) -> Iterator[Violation]:
    """Le projet n'est pas déposé au guichet que demandent sa taille et ses régions.

    Moins de cinquante ESSMS, ou une seule région : guichet régional. À partir de cinquante, et dans plus d'une région :
    guichet national. Un projet de plusieurs régions déposé auprès d'une ARS est « multirégional », et son calendrier
    est plus court. Les régions sont celles de l'extrait FINESS, sinon du début des numéros ; si une région inconnue
    ou une ligne illisible change la réponse, la règle ne tranche pas.

    Source : 2023-13, annexe 3 A et III ; 2025-40, §4.3 et §4.6.
    """
    if projet.niveau != attendu.niveau:
        faits: dict[str, Fact] = {
            "niveau": _NIVEAUX[projet.niveau],
            "niveau_attendu": _NIVEAUX[attendu.niveau],
            "essms": attendu.essms,
            "regions": attendu.regions,
            "clause": attendu.clause,
        }
        yield Violation(projet.at("/niveau"), faits)


@rule(
    "grappe/depot-hors-fenetre",
    severity=Severity.ERROR,
    message="Dépôt {niveau} du {date_depot}, {cause} ({clause}).",
    remedy="Un dossier déposé hors de la période n'est pas recevable ; après la clôture, seul un dialogue avec l'ARS"
    " peut encore ajuster une demande déjà déposée.",
    since="0.1",
)
def depot_hors_fenetre(projet: ProjetDepose, texte: Rulebook) -> Iterator[Violation]:
    """Le dossier est déposé hors de la période d'ouverture de l'appel à projets.

    Les deux bornes sont comprises, la clôture jusqu'à minuit. Les projets multirégionaux ferment plus tôt ; le texte ne
    leur donne pas d'ouverture propre, ils ont celle des régionaux. Le webinaire de 2024 annonce deux échéances sans
    dire à quels projets elles s'appliquent : seul un dépôt après la dernière est signalé. Le texte de 2025 lu ici ne
    donne pas de dates au guichet national.

    Source : 2021-amorcage, « Calendrier » ; 2023-13, III ; 2025-40, §4.6 ; 2024-15, webinaire, « Deux dates de dépôts
    de candidatures ».
    """
    ouverture, cloture, ou = _periode(projet.niveau, texte)
    depot = projet.date_depot
    if depot is None and "date_depot" in projet.document.valeur:
        message = "le dossier n'est pas encore déposé"
        raise NotApplicable(message)
    if depot is None:
        message = "projet : la date de dépôt manque"
        raise NotAvailable(message, frozenset({"projet"}))
    cause = None
    if ouverture is not None and depot < ouverture:
        cause = f"avant l'ouverture du {jour(ouverture)}"
    elif depot > cloture:
        cause = f"après la clôture du {jour(cloture)}"
    if cause is not None:
        faits: dict[str, Fact] = {
            "niveau": _NIVEAUX[projet.niveau],
            "date_depot": depot,
            "cause": cause,
            "clause": ou,
        }
        yield Violation(projet.at("/date_depot"), faits)


def _periode(niveau: str, texte: Rulebook) -> tuple[date | None, date, str]:
    """The first day (None: not said) and the last one, and the clause of the last.

    Raises:
        ParameterNotSet: the text gives no date at that level.
    """
    if "depot_echeances" in texte.parameters:
        return None, max(texte["depot_echeances"]), clause(texte, "depot_echeances")
    fin = f"depot_{niveau}_fin"
    if niveau == "multiregional" and fin not in texte.parameters:
        fin = "depot_regional_fin"
    debut = "depot_regional_debut" if niveau == "multiregional" else f"depot_{niveau}_debut"
    return texte.get(debut), texte[fin], clause(texte, fin)


@rule(
    "grappe/porteur-sans-siret",
    severity=Severity.ERROR,
    message="Le porteur n'a pas de numéro SIRET ({clause}).",
    remedy="Donnez le SIRET de l'établissement du porteur qui recevra l'aide.",
    since="0.1",
)
def porteur_sans_siret(projet: ProjetDepose, texte: Rulebook) -> Iterator[Violation]:
    """Le porteur du projet n'a pas de numéro SIRET.

    La clé du numéro relève de `identifiants/siret`.

    Source : 2024-15, webinaire, A 4 (« Le porteur du projet a un numéro SIRET »).
    """
    if texte["porteur_siret_exige"] and projet.porteur.siret is None:
        yield Violation(projet.at("/porteur/siret"), {"clause": clause(texte, "porteur_siret_exige")})


@rule(
    "grappe/pilote-absent",
    severity=Severity.ERROR,
    message="Dépôt {niveau} sans phase pilote ({clause}).",
    remedy="Décrivez la phase pilote, déjà réalisée ou intégrée au projet.",
    since="0.1",
)
def pilote_absent(projet: ProjetDepose, texte: Rulebook) -> Iterator[Violation]:
    """Un projet national ne s'appuie pas sur une phase pilote.

    Elle peut avoir eu lieu au cours d'un projet précédent, ou faire partie de celui-ci. Les dépôts auprès d'une ARS n'y
    sont pas tenus.

    Source : 2023-13, appel à projets national, §3 (« le projet de généralisation devra s'appuyer sur une phase
    pilote »).
    """
    niveaux = texte["phase_pilote_niveaux"]
    ou = clause(texte, "phase_pilote_niveaux")
    if projet.niveau not in niveaux:
        message = f"dépôt {_NIVEAUX[projet.niveau]} : la phase pilote n'y est pas demandée ({ou})"
        raise NotApplicable(message)
    if projet.phase_pilote is None:
        message = "projet : « phase_pilote » n'est pas dit"
        raise NotAvailable(message, frozenset({"projet"}))
    if not projet.phase_pilote:
        yield Violation(projet.at("/phase_pilote"), {"niveau": _NIVEAUX[projet.niveau], "clause": ou})


@rule(
    "grappe/accord-entite-nationale",
    severity=Severity.ERROR,
    message="{quoi} : rattaché à une entité nationale, sans son accord écrit ({clause}).",
    remedy="Demandez l'accord écrit de l'entité nationale, et joignez-le au dossier.",
    since="0.1",
)
def accord_entite_nationale(grappe: Grappe, projet: ProjetDepose, texte: Rulebook) -> Iterator[Violation]:
    """Un établissement ou le porteur dépend d'une entité nationale qui n'a pas donné son accord.

    L'accord est écrit, et se joint au dossier (`grappe/piece-manquante`). En 2023 il est demandé pour un dépôt auprès
    d'une ARS ; en 2025 pour tout dépôt.

    Source : 2023-13, annexe 3 C 3 ; 2025-40, §4.2 B.
    """
    niveaux = texte["accord_entite_nationale_niveaux"]
    ou = clause(texte, "accord_entite_nationale_niveaux")
    if projet.niveau not in niveaux:
        message = f"dépôt {_NIVEAUX[projet.niveau]} : l'accord n'y est pas demandé ({ou})"
        raise NotApplicable(message)
    trouve = False
    if projet.porteur.entite_nationale and not projet.porteur.accord_entite:
        trouve = True
        yield Violation(projet.at("/porteur/accord_entite"), {"quoi": "Porteur", "clause": ou})
    for un in grappe.etablissements:
        if un.entite_nationale and not un.accord_entite:
            trouve = True
            faits = {"quoi": un.finess_et, "finess_et": un.finess_et, "clause": ou}
            yield Violation(grappe.at(un, "accord_entite"), faits)
    muets = sum(un.entite_nationale is None for un in grappe.etablissements)
    if muets and not trouve:
        message = f"structures : {etablissements(muets)} dont la colonne « entite_nationale » est vide"
        raise NotAvailable(message, frozenset({"structures"}))
