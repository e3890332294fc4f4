"""The figures of the export against each other: what needs neither the log nor the register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from duicheck.errors import NotApplicable
from duicheck.findings import Severity, Violation
from duicheck.model import Hypotheses
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_indicateurs.arrondi import arrondi, ecriture_possible
from duicheck_indicateurs.lignes import TOTAL, Export, Ligne, premieres
from duicheck_indicateurs.totaux import moyennes

__all__ = [
    "denominateur_absent",
    "denominateur_nul",
    "denominateurs_discordants",
    "ligne_repetee",
    "numerateur_superieur",
    "taux_faux",
]

_SUR_DOSSIERS_ACTIFS = ("projet_personnalise", "evenement_agenda")
_MESSAGES = "mssante"  # messages over persons: no ceiling


@rule(
    "indicateurs/ligne-repetee",
    severity=Severity.ERROR,
    waivable=False,
    message="{finess_et}, {indicateur}, du {periode_debut} au {periode_fin} : déjà annoncé en {place_precedente}.",
    remedy="Gardez une seule ligne par établissement, indicateur et période.",
    since="0.1",
)
def ligne_repetee(export: Export) -> Iterator[Violation]:
    """Le même indicateur est annoncé deux fois pour un établissement et une période.

    Deux lignes, même égales, laissent au lecteur le choix de celle qui compte et faussent les sommes.
    Le constat est posé sur chaque ligne après la première.

    Source : convention duicheck (contrat d'échange, §1.1 : une ligne par établissement, indicateur et période).
    """
    vues: dict[tuple[str, str, date, date], Ligne] = {}
    for ligne in export.lignes:
        premiere = vues.setdefault(ligne.cle, ligne)
        if premiere is ligne:
            continue
        place = premiere.lieu(export, "finess_et")
        faits = ligne.faits(
            periode_debut=ligne.periode_debut,
            periode_fin=ligne.periode_fin,
            place_precedente=f"{place.file}, ligne {place.line}",
        )
        yield Violation(ligne.lieu(export, "indicateur"), faits)


@rule(
    "indicateurs/denominateur-absent",
    severity=Severity.ERROR,
    waivable=False,
    message="{finess_et}, {indicateur} : un taux est demandé ou écrit, et le dénominateur est vide.",
    remedy="Donnez le dénominateur ; seuls les simples comptes du texte s'en passent.",
    since="0.1",
)
def denominateur_absent(export: Export, rulebook: Rulebook) -> Iterator[Violation]:
    """Un taux n'a pas de dénominateur.

    Sans lui, ni le taux ni la cible ne se jugent. Les simples comptes du texte (e-prescription et e-parcours,
    et en 2021 la MSSanté et le DMP) n'en ont pas besoin, à moins d'écrire un taux.

    Source : instruction 2023/13, annexe 2 ; AAP 2025, §5 : chaque taux est un rapport de deux nombres.
    """
    comptes = rulebook["indicateurs_simples_comptes"]
    for ligne in export.lignes:
        if ligne.denominateur is None and (ligne.indicateur not in comptes or ligne.taux is not None):
            yield Violation(ligne.lieu(export, "denominateur"), ligne.faits())


@rule(
    "indicateurs/denominateur-nul",
    severity=Severity.ERROR,
    waivable=False,
    message="{finess_et}, {indicateur} : un taux de {taux} % est écrit pour un dénominateur nul.",
    remedy="Laissez le taux vide quand le dénominateur est zéro.",
    since="0.1",
)
def denominateur_nul(export: Export) -> Iterator[Violation]:
    """Un taux est écrit alors que le dénominateur est zéro.

    Zéro dossier actif est un aveu, pas une faute : la ligne est juste tant qu'elle n'écrit pas de taux.
    Un taux sur zéro n'existe pas ; l'écrire, à 0 ou à 100, invente un résultat.

    Source : instruction 2023/13, annexe 2 ; AAP 2025, §5 (mode de calcul : numérateur / dénominateur × 100).
    """
    for ligne in export.lignes:
        if ligne.denominateur == 0 and ligne.taux is not None:
            yield Violation(ligne.lieu(export, "taux"), ligne.faits(taux=float(ligne.taux)))


@rule(
    "indicateurs/numerateur-superieur",
    severity=Severity.ERROR,
    waivable=False,
    message="{finess_et}, {indicateur} : {numerateur} pour un dénominateur de {denominateur}.",
    remedy="Comptez au numérateur une partie de ce que compte le dénominateur, chacun une fois.",
    since="0.1",
)
def numerateur_superieur(export: Export, rulebook: Rulebook, hypotheses: Hypotheses) -> Iterator[Violation]:
    """Un numérateur dépasse son dénominateur.

    Le numérateur compte une partie de ce que compte le dénominateur. La MSSanté fait exception : elle rapporte
    des messages à des personnes. Les simples comptes du texte, et le DMP quand on y compte des documents, aussi.

    Source : instruction 2023/13, annexe 2 ; AAP 2025, §5 (définitions et mode de calcul).
    """
    sans_plafond = {_MESSAGES, *rulebook["indicateurs_simples_comptes"]}
    if hypotheses.get("dmp") == "documents":
        sans_plafond.add("dmp")
    for ligne in export.lignes:
        if ligne.indicateur in sans_plafond or ligne.denominateur is None or ligne.numerateur <= ligne.denominateur:
            continue
        faits = ligne.faits(numerateur=ligne.numerateur, denominateur=ligne.denominateur)
        yield Violation(ligne.lieu(export, "numerateur"), faits)


@rule(
    "indicateurs/taux-faux",
    severity=Severity.ERROR,
    waivable=False,
    message="{finess_et}, {indicateur} : {taux} % écrit, {taux_attendu} % attendu ({numerateur} / {denominateur}).",
    remedy="Écrivez 100 × numérateur / dénominateur, arrondi à la précision que vous affichez.",
    since="0.1",
)
def taux_faux(export: Export) -> Iterator[Violation]:
    """Le taux écrit n'est pas le quotient du numérateur par le dénominateur.

    Le calcul est exact, à la précision écrite : « 93,6 » est jugé au dixième. Aucun texte ne fixe l'arrondi ;
    sont donc admis l'arrondi au plus proche, quel que soit le sens pris au milieu, et la troncature, qui ne
    flatte jamais. L'arrondi supérieur ne l'est pas. Au-delà de dix décimales, on lit un nombre binaire et les
    dernières ne sont plus comparées. La ligne TOTAL qui porte une moyenne de taux est laissée à
    `indicateurs/moyenne-de-taux`.

    Source : instruction 2023/13, annexe 2 ; AAP 2025, §5 (mode de calcul) ; tolérance : convention duicheck.
    """
    toutes = export.lignes
    if all(ligne.taux is None for ligne in toutes):
        message = "l'export n'écrit aucun taux"
        raise NotApplicable(message)
    for ligne in toutes:
        ecrit, exact = ligne.taux_ecrit, ligne.taux_exact
        if ecrit is None or exact is None or ecriture_possible(ecrit, exact):
            continue
        if ligne.finess_et == TOTAL and any(ecriture_possible(ecrit, moyenne) for moyenne in moyennes(ligne, toutes)):
            continue
        faits = ligne.faits(
            numerateur=ligne.numerateur,
            denominateur=ligne.denominateur,
            taux=float(ecrit),
            taux_attendu=float(arrondi(exact, ecrit)),
        )
        yield Violation(ligne.lieu(export, "taux"), faits)


@rule(
    "indicateurs/denominateurs-discordants",
    severity=Severity.ERROR,
    waivable=False,
    message="{finess_et}, {indicateur} : « {nombre} » vaut {valeur}, mais {reference} vaut {valeur_attendue}.",
    remedy="Reprenez les trois dénominateurs du texte : personnes accompagnées, dossiers actifs, personnes pouvant"
    " bénéficier d'un projet d'accueil et d'accompagnement.",
    since="0.1",
)
def denominateurs_discordants(export: Export) -> Iterator[Violation]:
    """Les dénominateurs d'un établissement se contredisent.

    Le texte n'en a que trois. Le projet personnalisé et l'agenda se rapportent aux dossiers actifs, donc au
    numérateur de `dossiers_actifs`. La MSSanté et le DMP se rapportent aux mêmes personnes, qui sont une partie
    des personnes accompagnées. Quand deux lignes s'accordent contre une, le constat est posé sur celle-ci.

    Source : instruction 2023/13, annexe 2 ; AAP 2025, §5 (modes de calcul).
    """
    groupes: dict[tuple[str, date, date], dict[str, Ligne]] = {}
    for ligne in premieres(export.lignes):
        groupe = groupes.setdefault((ligne.finess_et, ligne.periode_debut, ligne.periode_fin), {})
        groupe[ligne.indicateur] = ligne
    for groupe in groupes.values():
        for ligne, nombre, reference, attendue in _discordances(groupe):
            valeur = getattr(ligne, nombre)
            faits = ligne.faits(nombre=nombre, valeur=valeur, reference=reference, valeur_attendue=attendue)
            yield Violation(ligne.lieu(export, nombre), faits)


Discordance = tuple[Ligne, str, str, int]
"""The row to blame, which of its two numbers, what that contradicts, the value of that."""


def _discordances(groupe: Mapping[str, Ligne]) -> Iterator[Discordance]:
    yield from _dossiers_actifs(groupe)
    yield from _personnes(groupe)


def _dossiers_actifs(groupe: Mapping[str, Ligne]) -> Iterator[Discordance]:
    """The numerator of `dossiers_actifs` is the denominator of the two rates on active records."""
    actifs = groupe.get("dossiers_actifs")
    if actifs is None:
        return
    suivants = [groupe[code] for code in _SUR_DOSSIERS_ACTIFS if code in groupe]
    autres = [ligne for ligne in suivants if ligne.denominateur not in {None, actifs.numerateur}]
    if len(autres) == len(_SUR_DOSSIERS_ACTIFS) and len({ligne.denominateur for ligne in autres}) == 1:
        # Two rows agree against one: the one is to blame.
        reference = "le dénominateur de projet_personnalise et d'evenement_agenda"
        yield actifs, "numerateur", reference, autres[0].denominateur or 0
        return
    for ligne in autres:
        yield ligne, "denominateur", "le numérateur de dossiers_actifs", actifs.numerateur


def _personnes(groupe: Mapping[str, Ligne]) -> Iterator[Discordance]:
    """MSSanté and DMP are about the same persons, who are some of the persons accompanied."""
    actifs, messages, dmp = (groupe.get(code) for code in ("dossiers_actifs", "mssante", "dmp"))
    paire = [ligne for ligne in (messages, dmp) if ligne is not None and ligne.denominateur is not None]
    if len({ligne.denominateur for ligne in paire}) > 1:
        yield paire[1], "denominateur", "le dénominateur de mssante", paire[0].denominateur or 0
        return
    if actifs is None or actifs.denominateur is None:
        return
    for ligne in paire:
        if (ligne.denominateur or 0) > actifs.denominateur:
            yield ligne, "denominateur", "le dénominateur de dossiers_actifs, qui l'englobe,", actifs.denominateur
