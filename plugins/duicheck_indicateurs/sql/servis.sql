-- The persons whose DMP counts as fed.
SELECT DISTINCT d.scenario, d.finess_et, d.id_personne
FROM recalcul.dossiers_possibles AS d
INNER JOIN recalcul.fenetres AS f ON d.scenario = f.scenario AND d.finess_et = f.finess_et
INNER JOIN recalcul.alimentes AS a
    ON d.scenario = a.scenario AND d.finess_et = a.finess_et AND d.id_dossier = a.id_dossier
WHERE f.dmp = 'tentatives' OR (f.dmp = 'succes' AND a.deposes > 0)
