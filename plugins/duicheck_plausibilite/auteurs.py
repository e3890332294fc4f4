"""The rule on who updates the dossiers."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotApplicable
from duicheck.findings import Fact, Fixer, Severity, Violation
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_plausibilite.saisies import Saisies

__all__ = ["auteur_unique"]


@rule(
    "journal/auteur-unique",
    severity=Severity.WARNING,
    message="{finess_et}\u00a0: un même auteur a écrit {evenements} des {evenements_signes} mises à jour signées de la"
    " période, sur {dossiers_fenetre} dossiers. C'est à regarder, sans rien présumer\u00a0: un secrétariat unique ou le"
    " compte technique d'une interface donnent la même chose.",
    remedy="Vérifiez que chaque professionnel écrit sous son propre compte. Si un secrétariat saisit pour tous, ou si"
    " une interface écrit sous un compte technique, dites-le à l'ARS avec la livraison.",
    since="0.1",
    fixer=Fixer.ESTABLISHMENT,
)
def auteur_unique(saisies: Saisies, texte: Rulebook) -> Iterator[Violation]:
    """Presque toutes les mises à jour d'un établissement sont du même auteur.

    Un dossier usager informatisé est l'outil de toute une équipe. Quand un seul compte y écrit pour tous, le taux de
    dossiers actifs mesure le travail d'une personne ou d'une machine. La règle signale l'établissement d'au moins
    `plausibilite_effectif` dossiers mis à jour où un auteur signe `plausibilite_auteur_part` % des mises à jour de la
    période.

    L'auteur est facultatif dans le journal : un logiciel peut ne nommer que ses automates. On ne juge donc que si
    autant de mises à jour (la même part) sont signées ; la règle est sans objet pour un journal qui ne signe nulle
    part. Le pseudonyme n'est jamais écrit. Les innocents possibles : un secrétariat unique, un compte partagé (ce qui
    est un autre défaut), le compte technique d'une interface ou d'une reprise de données, un petit service. Un constat
    par établissement, à la première ligne de cet auteur.

    Source : convention duicheck (contrat de données, §1.2 ; rulebook, « Plausibilité des livraisons »).
    """
    effectif, part = texte["plausibilite_effectif"], texte["plausibilite_auteur_part"]
    signes = {
        finess_et: (saisie, saisie.auteur)
        for finess_et, saisie in saisies.par_etablissement.items()
        if saisie.auteur is not None and 100 * saisie.auteur.signes >= part * saisie.evenements
    }
    if saisies.par_etablissement and not signes:
        message = "le journal ne signe pas ses mises à jour, et la colonne « auteur » est facultative"
        raise NotApplicable(message)
    for finess_et, (saisie, auteur) in signes.items():
        if saisie.dossiers >= effectif and 100 * auteur.evenements >= part * auteur.signes:
            faits: dict[str, Fact] = {
                "finess_et": finess_et,
                "evenements": auteur.evenements,
                "evenements_signes": auteur.signes,
                "dossiers_fenetre": saisie.dossiers,
            }
            yield Violation(saisies.journal.at(auteur.premiere, "auteur"), faits)
