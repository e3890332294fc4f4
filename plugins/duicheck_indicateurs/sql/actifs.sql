-- The dossiers actifs: of a person present, and updated in the window.
SELECT DISTINCT p.scenario, p.finess_et, p.id_dossier
FROM recalcul.presents AS p
INNER JOIN recalcul.fenetres AS f ON p.scenario = f.scenario AND p.finess_et = f.finess_et
INNER JOIN recalcul.mises_a_jour AS m
    ON p.scenario = m.scenario AND p.finess_et = m.finess_et AND p.id_dossier = m.id_dossier
WHERE m.tranche BETWEEN f.premiere AND f.derniere
