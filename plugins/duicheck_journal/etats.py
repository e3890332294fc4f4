"""The rule on the life of an object: states that cannot follow each other."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.findings import Severity, Violation
from duicheck.model import Journal
from duicheck.rules import rule
from duicheck_journal.flux import lignes

__all__ = ["IMPOSSIBLES"]

IMPOSSIBLES = (
    ("evenement_agenda", "annule", "realise"),
    ("evenement_agenda", "realise", "planifie"),
    ("projet_personnalise", "clos", "actif"),
    ("projet_personnalise", "clos", "en_preparation"),
    ("alimentation_dmp", "supprime", "succes"),
)
"""Type, a state, and a state that cannot come right after it for the same object."""

_IMPOSSIBLES = "impossibles AS (SELECT unnest($types) AS type, unnest($avant) AS avant, unnest($apres) AS apres)"

# Two steps, so that only the few objects that may be at fault are put in order. First, those that reach the first
# state of a pair, then show the second one later: kept in a table, so that the planner knows how few they are. The
# list of first states is written out because DuckDB filters on constants while it scans.
_SUSPECTS = f"""
    CREATE OR REPLACE TABLE controle_objets_suspects AS
    WITH {_IMPOSSIBLES},

    departs AS (
        SELECT j.finess_et, j.id_dossier, j.type, j.id_objet, i.apres, min(j.horodatage) AS depuis
        FROM journal AS j
        INNER JOIN impossibles AS i ON j.type = i.type AND j.etat = i.avant
        WHERE
            j.etat IN ('annule', 'realise', 'clos', 'supprime')
            AND j.id_objet IS NOT NULL
            AND j.id_dossier IS NOT NULL
        GROUP BY j.finess_et, j.id_dossier, j.type, j.id_objet, i.apres
    )

    SELECT DISTINCT j.finess_et, j.id_dossier, j.type, j.id_objet
    FROM journal AS j
    INNER JOIN departs AS d
        ON
            j.finess_et = d.finess_et
            AND j.id_dossier = d.id_dossier
            AND j.type = d.type
            AND j.id_objet = d.id_objet
            AND j.etat = d.apres
            AND j.horodatage > d.depuis
"""

# Ties of time are left alone: nothing says which came first.
_TRANSITIONS = f"""
    WITH {_IMPOSSIBLES},

    vies AS (
        SELECT
            j.rowid AS rang,
            j.finess_et,
            j.type,
            j.etat,
            j.horodatage,
            lag(j.etat) OVER objet AS etat_precedent,
            lag(j.horodatage) OVER objet AS horodatage_precedent
        FROM journal AS j
        INNER JOIN controle_objets_suspects AS o
            ON
                j.finess_et = o.finess_et
                AND j.id_dossier = o.id_dossier
                AND j.type = o.type
                AND j.id_objet = o.id_objet
        WINDOW objet AS (
            PARTITION BY j.finess_et, j.id_dossier, j.type, j.id_objet ORDER BY j.horodatage, j.id_evenement
        )
    )

    SELECT v.rang, v.finess_et, v.type, v.etat_precedent, v.etat
    FROM vies AS v
    INNER JOIN impossibles AS i ON v.type = i.type AND v.etat_precedent = i.avant AND v.etat = i.apres
    WHERE v.horodatage > v.horodatage_precedent
    ORDER BY v.rang
"""


@rule(
    "journal/etat-impossible",
    severity=Severity.WARNING,
    message="{finess_et}\u00a0: {type} passe de «\u00a0{etat_precedent}\u00a0» à «\u00a0{etat}\u00a0».",
    remedy="Donnez un nouvel id_objet à ce qui recommence (rendez-vous repris, nouveau projet, nouveau document),"
    " ou corrigez l'horodatage si les événements sont dans le désordre.",
    since="0.1",
)
def etat_impossible(journal: Journal) -> Iterator[Violation]:
    """Un objet passe d'un état à un autre qui ne peut pas le suivre.

    L'état à la fin de la fenêtre est celui du dernier événement de l'objet : si la suite est impossible, cet état
    est douteux, et l'indicateur avec lui. Sont tenus pour impossibles, d'un événement au suivant du même objet :

    - rendez-vous : annulé puis réalisé (il faut d'abord le planifier de nouveau), réalisé puis planifié ;
    - projet personnalisé : clos puis actif, clos puis en préparation (le projet suivant est un autre projet) ;
    - document du DMP : supprimé puis versé avec succès (le nouveau versement est un autre document).

    Le reste est admis, parce que des gestes ordinaires l'expliquent : réalisé puis annulé (une erreur de saisie),
    annulé puis planifié (un rendez-vous repris), actif puis en préparation (un projet en révision), succès puis
    échec (une nouvelle version refusée), échec puis supprimé. Deux événements de même horodatage ne sont pas
    jugés : rien ne dit lequel précède. Un événement sans `id_objet` est un objet à lui seul et n'a pas de suite.
    Un constat par passage, à la ligne du second événement.

    Source : convention duicheck (contrat de données, §1.2, états et vie d'un objet).
    """
    types, avant, apres = (list(colonne) for colonne in zip(*IMPOSSIBLES, strict=True))
    couples = {"types": types, "avant": avant, "apres": apres}
    journal.connection.execute(_SUSPECTS, couples)
    for rang, finess_et, nature, etat_precedent, etat in lignes(journal, _TRANSITIONS, couples):
        yield Violation(
            journal.at(rang, "etat"),
            {"finess_et": finess_et, "type": nature, "etat_precedent": etat_precedent, "etat": etat},
        )
