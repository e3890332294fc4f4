-- The dossiers whose DMP was fed, or tried to be, in the window, and how many of these documents are still there at its
-- end. The last event of a document that has one in the window is in the window too.
SELECT
    f.scenario,
    f.finess_et,
    e.id_dossier,
    sum(CASE WHEN e.etat = 'succes' THEN 1 ELSE 0 END) AS deposes
FROM recalcul.fenetres AS f
INNER JOIN recalcul.etats AS e
    ON f.finess_et = e.finess_et AND e.tranche <= f.derniere AND (e.jusque IS NULL OR e.jusque > f.derniere)
WHERE f.fenetre_de = f.scenario AND e.type = 'alimentation_dmp' AND e.tranche >= f.premiere
GROUP BY f.scenario, f.finess_et, e.id_dossier
