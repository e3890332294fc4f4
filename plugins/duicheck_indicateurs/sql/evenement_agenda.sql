-- Dossiers actifs with an agenda entry.
SELECT f.scenario, f.finess_et, count(*) AS numerateur
FROM recalcul.fenetres AS f
INNER JOIN recalcul.actifs AS a ON f.actifs_de = a.scenario AND f.finess_et = a.finess_et
WHERE
    f.agenda_de = f.scenario
    AND EXISTS (
        SELECT 1 FROM recalcul.avec_agenda AS g
        WHERE g.scenario = f.scenario AND g.finess_et = a.finess_et AND g.id_dossier = a.id_dossier
    )
GROUP BY f.scenario, f.finess_et
