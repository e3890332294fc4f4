"""Rules about one event at a time: its id, its instant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from duicheck.errors import NotApplicable, NotAvailable
from duicheck.findings import Severity, Violation
from duicheck.model import Indicateurs, Journal, Lecture, fuseau_de
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_journal.civil import apres
from duicheck_journal.flux import lignes

if TYPE_CHECKING:
    from datetime import date

_SANS_FUSEAU = "journal/horodatage-sans-fuseau"

# Two identifiers that share a hash are told apart by the second grouping; the first one only has to be
# small, since a log of ten million events goes through it.
_REPETES = """
    WITH suspects AS (
        SELECT hash(id_evenement) AS empreinte FROM journal GROUP BY empreinte HAVING count(*) > 1
    )

    SELECT
        arg_min(finess_et, rowid) AS finess_et,
        min(rowid) AS premiere,
        min(rowid, 2)[2] AS deuxieme,
        count(*) AS occurrences,
        count(DISTINCT hash(horodatage, finess_et, id_dossier, type, etat, id_objet, date_evenement, canal)) = 1
            AS identiques
    FROM journal
    WHERE hash(id_evenement) IN (SELECT empreinte FROM suspects)
    GROUP BY id_evenement
    HAVING count(*) > 1
    ORDER BY deuxieme
"""


@rule(
    "journal/evenement-repete",
    severity=Severity.ERROR,
    message="{finess_et}\u00a0: même id_evenement {occurrences} fois (d'abord {place_precedente})\u00a0;"
    " contenus identiques\u00a0: {identiques}. Il n'est compté qu'une fois.",
    remedy="Donnez à chaque événement un identifiant unique, et n'inscrivez chaque événement qu'une fois.",
    since="0.1",
)
def evenement_repete(journal: Journal) -> Iterator[Violation]:
    """Un même identifiant d'événement revient dans le journal.

    Deux lignes qui portent le même `id_evenement` racontent le même événement : le recalcul n'en retient
    qu'une, sans quoi un message envoyé une fois en vaudrait deux. Quand les lignes se contredisent
    (`identiques` : non), c'est la plus ancienne qui compte, et il faut savoir laquelle est la bonne.
    Un constat par identifiant, à sa deuxième ligne ; plusieurs fichiers de rôle `journal` ne font qu'un journal.

    Source : convention duicheck (contrat de données, §1.2 : `id_evenement` est unique).
    """
    if not journal.repeats:
        return
    for finess_et, premiere, deuxieme, occurrences, identiques in lignes(journal, _REPETES):
        premier = journal.at(premiere)
        yield Violation(
            journal.at(deuxieme, "id_evenement"),
            {
                "finess_et": finess_et,
                "occurrences": occurrences,
                "place_precedente": f"{premier.file}, ligne {premier.line}",
                "identiques": identiques,
            },
        )


@rule(
    _SANS_FUSEAU,
    severity=Severity.ERROR,
    waivable=False,
    message="Horodatage sans décalage horaire\u00a0: le jour de l'événement est incertain, la ligne est écartée.",
    remedy="Écrivez l'horodatage avec son décalage, par exemple 2025-09-14T08:30:00+02:00, ou en temps universel"
    " avec un Z final.",
    since="0.1",
)
def horodatage_sans_fuseau(lecture: Lecture) -> Iterator[Violation]:
    """Un horodatage ne dit pas son décalage horaire.

    Sans décalage, « 2025-06-15T00:30:00 » est un instant différent à Cayenne et à Mayotte, et l'événement tombe
    dans la fenêtre ou la veille de celle-ci. Deviner serait compter au hasard : la ligne est écartée dès la
    lecture (elle compte dans `rejetees`), et elle est signalée ici plutôt que parmi les défauts de format, parce
    qu'elle a une cause unique et un remède simple.

    Source : convention duicheck (contrat de données, §1.2 : RFC 3339, décalage obligatoire) ; RFC 3339, §5.6.
    """
    if "journal" not in lecture.tables:
        message = "journal : absent de la livraison"
        raise NotAvailable(message, frozenset({"journal"}))
    for anomalie in lecture.anomalies(_SANS_FUSEAU):
        yield Violation(anomalie.at, anomalie.facts)


_EXTRACTIONS = """
    SELECT e.finess_et, coalesce(max(i.date_extraction), (SELECT max(date_extraction) FROM indicateurs))
    FROM (SELECT DISTINCT finess_et FROM journal) AS e
    LEFT JOIN indicateurs AS i ON e.finess_et = i.finess_et
    GROUP BY e.finess_et
"""

_FUTURS = """
    WITH limites AS (SELECT unnest($finess) AS finess_et, unnest($limites) AS limite)

    SELECT j.finess_et, min(j.rowid) AS premiere, count(*) AS evenements
    FROM journal AS j
    INNER JOIN limites AS l ON j.finess_et = l.finess_et AND j.horodatage >= l.limite
    GROUP BY j.finess_et
    ORDER BY premiere
"""


@rule(
    "journal/evenement-futur",
    severity=Severity.ERROR,
    message="{finess_et}\u00a0: événements datés d'après l'extraction du {date_extraction}\u00a0: {evenements}"
    " (voici le premier).",
    remedy="Vérifiez l'horloge du logiciel et le décalage horaire écrit\u00a0; tirez le journal et l'export"
    " d'indicateurs de la même extraction.",
    since="0.1",
)
def evenement_futur(journal: Journal, export: Indicateurs, texte: Rulebook) -> Iterator[Violation]:
    """Un événement est daté d'après l'extraction.

    Ce qui n'a pas encore eu lieu ne peut pas être inscrit : l'horloge, le décalage horaire ou la date d'extraction
    est faux, et les jours de tout le journal deviennent douteux. La limite est la fin du jour `date_extraction`
    de l'export, à l'heure civile de l'établissement ; c'est la dernière que l'export donne pour cet établissement,
    à défaut la dernière de tout l'export. Un constat par établissement, avec le nombre d'événements, à la première
    ligne. Sans objet si l'export ne porte aucune `date_extraction`. Un rendez-vous à venir n'est pas un
    événement futur : sa date est dans `date_evenement`, et c'est son inscription qui est horodatée.

    Source : convention duicheck (contrat de données, §1.1 et §1.2).
    """
    extractions: dict[str, date] = {
        finess_et: jour for finess_et, jour in journal.rows(_EXTRACTIONS) if jour is not None
    }
    if not extractions and export.rows("SELECT count(date_extraction) FROM indicateurs")[0][0] == 0:
        message = "l'export ne dit pas sa date d'extraction (colonne date_extraction)"
        raise NotApplicable(message)
    fuseaux = texte["fuseaux"]
    limites = {
        "finess": list(extractions),
        "limites": [apres(jour, fuseau_de(finess_et, fuseaux)) for finess_et, jour in extractions.items()],
    }
    for finess_et, premiere, evenements in lignes(journal, _FUTURS, limites):
        yield Violation(
            journal.at(premiere, "horodatage"),
            {"finess_et": finess_et, "date_extraction": extractions[finess_et], "evenements": evenements},
        )
