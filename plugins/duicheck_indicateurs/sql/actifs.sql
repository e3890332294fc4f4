-- The dossiers actifs: of a person present, and updated in the window.
SELECT DISTINCT f.scenario, p.finess_et, p.id_dossier
FROM recalcul.fenetres AS f
INNER JOIN recalcul.presents AS p ON f.presents_de = p.scenario AND f.finess_et = p.finess_et
WHERE
    f.actifs_de = f.scenario
    AND EXISTS (
        SELECT 1 FROM recalcul.mises_a_jour AS m
        INNER JOIN recalcul.fenetres AS g
            ON m.scenario = g.scenario AND m.finess_et = g.finess_et AND m.tranche BETWEEN g.premiere AND g.derniere
        WHERE m.scenario = f.scenario AND m.finess_et = p.finess_et AND m.id_dossier = p.id_dossier
    )
