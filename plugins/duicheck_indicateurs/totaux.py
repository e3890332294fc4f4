"""The rows of an export that sum up the project: sums over sums, never a mean of rates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from duicheck.errors import NotApplicable, NotAvailable
from duicheck.findings import Fact, Severity, Violation
from duicheck.rules import rule
from duicheck_indicateurs.arrondi import arrondi, ecriture_possible
from duicheck_indicateurs.lignes import TOTAL, Export, Ligne, premieres

__all__ = ["moyenne_de_taux", "moyennes", "total_faux"]

_PLUSIEURS = 2  # the mean of one rate is that rate


def moyennes(total: Ligne, toutes: Sequence[Ligne]) -> list[Fraction]:
    """The means that a total row may have been given by mistake: of the exact rates, and of the written ones.

    Empty where fewer than two establishments have a rate.
    """
    partie = [ligne for ligne in _somme_de(total, toutes) if ligne.taux_exact is not None]
    if len(partie) < _PLUSIEURS:
        return []
    exacts = [ligne.taux_exact for ligne in partie if ligne.taux_exact is not None]
    ecrits = [Fraction(ligne.taux_ecrit) for ligne in partie if ligne.taux_ecrit is not None]
    return [sum(taux, Fraction(0)) / len(taux) for taux in (exacts, ecrits) if len(taux) == len(partie)]


def _somme_de(total: Ligne, toutes: Sequence[Ligne]) -> list[Ligne]:
    """The rows of establishments that a total row sums up."""
    return [ligne for ligne in premieres(toutes) if ligne.finess_et != TOTAL and ligne.cle[1:] == total.cle[1:]]


def _totaux_a_juger(export: Export) -> list[Ligne]:
    """The total rows, when there are some and nothing is missing from what they sum up."""
    trouves = export.totaux
    if not trouves:
        message = f"l'export n'a pas de ligne {TOTAL}"
        raise NotApplicable(message)
    if export.table.rejected:
        message = f"lignes rejetées de l'export : {export.table.rejected} ; les totaux ne peuvent pas être refaits"
        raise NotAvailable(message)
    return trouves


@rule(
    "indicateurs/moyenne-de-taux",
    severity=Severity.ERROR,
    waivable=False,
    message="Total de {indicateur} : {taux} % est la moyenne des taux des établissements ; le taux du projet est"
    " {taux_attendu} % ({numerateur} / {denominateur}).",
    remedy="Divisez la somme des numérateurs par celle des dénominateurs.",
    since="0.1",
)
def moyenne_de_taux(export: Export) -> Iterator[Violation]:
    """Le taux du projet est une moyenne de taux.

    Un petit établissement à 100 % y pèse autant qu'un grand à 50 %. Le taux du projet est la somme des numérateurs
    sur la somme des dénominateurs. La règle se tait quand les deux calculs s'écrivent pareil.

    Source : convention duicheck (contrat d'échange, §3) ; les textes définissent un taux par un quotient de nombres.
    """
    toutes = export.lignes
    for total in _totaux_a_juger(export):
        partie = _somme_de(total, toutes)
        numerateur = sum(ligne.numerateur for ligne in partie)
        denominateur = sum(ligne.denominateur or 0 for ligne in partie)
        ecrit = total.taux_ecrit
        if ecrit is None or not denominateur:
            continue
        juste = Fraction(100 * numerateur, denominateur)
        if ecriture_possible(ecrit, juste):
            continue
        if any(ecriture_possible(ecrit, moyenne) for moyenne in moyennes(total, toutes)):
            faits: dict[str, Fact] = {
                "indicateur": total.indicateur,
                "taux": float(ecrit),
                "taux_attendu": float(arrondi(juste, ecrit)),
                "numerateur": numerateur,
                "denominateur": denominateur,
            }
            yield Violation(total.lieu(export, "taux"), faits)


@rule(
    "indicateurs/total-faux",
    severity=Severity.ERROR,
    waivable=False,
    message="Total de {indicateur}, {nombre} : {valeur} écrit, {valeur_attendue} attendu, somme des {etablissements}"
    " établissements.",
    remedy="Refaites la somme des lignes des établissements, ou ôtez la ligne TOTAL.",
    since="0.1",
)
def total_faux(export: Export) -> Iterator[Violation]:
    """Un total du projet n'est pas la somme des établissements.

    Chaque nombre de la ligne TOTAL est comparé à la somme des lignes d'établissement du même indicateur et de la
    même période. Une ligne répétée n'y compte qu'une fois.

    Source : convention duicheck (contrat d'échange, §3 : les totaux sont des sommes).
    """
    toutes = export.lignes
    for total in _totaux_a_juger(export):
        partie = _somme_de(total, toutes)
        sommes = {
            "numerateur": (total.numerateur, sum(ligne.numerateur for ligne in partie)),
            "denominateur": (total.denominateur, sum(ligne.denominateur or 0 for ligne in partie)),
        }
        for nombre, (valeur, attendue) in sommes.items():
            if valeur not in (None, attendue):
                faits: dict[str, Fact] = {
                    "indicateur": total.indicateur,
                    "nombre": nombre,
                    "valeur": valeur,
                    "valeur_attendue": attendue,
                    "etablissements": len(partie),
                }
                yield Violation(total.lieu(export, nombre), faits)
