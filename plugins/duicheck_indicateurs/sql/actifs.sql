-- The dossiers actifs: of a person present, and updated in the window.
SELECT DISTINCT p.scenario, p.finess_et, p.id_dossier
FROM recalcul.presents AS p
INNER JOIN recalcul.fenetres AS f ON p.scenario = f.scenario AND p.finess_et = f.finess_et
INNER JOIN recalcul.activite AS a ON p.finess_et = a.finess_et AND p.id_dossier = a.id_dossier
WHERE
    a.tranche BETWEEN f.premiere AND f.derniere
    AND CASE f.mise_a_jour
        WHEN 'ecriture' THEN a.ecriture = 1
        WHEN 'explicite' THEN a.explicite = 1
        WHEN 'tout' THEN TRUE
    END
