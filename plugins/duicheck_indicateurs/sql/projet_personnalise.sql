-- Dossiers actifs with a project in preparation or active.
SELECT f.scenario, f.finess_et, count(*) AS numerateur
FROM recalcul.fenetres AS f
INNER JOIN recalcul.actifs AS a ON f.actifs_de = a.scenario AND f.finess_et = a.finess_et
WHERE
    f.projet_de = f.scenario
    AND EXISTS (
        SELECT 1 FROM recalcul.avec_projet AS p
        WHERE p.scenario = f.scenario AND p.finess_et = a.finess_et AND p.id_dossier = a.id_dossier
    )
GROUP BY f.scenario, f.finess_et
