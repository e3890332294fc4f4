"""The rule on what changed between two measures, beyond what the logs explain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from fractions import Fraction

from duicheck.errors import NotApplicable, NotAvailable
from duicheck.findings import Fact, Severity, Violation
from duicheck.model import Comptes, Hypotheses, Journal, Livraison, Mesure, Mesures, Precedent, Registre, Textes
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_indicateurs.decoupe import HYPOTHESES, Scenario
from duicheck_indicateurs.fenetre import RegleFenetre, fenetre_des_jours
from duicheck_indicateurs.recalcul import recalculer

__all__ = ["saut"]

Cle = tuple[str, str]


@rule(
    "indicateurs/saut",
    severity=Severity.WARNING,
    message="{finess_et}, {indicateur}\u00a0: {exporte_precedent} à la mesure du {date_precedente}, {exporte} à"
    " celle-ci. {journaux}\u00a0; {points} points restent inexpliqués. C'est à regarder, sans rien présumer\u00a0:"
    " des saisies rétroactives, une reprise de données, un registre corrigé ou une autre définition donnent"
    " la même chose.",
    remedy="Retrouvez ce qui a changé entre les deux mesures. Si des saisies tardives, une reprise de données ou un"
    " changement de définition l'expliquent, dites-le à l'ARS avec la livraison.",
    since="0.1",
)
def saut(  # noqa: PLR0913 -- eight parts of the dataset, bound by the engine
    mesures: Mesures,
    livraison: Livraison,
    texte: Rulebook,
    textes: Textes,
    hypotheses: Hypotheses,
    precedent: Precedent | None,
    journal: Journal | None,
    registre: Registre | None,
) -> Iterator[Violation]:
    """Un taux a changé entre deux mesures de plus que ce que les journaux expliquent.

    Un taux qui monte vite n'a rien d'étrange quand le journal le montre : c'est ce que l'on attend d'un déploiement. La
    règle compare donc deux sauts, pour chaque établissement d'au moins `plausibilite_effectif` personnes (ou dossiers)
    aux deux mesures : celui que les exports annoncent, et celui que les journaux donnent. Elle alerte quand ils
    diffèrent de `plausibilite_saut_points` points de pourcentage ou plus.

    Ce que les journaux donnent : pour cette mesure, le recalcul ; pour la précédente, le journal livré aujourd'hui s'il
    remonte jusque-là, recalculé sous les hypothèses d'alors, sinon le recalcul du rapport précédent. Un journal qui
    donne aujourd'hui au passé un autre taux que celui qu'on avait annoncé est ainsi signalé : des événements y sont
    entrés depuis, à des dates d'avant, ou en sont sortis. Là où l'une des deux mesures n'a pas de journal, rien
    n'explique le saut, et il compte tout entier.

    Le seuil : il faut quatre dossiers sur vingt, vingt sur cent ; quelques saisies tardives n'y suffisent pas. Les
    innocents possibles : des saisies rétroactives après une panne, une reprise de données, un registre corrigé, un
    changement de définition ou de logiciel, une unité qui ouvre ou qui ferme. Le rapport précédent se donne par
    --precedent ; sans lui la règle n'est pas vérifiée, ce qui n'ôte rien au verdict.

    Source : convention duicheck (rulebook, « Plausibilité des livraisons »).
    """
    if precedent is None:
        if livraison.premiere_mesure:
            message = "c'est la première mesure : aucune ne la précède"
            raise NotApplicable(message)
        message = "aucun rapport d'une mesure précédente n'a été donné (--precedent RAPPORT)"
        raise NotAvailable(message, frozenset({"precedent"}))
    passe = dict(precedent.recalcules)
    if journal is not None and registre is not None:
        passe |= _par_le_journal(journal, registre, mesures, precedent, textes.get(precedent.texte, texte), hypotheses)
    effectif, points = texte["plausibilite_effectif"], texte["plausibilite_saut_points"]
    for mesure in mesures.etablissements:
        hier = passe.get(_cle(mesure))
        avant, apres = precedent.exportes.get(_cle(mesure)), mesure.exporte
        annonce, explique = _ecart(avant, apres), _ecart(hier, mesure.recalcule)
        if annonce is None or min(_effectif(avant), _effectif(apres)) < effectif:
            continue
        reste = abs(annonce - (explique or 0))
        if reste >= points:
            faits: dict[str, Fact] = {
                "finess_et": mesure.finess_et,
                "indicateur": mesure.code,
                "exporte": _ecrit(apres),
                "exporte_precedent": _ecrit(avant),
                "date_precedente": precedent.date_mesure,
                "journaux": "Aucun journal ne couvre les deux mesures"
                if explique is None
                else f"Le journal donne {_ecrit(hier)}, puis {_ecrit(mesure.recalcule)}",
                "points": float(round(reste, 1)),
            }
            yield Violation(mesure.at, faits)


def _par_le_journal(  # noqa: PLR0913 -- what a recomputation takes
    journal: Journal,
    registre: Registre,
    mesures: Mesures,
    precedent: Precedent,
    texte: Rulebook,
    hypotheses: Hypotheses,
) -> Mapping[Cle, Comptes]:
    """The earlier measure by the log at hand; nothing where it does not go back that far."""
    ((premier,),) = journal.rows("SELECT CAST(min(horodatage) AS DATE) FROM journal")
    if precedent.jours is None or premier is None:
        return {}
    debut, fin = precedent.jours
    # The first days of a window may be silent: as long as those of a log that covers it.
    if premier > debut + timedelta(days=texte["couverture_silence_jours"]):
        return {}
    # A value that this version does not know any more gives way to the one in force.
    choisies = {
        nom: precedent.hypotheses[nom] if precedent.hypotheses.get(nom) in valeurs else hypotheses[nom]
        for nom, valeurs in HYPOTHESES.items()
    }
    fuseau = precedent.hypotheses.get("fuseau", "")
    fuseau = fuseau if fuseau in texte.hypotheses["fuseau"].choices else hypotheses["fuseau"]
    fenetre = fenetre_des_jours(debut, fin, RegleFenetre.du_texte(texte), fuseau)
    scenario = Scenario("precedent", fenetre, choisies)
    finess = {mesure.finess_et for mesure in mesures.etablissements if mesure.finess_et is not None}
    simples = texte.get("indicateurs_simples_comptes", ())
    return recalculer(journal, registre, finess, [scenario], simples)[scenario.id]


def _cle(mesure: Mesure) -> Cle:
    return str(mesure.finess_et), mesure.code


def _effectif(comptes: Comptes | None) -> int:
    return 0 if comptes is None else comptes.denominateur or 0


def _ecart(avant: Comptes | None, apres: Comptes | None) -> Fraction | None:
    """How many points of percentage the rate gained, exactly; None where one of the two has no rate."""
    if avant is None or apres is None or not avant.denominateur or not apres.denominateur:
        return None
    return Fraction(100 * apres.numerateur, apres.denominateur) - Fraction(100 * avant.numerateur, avant.denominateur)


def _ecrit(comptes: Comptes | None) -> str:
    return "–" if comptes is None else f"{comptes.numerateur}\u00a0/\u00a0{comptes.denominateur}"
