-- Documents fed in the window for persons of the denominator, where documents are what counts.
SELECT a.scenario, a.finess_et, sum(a.deposes) AS numerateur
FROM recalcul.alimentes AS a
INNER JOIN recalcul.fenetres AS f ON a.scenario = f.scenario AND a.finess_et = f.finess_et
WHERE
    f.dmp = 'documents'
    AND EXISTS (
        SELECT 1 FROM recalcul.dossiers_possibles AS d
        WHERE d.scenario = a.scenario AND d.finess_et = a.finess_et AND d.id_dossier = a.id_dossier
    )
GROUP BY a.scenario, a.finess_et
