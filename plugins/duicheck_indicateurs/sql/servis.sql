-- The persons whose DMP counts as fed.
SELECT DISTINCT f.scenario, d.finess_et, d.id_personne
FROM recalcul.fenetres AS f
INNER JOIN recalcul.dossiers_possibles AS d ON f.presents_de = d.scenario AND f.finess_et = d.finess_et
INNER JOIN recalcul.alimentes AS a
    ON f.fenetre_de = a.scenario AND d.finess_et = a.finess_et AND d.id_dossier = a.id_dossier
WHERE f.dmp_de = f.scenario AND (f.dmp = 'tentatives' OR (f.dmp = 'succes' AND a.deposes > 0))
