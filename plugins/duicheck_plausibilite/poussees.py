"""Rules on when dossiers are updated: all at once, or on the eve of the measure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from duicheck.findings import Fixer, Severity, Violation
from duicheck.model import Fenetre
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_plausibilite.saisies import Poussee, Saisie, Saisies

if TYPE_CHECKING:
    from duicheck.findings import Fact

__all__ = ["saisie_en_masse", "veille_de_mesure"]


def _notable(poussee: Poussee, saisie: Saisie, *, effectif: int, part: int) -> bool:
    """Whether a burst holds that share of the updates, or of the dossiers that owe it their only one."""
    beaucoup = poussee.dossiers >= effectif and 100 * poussee.evenements >= part * saisie.evenements
    decisive = poussee.seuls >= effectif and 100 * poussee.seuls >= part * saisie.dossiers
    return beaucoup or decisive


def _faits(finess_et: str, poussee: Poussee, saisie: Saisie) -> dict[str, Fact]:
    return {
        "finess_et": finess_et,
        "evenements": poussee.evenements,
        "evenements_fenetre": saisie.evenements,
        "dossiers": poussee.dossiers,
        "dossiers_seuls": poussee.seuls,
        "dossiers_fenetre": saisie.dossiers,
    }


@rule(
    "journal/saisie-en-masse",
    severity=Severity.WARNING,
    message="{finess_et}\u00a0: le {jour} à partir de {heure}, {evenements} des {evenements_fenetre} mises à jour de la"
    " période en {minutes} minutes, sur {dossiers} dossiers ({dossiers_seuls} des {dossiers_fenetre} dossiers mis à"
    " jour n'ont que celle-là). C'est à regarder, sans rien présumer\u00a0: une reprise de données, un changement de"
    " logiciel ou une clôture par lot donnent la même chose.",
    remedy="Regardez ce qui s'est passé à cette heure-là. Si une reprise de données ou un traitement du logiciel"
    " l'explique, dites-le à l'ARS avec la livraison\u00a0; ce n'est un défaut que si ces dossiers n'ont pas servi.",
    since="0.1",
    fixer=Fixer.ESTABLISHMENT,
)
def saisie_en_masse(saisies: Saisies, texte: Rulebook) -> Iterator[Violation]:
    """Une grande part des mises à jour d'un établissement tient en quelques minutes.

    Une cible d'usage veut que le logiciel serve. Un script qui touche tous les dossiers la veille d'une mesure donne
    le même taux qu'une année de travail ; mais l'usage s'étale, le script non. La règle cherche, dans chaque
    établissement, les `plausibilite_masse_minutes` minutes (deux demi-tranches qui se suivent) les plus chargées, et
    les signale quand, sur au moins `plausibilite_effectif` dossiers, elles portent `plausibilite_masse_part` % :

    1. des mises à jour de la période, ou
    2. des dossiers mis à jour, comptés parmi ceux qui n'ont aucune autre mise à jour de toute la période : ceux-là ne
       sont actifs que par elles.

    Le raisonnement : dix minutes sont un quatre-millième d'un mois. Une relève où dix soignants écrivent ensemble
    recommence chaque jour et n'en porte jamais une telle part ; une seule personne, à une demi-minute par dossier, y
    touche tout juste l'effectif jugé. Ce que la règle ne voit pas : un script qui étale ses écritures, ou qui passe
    deux fois. Les innocents possibles : une reprise de données, un changement de logiciel, une clôture de projets par
    lot, une panne suivie d'un rattrapage, une synchronisation de tablettes. Un constat par établissement, à la première
    ligne de la poussée.

    Source : convention duicheck (rulebook, « Plausibilité des livraisons ») ; un dossier actif est celui qui a été mis
    à jour (2023-13 annexe 2, 2025-40 §5).
    """
    effectif, part = texte["plausibilite_effectif"], texte["plausibilite_masse_part"]
    for finess_et, saisie in saisies.par_etablissement.items():
        pic = next((pic for pic in saisie.pics if _notable(pic, saisie, effectif=effectif, part=part)), None)
        if pic is not None:
            debut = saisies.heure_civile(pic.debut, finess_et)
            faits = {
                **_faits(finess_et, pic, saisie),
                "jour": debut.date(),
                "heure": f"{debut:%H:%M}",
                "minutes": texte["plausibilite_masse_minutes"],
            }
            yield Violation(saisies.journal.at(pic.premiere, "horodatage"), faits)


@rule(
    "journal/veille-de-mesure",
    severity=Severity.WARNING,
    message="{finess_et}\u00a0: {evenements} des {evenements_fenetre} mises à jour de la période sont des {jours}"
    " derniers jours (depuis le {debut}), sur {dossiers} dossiers ({dossiers_seuls} des {dossiers_fenetre} dossiers mis"
    " à jour ne l'ont été qu'alors). C'est à regarder, sans rien présumer\u00a0: une mise en service récente, une"
    " reprise de données ou un bilan de fin de mois donnent la même chose.",
    remedy="Regardez pourquoi l'activité se serre sur ces jours. Si le logiciel vient d'être mis en service ou si"
    " l'équipe fait ses bilans à cette date, dites-le à l'ARS avec la livraison.",
    since="0.1",
    fixer=Fixer.ESTABLISHMENT,
)
def veille_de_mesure(saisies: Saisies, fenetre: Fenetre, texte: Rulebook) -> Iterator[Violation]:
    """Une grande part des mises à jour d'un établissement est de la veille de la mesure.

    Un logiciel qui ne sert qu'à la veille des mesures n'est pas utilisé. Sont de la veille les
    `plausibilite_veille_jours` derniers jours de la période de recueil, à l'heure de l'établissement. La règle signale
    l'établissement où, sur au moins `plausibilite_effectif` dossiers, ces jours portent `plausibilite_veille_part` %
    des mises à jour, ou des dossiers mis à jour qui ne l'ont été qu'alors.

    Le raisonnement : sur trois mois, trois jours sont un trentième de la période. Le pire des cas honnêtes est une
    mesure d'un mois de vingt-deux jours ouvrés, où chaque dossier n'est mis à jour qu'une fois, un jour au hasard : la
    veille en reçoit alors 14 %, et plus de 40 % (vingt dossiers au moins) moins d'une fois sur cent mille. Les
    innocents possibles : une mise en service dans ces jours, une reprise de données, un bilan ou une réunion de
    synthèse à date fixe, un petit secrétariat qui saisit une fois par mois. Un constat par établissement, à la première
    ligne de ces jours.

    Source : convention duicheck (rulebook, « Plausibilité des livraisons ») ; la période est celle du texte
    (2021-amorcage, 2023-13 annexe 2, 2024-15, 2025-40 §5).
    """
    effectif, part = texte["plausibilite_effectif"], texte["plausibilite_veille_part"]
    for finess_et, saisie in saisies.par_etablissement.items():
        veille = saisie.veille
        if veille is not None and _notable(veille, saisie, effectif=effectif, part=part):
            faits = {
                **_faits(finess_et, veille, saisie),
                "debut": saisies.heure_civile(veille.debut, finess_et).date(),
                "fin": fenetre.fin,
                "jours": texte["plausibilite_veille_jours"],
            }
            yield Violation(saisies.journal.at(veille.premiere, "horodatage"), faits)
