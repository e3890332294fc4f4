"""When the export says that it measured, against when the text asks to."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator

from duicheck.errors import NotApplicable
from duicheck.findings import Location, Severity, Violation
from duicheck.model import Fenetre, Indicateurs, Journal, Livraison
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_indicateurs.lignes import Export

__all__ = ["extraction_prematuree", "mesure_hors_fin_de_mois", "periode_hors_texte"]


@rule(
    "indicateurs/periode-hors-texte",
    severity=Severity.ERROR,
    message="{finess_et}, {indicateur} : période du {periode_debut} au {periode_fin}, alors que le texte demande celle"
    " du {debut_attendu} au {fin_attendue}.",
    remedy="Refaites l'export sur la fenêtre du texte, ou corrigez la date de mesure du manifeste.",
    since="0.1",
)
def periode_hors_texte(export: Export, fenetre: Fenetre) -> Iterator[Violation]:
    """La période d'une ligne n'est pas la fenêtre de mesure.

    La fenêtre découle du texte, de la date de mesure et, pour les textes de 2023 et 2024, de ce que la mesure est
    la première ou non. Les deux bornes sont incluses.

    Source : instruction 2023/13, annexe 2 (« sur le mois écoulé », trois mois pour la première mesure) ; AAP 2025,
    §5 (« sur les 3 mois écoulés avant la date de mesure ») ; AAP 2021, « Critères d'utilisation ».
    """
    for ligne in export.lignes:
        if (ligne.periode_debut, ligne.periode_fin) == (fenetre.debut, fenetre.fin):
            continue
        colonne = "periode_fin" if ligne.periode_debut == fenetre.debut else "periode_debut"
        faits = ligne.faits(
            periode_debut=ligne.periode_debut,
            periode_fin=ligne.periode_fin,
            debut_attendu=fenetre.debut,
            fin_attendue=fenetre.fin,
        )
        yield Violation(ligne.lieu(export, colonne), faits)


@rule(
    "indicateurs/mesure-hors-fin-de-mois",
    severity=Severity.ERROR,
    message="La date de mesure est le {date_mesure} ; le texte mesure à chaque fin de mois, ici le {date_attendue}.",
    remedy="Mesurez au dernier jour du mois et corrigez date_mesure dans le manifeste.",
    since="0.1",
)
def mesure_hors_fin_de_mois(livraison: Livraison, rulebook: Rulebook) -> Iterator[Violation]:
    """La mesure n'est pas faite un dernier jour de mois.

    Les textes de 2023 et 2024 mesurent le mois écoulé « à chaque fin de mois » ; ceux de 2021 et 2025 laissent la
    date libre. Sans export ni journal, rien n'est mesuré : la règle est sans objet (un dossier au dépôt, par exemple).

    Source : instruction 2023/13, annexe 2 (mode de calcul des cibles).
    """
    if not rulebook["mesure_fin_de_mois"]:
        message = f"le texte {rulebook.id} laisse la date de mesure libre"
        raise NotApplicable(message)
    if not livraison.roles & {Indicateurs.role, Journal.role}:
        message = "ni export ni journal : rien n'est mesuré"
        raise NotApplicable(message)
    mesure = livraison.date_mesure
    fin_de_mois = mesure.replace(day=monthrange(mesure.year, mesure.month)[1])
    if mesure != fin_de_mois:
        at = Location() if livraison.manifeste is None else Location(livraison.manifeste, pointer="/date_mesure")
        yield Violation(at, {"date_mesure": mesure, "date_attendue": fin_de_mois})


@rule(
    "indicateurs/extraction-prematuree",
    severity=Severity.ERROR,
    message="{finess_et}, {indicateur} : extrait le {date_extraction}, avant la fin de la fenêtre, le"
    " {fin_attendue} au soir.",
    remedy="Refaites l'export après le dernier jour de la fenêtre.",
    since="0.1",
)
def extraction_prematuree(export: Export, fenetre: Fenetre) -> Iterator[Violation]:
    """L'export est extrait avant la fin de la fenêtre.

    Le dernier jour compte en entier : extraire ce jour-là, c'est en perdre la fin. La règle est sans objet quand
    l'export ne donne pas de date d'extraction, qui est facultative.

    Source : convention duicheck (contrat d'échange, §2 : les deux bornes de la fenêtre sont incluses).
    """
    datees = [ligne for ligne in export.lignes if ligne.date_extraction is not None]
    if not datees:
        message = "l'export ne donne pas de date d'extraction"
        raise NotApplicable(message)
    for ligne in datees:
        if ligne.date_extraction is not None and ligne.date_extraction <= fenetre.fin:
            faits = ligne.faits(date_extraction=ligne.date_extraction, fin_attendue=fenetre.fin)
            yield Violation(ligne.lieu(export, "date_extraction"), faits)
