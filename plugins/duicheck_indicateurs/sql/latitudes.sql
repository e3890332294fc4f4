-- What rows that could not be read might still change, per establishment: dossiers that a stay alone would make actif,
-- dossiers of persons present, and how many persons share the most shared dossier.
WITH presents AS (
    SELECT DISTINCT finess_et, id_dossier FROM recalcul.presents WHERE id_dossier IS NOT NULL
),

orphelins AS (
    SELECT f.finess_et, count(DISTINCT m.id_dossier) AS nombre
    FROM recalcul.fenetres AS f
    INNER JOIN recalcul.mises_a_jour AS m ON f.finess_et = m.finess_et AND m.tranche BETWEEN f.premiere AND f.derniere
    WHERE NOT EXISTS (SELECT 1 FROM presents AS p WHERE p.finess_et = m.finess_et AND p.id_dossier = m.id_dossier)
    GROUP BY f.finess_et
),

dossiers AS (
    SELECT finess_et, count(*) AS nombre FROM presents GROUP BY finess_et
),

partages AS (
    SELECT finess_et, max(personnes) AS nombre
    FROM (
        SELECT finess_et, id_dossier, count(*) AS personnes
        FROM recalcul.dossiers_possibles
        GROUP BY finess_et, id_dossier
    ) AS partages_par_dossier
    GROUP BY finess_et
)

SELECT
    f.finess_et,
    coalesce(o.nombre, 0) AS orphelins,
    coalesce(d.nombre, 0) AS dossiers,
    coalesce(p.nombre, 1) AS partage
FROM recalcul.fenetres AS f
LEFT JOIN orphelins AS o ON f.finess_et = o.finess_et
LEFT JOIN dossiers AS d ON f.finess_et = d.finess_et
LEFT JOIN partages AS p ON f.finess_et = p.finess_et
