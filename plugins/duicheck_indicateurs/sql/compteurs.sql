-- The optional counters: events in the window.
SELECT
    f.scenario,
    f.finess_et,
    sum(CASE WHEN p.type = 'import_eprescription' THEN p.nombre ELSE 0 END) AS eprescription,
    sum(CASE WHEN p.type = 'echange_eparcours' THEN p.nombre ELSE 0 END) AS eparcours
FROM recalcul.fenetres AS f
INNER JOIN recalcul.passages AS p ON f.finess_et = p.finess_et AND p.tranche BETWEEN f.premiere AND f.derniere
WHERE f.fenetre_de = f.scenario
GROUP BY f.scenario, f.finess_et
