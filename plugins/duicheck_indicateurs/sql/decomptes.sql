-- The rows of the decompte that stand beside the export: one per identifier, with how many rows say it.
-- As for the export, the rows of the window count; where there are none, those of the only other period.
WITH periodes AS (
    SELECT
        d.finess_et,
        d.indicateur,
        max(CASE WHEN d.periode_debut = f.debut AND d.periode_fin = f.fin THEN 1 ELSE 0 END) AS dans_fenetre,
        CASE
            WHEN min(d.periode_debut) = max(d.periode_debut) AND min(d.periode_fin) = max(d.periode_fin) THEN 1
            ELSE 0
        END AS seule
    FROM decompte AS d
    INNER JOIN recalcul.fenetres AS f ON d.finess_et = f.finess_et
    GROUP BY d.finess_et, d.indicateur
)

SELECT
    d.finess_et,
    d.indicateur,
    d.id_dossier AS identifiant,
    count(*) AS lignes,
    min(d.rowid) AS premiere,
    max(d.rowid) AS derniere
FROM decompte AS d
INNER JOIN recalcul.fenetres AS f ON d.finess_et = f.finess_et
INNER JOIN periodes AS p ON d.finess_et = p.finess_et AND d.indicateur = p.indicateur
WHERE
    d.indicateur IN ('dossiers_actifs', 'projet_personnalise', 'evenement_agenda', 'mssante', 'dmp')
    AND (
        (p.dans_fenetre = 1 AND d.periode_debut = f.debut AND d.periode_fin = f.fin)
        OR (p.dans_fenetre = 0 AND p.seule = 1)
    )
GROUP BY d.finess_et, d.indicateur, d.id_dossier
