-- Persons of the denominator whose DMP was fed in the window, or the documents fed for them.
WITH dossiers AS (
    -- Every dossier that these persons have in the establishment, whatever the stay.
    SELECT DISTINCT p.scenario, p.finess_et, p.id_personne, r.id_dossier
    FROM recalcul.presents AS p
    INNER JOIN registre AS r ON p.finess_et = r.finess_et AND p.id_personne = r.id_personne
    WHERE p.projet_possible = 1 AND r.id_dossier IS NOT NULL
),

alimentes AS (
    -- The last event of a document that has one in the window is in the window too.
    SELECT
        f.scenario,
        f.finess_et,
        e.id_dossier,
        sum(CASE WHEN e.etat = 'succes' THEN e.nombre ELSE 0 END) AS deposes
    FROM recalcul.fenetres AS f
    INNER JOIN recalcul.etats AS e
        ON f.finess_et = e.finess_et AND e.tranche <= f.derniere AND (e.jusque IS NULL OR e.jusque > f.derniere)
    WHERE e.type = 'alimentation_dmp' AND e.tranche >= f.premiere
    GROUP BY f.scenario, f.finess_et, e.id_dossier
),

personnes AS (
    SELECT d.scenario, d.finess_et, count(DISTINCT d.id_personne) AS numerateur
    FROM dossiers AS d
    INNER JOIN recalcul.fenetres AS f ON d.scenario = f.scenario AND d.finess_et = f.finess_et
    INNER JOIN alimentes AS a
        ON d.scenario = a.scenario AND d.finess_et = a.finess_et AND d.id_dossier = a.id_dossier
    WHERE f.dmp = 'tentatives' OR (f.dmp = 'succes' AND a.deposes > 0)
    GROUP BY d.scenario, d.finess_et
),

documents AS (
    SELECT a.scenario, a.finess_et, sum(a.deposes) AS numerateur
    FROM alimentes AS a
    INNER JOIN recalcul.fenetres AS f ON a.scenario = f.scenario AND a.finess_et = f.finess_et
    WHERE
        f.dmp = 'documents'
        AND EXISTS (
            SELECT 1 FROM dossiers AS d
            WHERE d.scenario = a.scenario AND d.finess_et = a.finess_et AND d.id_dossier = a.id_dossier
        )
    GROUP BY a.scenario, a.finess_et
)

SELECT scenario, finess_et, numerateur FROM personnes
UNION ALL
SELECT scenario, finess_et, numerateur FROM documents
