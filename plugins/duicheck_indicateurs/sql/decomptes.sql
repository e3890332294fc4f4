-- The rows of the decompte that stand beside the export: one per identifier, with how many rows say it.
-- As for the export, the rows of the window count; where there are none, those of the only other period.
WITH periodes AS (
    SELECT DISTINCT d.finess_et, d.indicateur, d.periode_debut, d.periode_fin
    FROM decompte AS d
),

comptees AS (
    SELECT
        p.finess_et,
        p.indicateur,
        p.periode_debut,
        p.periode_fin,
        count(*) OVER (PARTITION BY p.finess_et, p.indicateur) AS nombre
    FROM periodes AS p
),

retenues AS (
    SELECT c.finess_et, c.indicateur, c.periode_debut, c.periode_fin
    FROM comptees AS c
    INNER JOIN recalcul.fenetres AS f ON c.finess_et = f.finess_et
    WHERE c.nombre = 1 OR (c.periode_debut = f.debut AND c.periode_fin = f.fin)
)

SELECT
    d.finess_et,
    d.indicateur,
    d.id_dossier AS identifiant,
    count(*) AS lignes,
    min(d.rowid) AS premiere,
    max(d.rowid) AS derniere
FROM decompte AS d
INNER JOIN retenues AS r
    ON
        d.finess_et = r.finess_et
        AND d.indicateur = r.indicateur
        AND d.periode_debut = r.periode_debut
        AND d.periode_fin = r.periode_fin
WHERE d.indicateur IN ('dossiers_actifs', 'projet_personnalise', 'evenement_agenda', 'mssante', 'dmp')
GROUP BY d.finess_et, d.indicateur, d.id_dossier
