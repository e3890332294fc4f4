"""The hours of home services: said where the text asks for them, and adding up."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from duicheck.errors import NotApplicable, NotAvailable
from duicheck.findings import Severity, Violation
from duicheck.model import Etablissement, Grappe, Heures, Hypotheses, ProjetDepose
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_grappe.textes import clause

__all__ = ["est_saad", "repartition_saad"]

_DOMICILE = "DOM"


@rule(
    "grappe/repartition-saad",
    severity=Severity.ERROR,
    message="{finess_et} : {cause} ({clause}).",
    remedy="Complétez le relevé des heures : l'aide est réduite au prorata des heures médico-sociales.",
    since="0.1",
)
def repartition_saad(
    grappe: Grappe, projet: ProjetDepose | None, texte: Rulebook, hypotheses: Hypotheses
) -> Iterator[Violation]:
    """La répartition des heures d'un service à domicile manque, ou ne tient pas.

    En 2023 elle est demandée aux établissements qui proposent aussi des services de confort ; en 2025 à tous les SAAD :
    tous les établissements du champ DOM, sauf ceux que la liste dit autres (hypothèse `service_a_domicile`). Les heures
    médico-sociales ne dépassent pas le total, sont la somme des heures APA, PCH et autres de dépendance, et les parts
    écrites s'en déduisent à la précision de leur écriture. L'année (celle qui précède la candidature en 2025) n'est
    contrôlée que si la liste la donne. Un constat par défaut.

    Source : 2025-40, annexe 1 et §4.4.1 ; 2023-13, annexe 3 C 3 et annexe 5 B.
    """
    demandees = texte["heures_demandees"]
    ou = clause(texte, "heures_demandees")
    annee = _annee_attendue(projet, texte)
    concernes = [un for un in grappe.etablissements if _concerne(un, demandees, hypotheses) or un.heures != Heures()]
    for un in concernes:
        for colonne, cause in _defauts(un.heures, annee):
            faits = {"finess_et": un.finess_et, "cause": cause, "clause": ou}
            yield Violation(grappe.at(un, colonne), faits)
    if concernes:
        return
    muets = [un for un in grappe.etablissements if un.champ == _DOMICILE and un.activite_mixte is None]
    if muets and "service_a_domicile" not in demandees:
        qui = (
            "un service à domicile ne dit pas s'il a une activité de confort"
            if len(muets) == 1
            else f"{len(muets)} services à domicile ne disent pas s'ils ont une activité de confort"
        )
        message = f"structures : {qui}"
        raise NotAvailable(message, frozenset({"structures"}))
    message = f"aucun service à domicile dont les heures soient demandées ({ou})"
    raise NotApplicable(message)


def est_saad(un: Etablissement, hypotheses: Hypotheses) -> bool:
    """Whether an establishment is a SAAD: the list says so, or it is of the field DOM and says nothing."""
    if un.saad is not None:
        return un.saad
    return un.champ == _DOMICILE and hypotheses.get("service_a_domicile", "champ_dom") == "champ_dom"


def _concerne(un: Etablissement, demandees: tuple[str, ...], hypotheses: Hypotheses) -> bool:
    mixte = "activite_mixte" in demandees and un.activite_mixte is True
    return mixte or ("service_a_domicile" in demandees and est_saad(un, hypotheses))


def _annee_attendue(projet: ProjetDepose | None, texte: Rulebook) -> int | None:
    """The year that the hours must be of; None where nothing says it."""
    ecart: int | None = texte.get("heures_annee")
    if ecart is None or projet is None or projet.date_depot is None:
        return None
    return projet.date_depot.year + ecart


def _defauts(heures: Heures, annee: int | None) -> Iterator[tuple[str, str]]:
    """Column and cause of what is wrong."""
    if annee is not None and heures.annee is not None and heures.annee != annee:
        yield "annee_heures", f"heures de {heures.annee}, il faut celles de {annee}"
    if heures.totales is None:
        yield "heures_totales", "les heures réalisées manquent"
    elif not heures.totales:
        yield "heures_totales", "aucune heure réalisée : le prorata ne se calcule pas"
    if heures.eligibles is None:
        yield "heures_medicosociales", "les heures médico-sociales manquent"
        return
    if heures.medicosociales is not None and heures.detail is not None and heures.medicosociales != heures.detail:
        cause = f"{_fr(heures.medicosociales)} heures médico-sociales, et {_fr(heures.detail)} en sommant leurs parts"
        yield "heures_medicosociales", cause
    if not heures.totales:
        return
    if heures.eligibles > heures.totales:
        cause = f"{_fr(heures.eligibles)} heures médico-sociales sur {_fr(heures.totales)} heures réalisées"
        yield "heures_medicosociales", cause
        return
    juste = Fraction(heures.eligibles) / Fraction(heures.totales) * 100
    for colonne, ecrite, vraie in (
        ("part_medicosociale", heures.part_medicosociale, juste),
        ("part_confort", heures.part_confort, 100 - juste),
    ):
        if ecrite is not None and not _egale(ecrite, vraie):
            yield colonne, f"{_fr(ecrite)} % écrits, et {_fr(_arrondi(vraie, ecrite))} % d'après les heures"


def _egale(ecrite: Decimal, vraie: Fraction) -> bool:
    """Whether a share is the true one rounded, up or down, where it was written."""
    exposant = int(ecrite.as_tuple().exponent)
    return abs(Fraction(ecrite) - vraie) < Fraction(10) ** min(0, exposant)


def _arrondi(vraie: Fraction, ecrite: Decimal) -> Decimal:
    """The true share with as many decimals as the written one."""
    pas = Decimal(1).scaleb(min(0, int(ecrite.as_tuple().exponent)))
    return (Decimal(vraie.numerator) / Decimal(vraie.denominator)).quantize(pas)


def _fr(nombre: Decimal) -> str:
    """A number as a French reader writes it."""
    return f"{nombre:f}".replace(".", ",")
