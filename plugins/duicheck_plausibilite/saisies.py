"""When and by whom the dossiers of each establishment were updated, as figures: what three rules read.

The updates of the window are grouped in one reading of the log, by dossier, by author and by day at once. Only where
that shows a burst to be possible does a second reading look at the minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from duicheck.model import Fenetre, Hypotheses, Journal
from duicheck.rulebook import Rulebook
from duicheck.rules import reader

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Auteur", "Poussee", "Saisie", "Saisies"]

_MISES_A_JOUR: Mapping[str, tuple[str, ...]] = {
    "explicite": ("mise_a_jour_dossier",),
    "ecriture": ("mise_a_jour_dossier", "projet_personnalise", "evenement_agenda"),
}
"""Value of the hypothesis `mise_a_jour` -> the types of events that it takes for one; any other value: all types."""

_MOITIES = 2
"""A burst is two slices of time in a row: whatever its place, a burst of one slice lies within such a pair."""


_JOURNEE = timedelta(days=1)
_MICROSECONDE = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Poussee:
    """Updates that stand close together, in one establishment.

    `evenements` updates of `dossiers` dossiers, `seuls` of which have no other update in the window. `debut` is naive
    UTC. `premiere` is the rowid of the first of these rows in the log.
    """

    debut: datetime
    evenements: int
    dossiers: int
    seuls: int
    premiere: int


@dataclass(frozen=True, slots=True)
class Auteur:
    """The author of most updates: `evenements` of the `signes` that bear an author. `premiere`: as in `Poussee`."""

    evenements: int
    signes: int
    premiere: int


@dataclass(frozen=True, slots=True)
class Saisie:
    """The updates of one establishment in the window.

    `pics` are the pairs of slices worth a look: the one with most dossiers that have no other update, and those that
    hold a large share of the updates. `veille` is None where nothing was written in the last days.
    """

    evenements: int
    dossiers: int
    pics: tuple[Poussee, ...] = ()
    veille: Poussee | None = None
    auteur: Auteur | None = None


@dataclass(frozen=True, slots=True)
class Saisies:
    """By FINESS number, sorted; establishments without any update are not there.

    `fuseaux` maps a FINESS prefix ("" for all others) to a time zone, under the hypothesis in force.
    """

    journal: Journal
    fuseaux: Mapping[str, str]
    par_etablissement: Mapping[str, Saisie]

    def heure_civile(self, instant: datetime, finess_et: str) -> datetime:
        """An instant (naive UTC) on the clock of the establishment."""
        return instant.replace(tzinfo=UTC).astimezone(_zone(finess_et, self.fuseaux))


# What every reading of the log keeps: the updates of the window, numbered by slice of time.
_MISES_A_JOUR_SQL = """
    WITH bornes AS (
        SELECT
            unnest($finess) AS finess_et,
            unnest($debuts) AS debut_utc,
            unnest($fins) AS fin_utc,
            unnest($veilles) AS veille_utc
    ),

    saisies AS (
        SELECT
            j.rowid AS rang,
            j.finess_et,
            j.id_dossier,
            j.auteur,
            j.horodatage,
            epoch_us(j.horodatage) // $pas AS tranche,
            j.horodatage >= b.veille_utc AS veille
        FROM journal AS j
        INNER JOIN bornes AS b
            ON j.finess_et = b.finess_et AND j.horodatage >= b.debut_utc AND j.horodatage < b.fin_utc
        WHERE j.id_dossier IS NOT NULL AND (len($types) = 0 OR list_contains($types, j.type))
    )
"""

# The first reading. A row is about a dossier, an author or a day (UTC), as its level says.
_REGROUPEMENT = f"""
    CREATE OR REPLACE TEMP TABLE plausibilite_saisies AS
    {_MISES_A_JOUR_SQL}
    SELECT
        finess_et,
        grouping(id_dossier, auteur, tranche // $par_jour) AS niveau,
        tranche // $par_jour AS jour,
        auteur,
        count(*) AS nombre,
        min(rang) AS premiere,
        min(tranche) AS tranche_debut,
        max(tranche) AS tranche_fin,
        count(*) FILTER (WHERE veille) AS nombre_veille,
        min(rang) FILTER (WHERE veille) AS premiere_veille
    FROM saisies
    GROUP BY GROUPING SETS ((finess_et, id_dossier), (finess_et, auteur), (finess_et, tranche // $par_jour))
"""
_DOSSIER, _AUTEUR, _JOUR = 0b011, 0b101, 0b110
"""grouping(): a bit is set for each column that the level is not about."""

_TOTAUX = f"""
    SELECT
        finess_et,
        CAST(sum(nombre) AS BIGINT) AS evenements,
        count(*) AS dossiers,
        CAST(sum(nombre_veille) AS BIGINT) AS evenements_veille,
        count(*) FILTER (WHERE nombre_veille > 0) AS dossiers_veille,
        count(*) FILTER (WHERE nombre_veille = nombre) AS seuls_veille,
        min(premiere_veille) AS premiere_veille
    FROM plausibilite_saisies
    WHERE niveau = {_DOSSIER}
    GROUP BY finess_et
    ORDER BY finess_et
"""

_AUTEURS = f"""
    SELECT finess_et, max(nombre), CAST(sum(nombre) AS BIGINT), arg_max(premiere, (nombre, -premiere))
    FROM plausibilite_saisies
    WHERE niveau = {_AUTEUR} AND auteur IS NOT NULL
    GROUP BY finess_et
"""

# Pairs of slices that are all the life of some dossiers in the window. A pair is named after its first slice; a
# dossier that was updated in one slice alone belongs to two pairs.
_SOLITAIRES = f"""
    CREATE OR REPLACE TEMP TABLE plausibilite_solitaires AS
    SELECT finess_et, paire, count(*) AS seuls
    FROM (
        SELECT
            finess_et,
            unnest(
                CASE WHEN tranche_fin = tranche_debut THEN [tranche_debut - 1, tranche_debut] ELSE [tranche_debut] END
            ) AS paire
        FROM plausibilite_saisies
        WHERE niveau = {_DOSSIER} AND tranche_fin <= tranche_debut + 1
    ) AS solitaires
    GROUP BY finess_et, paire
"""

# Where bursts may be, as ranges of slices: the pairs that are all the life of enough dossiers, and the days dense
# enough to hold (or share with a neighbour) a pair with that part of all updates.
_CANDIDATS = f"""
    CREATE OR REPLACE TEMP TABLE plausibilite_candidats AS
    SELECT finess_et, paire AS tranche_debut, paire + 1 AS tranche_fin
    FROM plausibilite_solitaires
    WHERE seuls >= $effectif
    UNION ALL
    SELECT finess_et, jour * $par_jour - 1 AS tranche_debut, (jour + 1) * $par_jour AS tranche_fin
    FROM (
        SELECT finess_et, jour, nombre, sum(nombre) OVER (PARTITION BY finess_et) AS total
        FROM plausibilite_saisies
        WHERE niveau = {_JOUR}
    ) AS jours
    WHERE 2 * 100 * nombre >= $part * total AND 2 * nombre >= $effectif
"""

# The second reading: the few updates that stand there.
_DENSES = f"""
    CREATE OR REPLACE TEMP TABLE plausibilite_denses AS
    {_MISES_A_JOUR_SQL}
    SELECT rang, finess_et, id_dossier, horodatage, tranche
    FROM saisies AS s
    WHERE EXISTS (
        SELECT 1
        FROM plausibilite_candidats AS c
        WHERE c.finess_et = s.finess_et AND s.tranche BETWEEN c.tranche_debut AND c.tranche_fin
    )
"""

# Two pairs of each establishment: most dossiers without another update, and most updates.
_PICS = """
    SELECT p.finess_et, p.debut, p.evenements, p.dossiers, coalesce(s.seuls, 0) AS seuls, p.premiere
    FROM (
        SELECT
            finess_et,
            paire,
            min(horodatage) AS debut,
            count(*) AS evenements,
            count(DISTINCT id_dossier) AS dossiers,
            min(rang) AS premiere
        FROM (SELECT *, unnest([tranche - 1, tranche]) AS paire FROM plausibilite_denses) AS doubles
        GROUP BY finess_et, paire
    ) AS p
    LEFT JOIN plausibilite_solitaires AS s ON p.finess_et = s.finess_et AND p.paire = s.paire
    QUALIFY
        row_number() OVER (
            PARTITION BY p.finess_et ORDER BY coalesce(s.seuls, 0) DESC, p.evenements DESC, p.paire DESC
        ) = 1
        OR row_number() OVER (
            PARTITION BY p.finess_et ORDER BY p.evenements DESC, coalesce(s.seuls, 0) DESC, p.paire DESC
        ) = 1
    ORDER BY p.finess_et, seuls DESC, p.evenements DESC, p.paire
"""
_TABLES = tuple(f"plausibilite_{nom}" for nom in ("saisies", "solitaires", "candidats", "denses"))


@reader
def saisies_de_la_livraison(journal: Journal, fenetre: Fenetre, hypotheses: Hypotheses, texte: Rulebook) -> Saisies:
    """Group the updates of the window, by what the hypotheses in force take for one."""
    pas = timedelta(minutes=texte["plausibilite_masse_minutes"]) / _MOITIES
    fuseaux = _fuseaux(hypotheses, texte)
    finess = [numero for (numero,) in journal.rows("SELECT DISTINCT finess_et FROM journal ORDER BY finess_et")]
    bornes = [fenetre.instants(numero) for numero in finess]
    premier_jour = fenetre.fin - timedelta(days=texte["plausibilite_veille_jours"] - 1)
    veilles = [_minuit(premier_jour, _zone(numero, fuseaux)) for numero in finess]
    lecture: dict[str, object] = {
        "finess": finess,
        "debuts": [debut for debut, _ in bornes],
        "fins": [fin for _, fin in bornes],
        "veilles": veilles,
        "types": list(_MISES_A_JOUR.get(hypotheses["mise_a_jour"], ())),
        "pas": pas // _MICROSECONDE,
    }
    try:
        journal.connection.execute(_REGROUPEMENT, {**lecture, "par_jour": _JOURNEE // pas})
        pics = _pics(journal, lecture, _JOURNEE // pas, texte)
        auteurs = {numero: Auteur(*trouve) for numero, *trouve in journal.rows(_AUTEURS)}
        debut_veille = dict(zip(finess, veilles, strict=True))
        saisies = {
            numero: Saisie(
                evenements,
                dossiers,
                tuple(pics.get(numero, ())),
                Poussee(debut_veille[numero], *veille) if veille[0] else None,
                auteurs.get(numero),
            )
            for numero, evenements, dossiers, *veille in journal.rows(_TOTAUX)
        }
    finally:
        for table in _TABLES:
            journal.connection.execute(f"DROP TABLE IF EXISTS {table}")
    return Saisies(journal, fuseaux, saisies)


def _pics(journal: Journal, lecture: Mapping[str, object], par_jour: int, texte: Rulebook) -> dict[str, list[Poussee]]:
    """The pairs of slices worth a look, by establishment."""
    seuils = {"effectif": texte["plausibilite_effectif"], "part": texte["plausibilite_masse_part"]}
    journal.connection.execute(_SOLITAIRES)
    journal.connection.execute(_CANDIDATS, {**seuils, "par_jour": par_jour})
    pics: dict[str, list[Poussee]] = {}
    if journal.rows("SELECT 1 FROM plausibilite_candidats LIMIT 1"):
        journal.connection.execute(_DENSES, dict(lecture))
        for numero, *pic in journal.rows(_PICS):
            pics.setdefault(numero, []).append(Poussee(*pic))
    return pics


def _fuseaux(hypotheses: Hypotheses, texte: Rulebook) -> Mapping[str, str]:
    """The clocks of the hypothesis `fuseau`."""
    partout = {"utc": "UTC", "paris": "Europe/Paris"}.get(hypotheses["fuseau"])
    if partout is not None:
        return {"": partout}
    fuseaux: Mapping[str, str] = texte["fuseaux_territoire" if hypotheses["fuseau"] == "territoire" else "fuseaux"]
    return fuseaux


def _zone(finess_et: str, fuseaux: Mapping[str, str]) -> ZoneInfo:
    """The time zone of an establishment: that of the longest prefix of its number ("" for all others)."""
    return ZoneInfo(fuseaux[max(_prefixes(finess_et, fuseaux), key=len)])


def _prefixes(finess_et: str, fuseaux: Iterable[str]) -> Iterable[str]:
    return (prefixe for prefixe in fuseaux if finess_et.startswith(prefixe))


def _minuit(jour: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins in a time zone, as naive UTC."""
    return datetime.combine(jour, time(), zone).astimezone(UTC).replace(tzinfo=None)
