-- The DMP as a plain count: documents of the establishment fed in the window, whoever they are about.
SELECT f.scenario, f.finess_et, count(*) AS numerateur
FROM recalcul.fenetres AS f
INNER JOIN recalcul.etats AS e
    ON f.finess_et = e.finess_et AND e.tranche <= f.derniere AND (e.jusque IS NULL OR e.jusque > f.derniere)
WHERE
    f.dmp_de = f.scenario
    AND f.dmp = 'documents'
    AND e.type = 'alimentation_dmp'
    AND e.etat = 'succes'
    AND e.tranche >= f.premiere
GROUP BY f.scenario, f.finess_et
