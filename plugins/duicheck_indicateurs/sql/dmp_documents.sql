-- Documents fed in the window for persons of the denominator, where documents are what counts.
SELECT f.scenario, f.finess_et, sum(a.deposes) AS numerateur
FROM recalcul.fenetres AS f
INNER JOIN recalcul.alimentes AS a ON f.fenetre_de = a.scenario AND f.finess_et = a.finess_et
WHERE
    f.dmp_de = f.scenario
    AND f.dmp = 'documents'
    AND EXISTS (
        SELECT 1 FROM recalcul.dossiers_possibles AS d
        WHERE d.scenario = f.presents_de AND d.finess_et = a.finess_et AND d.id_dossier = a.id_dossier
    )
GROUP BY f.scenario, f.finess_et
