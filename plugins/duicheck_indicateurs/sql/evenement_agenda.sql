-- Dossiers actifs with an agenda entry, over dossiers actifs.
SELECT a.scenario, a.finess_et, count(g.id_dossier) AS numerateur, count(*) AS denominateur
FROM recalcul.actifs AS a
LEFT JOIN recalcul.avec_agenda AS g
    ON a.scenario = g.scenario AND a.finess_et = g.finess_et AND a.id_dossier = g.id_dossier
GROUP BY a.scenario, a.finess_et
