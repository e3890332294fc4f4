-- The DMP as a plain count: documents of the establishment fed in the window, whoever they are about.
SELECT
    f.scenario,
    f.finess_et,
    sum(CASE WHEN f.dmp = 'tentatives' OR e.etat = 'succes' THEN e.nombre ELSE 0 END) AS numerateur
FROM recalcul.fenetres AS f
INNER JOIN recalcul.etats AS e ON f.finess_et = e.finess_et AND f.derniere = e.derniere
WHERE e.type = 'alimentation_dmp' AND e.tranche BETWEEN f.premiere AND f.derniere
GROUP BY f.scenario, f.finess_et
