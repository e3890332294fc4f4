-- Dossiers actifs with a project in preparation or active, over dossiers actifs.
SELECT a.scenario, a.finess_et, count(p.id_dossier) AS numerateur, count(*) AS denominateur
FROM recalcul.actifs AS a
LEFT JOIN recalcul.avec_projet AS p
    ON a.scenario = p.scenario AND a.finess_et = p.finess_et AND a.id_dossier = p.id_dossier
GROUP BY a.scenario, a.finess_et
