"""The queries that group the updates of a log: by dossier, author and day, then around its bursts."""

from __future__ import annotations

__all__ = ["AUTEURS", "CANDIDATS", "DENSES", "PICS", "REGROUPEMENT", "SOLITAIRES", "TABLES", "TOTAUX"]

# What every reading of the log keeps: the updates of the window, numbered by slice of time.
_MISES_A_JOUR = """
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
REGROUPEMENT = f"""
    CREATE OR REPLACE TEMP TABLE plausibilite_saisies AS
    {_MISES_A_JOUR}
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

TOTAUX = f"""
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

AUTEURS = f"""
    SELECT finess_et, max(nombre), CAST(sum(nombre) AS BIGINT), arg_max(premiere, (nombre, -premiere))
    FROM plausibilite_saisies
    WHERE niveau = {_AUTEUR} AND auteur IS NOT NULL
    GROUP BY finess_et
"""

# Pairs of slices that are all the life of some dossiers in the window. A pair is named after its first slice; a
# dossier that was updated in one slice alone belongs to two pairs.
SOLITAIRES = f"""
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
CANDIDATS = f"""
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
DENSES = f"""
    CREATE OR REPLACE TEMP TABLE plausibilite_denses AS
    {_MISES_A_JOUR}
    SELECT rang, finess_et, id_dossier, horodatage, tranche
    FROM saisies AS s
    WHERE EXISTS (
        SELECT 1
        FROM plausibilite_candidats AS c
        WHERE c.finess_et = s.finess_et AND s.tranche BETWEEN c.tranche_debut AND c.tranche_fin
    )
"""

# Two pairs of each establishment: most dossiers without another update, and most updates. A pair that reaches over
# the edge of what was read is left out: half of it would be counted.
PICS = """
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
    WHERE EXISTS (
        SELECT 1
        FROM plausibilite_candidats AS c
        WHERE c.finess_et = p.finess_et AND p.paire >= c.tranche_debut AND p.paire < c.tranche_fin
    )
    QUALIFY
        row_number() OVER (
            PARTITION BY p.finess_et ORDER BY coalesce(s.seuls, 0) DESC, p.evenements DESC, p.paire DESC
        ) = 1
        OR row_number() OVER (
            PARTITION BY p.finess_et ORDER BY p.evenements DESC, coalesce(s.seuls, 0) DESC, p.paire DESC
        ) = 1
    ORDER BY p.finess_et, seuls DESC, p.evenements DESC, p.paire
"""
TABLES = tuple(f"plausibilite_{nom}" for nom in ("saisies", "solitaires", "candidats", "denses"))
