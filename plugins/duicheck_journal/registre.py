"""Rules about the register of persons by itself. A finding never says which person or dossier: only where."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from duicheck.findings import Fixer, Severity, Violation
from duicheck.model import Fenetre, Hypotheses, Registre
from duicheck.rules import rule
from duicheck_journal.flux import lignes

_INVERSES = """
    SELECT rowid, finess_et FROM registre WHERE date_sortie < date_entree ORDER BY rowid
"""


@rule(
    "registre/sortie-avant-entree",
    severity=Severity.ERROR,
    message="{finess_et}\u00a0: la date de sortie précède la date d'entrée.",
    remedy="Corrigez l'une des deux dates, ou vérifiez que le jour et le mois n'ont pas été échangés.",
    since="0.1",
    fixer=Fixer.ESTABLISHMENT,
)
def sortie_avant_entree(registre: Registre) -> Iterator[Violation]:
    """Un séjour finit avant d'avoir commencé.

    Un tel séjour ne touche aucune fenêtre : la personne disparaît du dénominateur sans que personne l'ait voulu.
    Entrer et sortir le même jour est possible : `date_sortie` est le dernier jour de présence.

    Source : convention duicheck (contrat de données, §1.3).
    """
    for rang, finess_et in lignes(registre, _INVERSES):
        yield Violation(registre.at(rang, "date_sortie"), {"finess_et": finess_et})


# The last day of the earlier stays says whether one of them is still running; the row that holds it is named.
_CHEVAUCHEMENTS = """
    WITH suites AS (
        SELECT
            rowid AS rang,
            finess_et,
            date_entree,
            max(struct_pack(fin := coalesce(date_sortie, DATE '9999-12-31'), entree := date_entree, rang := rowid))
                OVER (
                    PARTITION BY finess_et, id_personne
                    ORDER BY date_entree, rowid
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                ) AS precedent
        FROM registre
        WHERE date_sortie IS NULL OR date_sortie >= date_entree
    )

    SELECT rang, finess_et, precedent.rang
    FROM suites
    WHERE date_entree < precedent.fin OR date_entree = precedent.entree
    ORDER BY rang
"""


@rule(
    "registre/sejours-chevauchants",
    severity=Severity.WARNING,
    message="{finess_et}\u00a0: ce séjour commence alors qu'un autre de la même personne court encore"
    " ({place_precedente}).",
    remedy="Fermez le premier séjour, ou réunissez les deux lignes en une.",
    since="0.1",
    fixer=Fixer.ESTABLISHMENT,
)
def sejours_chevauchants(registre: Registre) -> Iterator[Violation]:
    """Deux séjours d'une même personne se chevauchent dans un même établissement.

    La personne n'est comptée qu'une fois, et le taux n'en souffre pas ; mais l'une des dates est fausse, et si c'est
    une sortie oubliée, la personne reste au dénominateur. Sortir et rentrer le même jour est ordinaire et n'est pas
    un chevauchement ; deux séjours qui commencent le même jour en sont un. Être accompagné par deux établissements à
    la fois est permis. Un constat par séjour, à la ligne de celui qui commence le dernier.

    Source : convention duicheck (contrat de données, §1.3).
    """
    for rang, finess_et, premier in lignes(registre, _CHEVAUCHEMENTS):
        autre = registre.at(premier)
        yield Violation(
            registre.at(rang, "date_entree"),
            {"finess_et": finess_et, "place_precedente": f"{autre.file}, ligne {autre.line}"},
        )


_SANS_DOSSIER = """
    WITH presents AS (
        SELECT finess_et, id_personne, count(id_dossier) AS dossiers, min(rowid) AS premiere
        FROM registre
        WHERE date_entree <= $fin AND (date_sortie IS NULL OR date_sortie >= $debut)
        GROUP BY finess_et, id_personne
    )

    SELECT
        finess_et,
        min(CASE WHEN dossiers = 0 THEN premiere END) AS premiere,
        count(CASE WHEN dossiers = 0 THEN 1 END) AS personnes,
        count(*) AS accompagnees
    FROM presents
    GROUP BY finess_et
    HAVING personnes > 0
    ORDER BY premiere
"""


@rule(
    "registre/personne-sans-dossier",
    severity=Severity.INFO,
    message="{finess_et}\u00a0: personnes accompagnées sans dossier\u00a0: {personnes} sur {accompagnees}\u00a0;"
    " le taux de dossiers actifs ne peut pas dépasser {plafond}\u00a0%.",
    remedy="Ouvrez un dossier à ces personnes\u00a0; si elles en ont un, écrivez son pseudonyme dans le registre.",
    since="0.1",
    fixer=Fixer.ESTABLISHMENT,
)
def personne_sans_dossier(registre: Registre, fenetre: Fenetre, hypotheses: Hypotheses) -> Iterator[Violation]:
    """Des personnes accompagnées n'ont pas de dossier.

    Ce n'est pas un défaut de la livraison, c'est la cause la plus simple d'une cible manquée : ces personnes
    sont au dénominateur du taux de dossiers actifs, et ne peuvent pas être à son numérateur. `plafond` est le taux
    qu'on aurait si tous les autres dossiers étaient actifs (pour cent, demi-supérieur, 2 décimales). Sont comptées
    les personnes du dénominateur, selon l'hypothèse `denominateur` du rapport, dont aucun séjour retenu n'a de
    dossier. Un constat par établissement, à la ligne de la première.

    Source : 2023-13 annexe 2, 2024-15, 2025-40 §5 (taux de dossiers actifs) ; contrat de données, §3.
    """
    presence = {"debut": _presence(fenetre, hypotheses), "fin": fenetre.fin}
    for finess_et, premiere, personnes, accompagnees in lignes(registre, _SANS_DOSSIER, presence):
        plafond = Decimal(100 * (accompagnees - personnes)) / accompagnees
        yield Violation(
            registre.at(premiere, "id_dossier"),
            {
                "finess_et": finess_et,
                "personnes": personnes,
                "accompagnees": accompagnees,
                "plafond": _pourcent(plafond),
            },
        )


def _presence(fenetre: Fenetre, hypotheses: Hypotheses) -> date:
    """The first of the days of which a stay must hold one; the last is the window's."""
    return {
        "presence_fenetre": fenetre.debut,
        "presence_fin": fenetre.fin,
        "file_active_annuelle": fenetre.fin.replace(month=1, day=1),
    }[hypotheses["denominateur"]]


def _pourcent(taux: Decimal) -> str:
    return str(taux.quantize(Decimal("0.01"), ROUND_HALF_UP)).replace(".", ",")


_MULTIPLES = """
    SELECT finess_et, max(premiere) AS derniere, count(*) AS dossiers
    FROM (
        SELECT finess_et, id_personne, id_dossier, min(rowid) AS premiere
        FROM registre
        WHERE id_dossier IS NOT NULL
        GROUP BY finess_et, id_personne, id_dossier
    ) AS couples
    GROUP BY finess_et, id_personne
    HAVING count(*) > 1
    ORDER BY derniere
"""


@rule(
    "registre/dossiers-multiples",
    severity=Severity.WARNING,
    message="{finess_et}\u00a0: une même personne a {dossiers} dossiers dans cet établissement.",
    remedy="Fusionnez les dossiers de la personne dans le logiciel, ou vérifiez que les deux pseudonymes ne désignent"
    " pas deux personnes.",
    since="0.1",
    fixer=Fixer.ESTABLISHMENT,
)
def dossiers_multiples(registre: Registre) -> Iterator[Violation]:
    """Une même personne a plusieurs dossiers dans un établissement.

    Le taux de dossiers actifs compte des dossiers au numérateur et des personnes au dénominateur : deux dossiers
    tenus à jour pour une personne comptent deux fois, et le taux peut dépasser 100 % sans qu'aucun entier soit faux.
    Un dossier dans chacun de deux établissements est permis. Un constat par personne, à la première ligne de son
    dossier apparu le dernier.

    Source : 2023-13 annexe 2, 2024-15, 2025-40 §5 (taux de dossiers actifs) ; contrat de données, §1.3.
    """
    for finess_et, derniere, dossiers in lignes(registre, _MULTIPLES):
        yield Violation(registre.at(derniere, "id_dossier"), {"finess_et": finess_et, "dossiers": dossiers})


_PARTAGES = """
    SELECT finess_et, max(premiere) AS derniere, count(*) AS personnes
    FROM (
        SELECT finess_et, id_dossier, id_personne, min(rowid) AS premiere
        FROM registre
        WHERE id_dossier IS NOT NULL
        GROUP BY finess_et, id_dossier, id_personne
    ) AS couples
    GROUP BY finess_et, id_dossier
    HAVING count(*) > 1
    ORDER BY derniere
"""


@rule(
    "registre/dossier-partage",
    severity=Severity.ERROR,
    message="{finess_et}\u00a0: un même dossier est celui de {personnes} personnes.",
    remedy="Donnez à chaque personne son dossier, ou réunissez les pseudonymes s'il s'agit d'une seule personne.",
    since="0.1",
    fixer=Fixer.ESTABLISHMENT,
)
def dossier_partage(registre: Registre) -> Iterator[Violation]:
    """Un même dossier est celui de plusieurs personnes dans un établissement.

    Un dossier usager est celui d'une personne : partagé, il ne compte qu'une fois au numérateur pour plusieurs
    personnes au dénominateur, et une alimentation du DMP y vaudrait pour chacune. Le même pseudonyme dans deux
    établissements n'est pas un partage : chacun peut numéroter à sa façon. Un constat par dossier, à la première
    ligne de la personne apparue la dernière.

    Source : 2023-13 annexe 2, 2025-40 §5 (le dossier est celui d'une personne accompagnée) ; contrat de données, §1.3.
    """
    for finess_et, derniere, personnes in lignes(registre, _PARTAGES):
        yield Violation(registre.at(derniere, "id_dossier"), {"finess_et": finess_et, "personnes": personnes})
