-- Dossiers actifs with a project in preparation or active, over dossiers actifs.
WITH avec_projet AS (
    SELECT f.scenario, f.finess_et, e.id_dossier
    FROM recalcul.fenetres AS f
    INNER JOIN recalcul.etats AS e
        ON f.finess_et = e.finess_et AND e.tranche <= f.derniere AND (e.jusque IS NULL OR e.jusque > f.derniere)
    WHERE f.projet = 'etat_fin' AND e.type = 'projet_personnalise' AND e.etat IN ('en_preparation', 'actif')
    UNION
    SELECT f.scenario, f.finess_et, a.id_dossier
    FROM recalcul.fenetres AS f
    INNER JOIN recalcul.activite AS a ON f.finess_et = a.finess_et AND a.tranche BETWEEN f.premiere AND f.derniere
    WHERE f.projet = 'dans_fenetre' AND a.projet_ouvert = 1
)

SELECT a.scenario, a.finess_et, count(p.id_dossier) AS numerateur, count(*) AS denominateur
FROM recalcul.actifs AS a
LEFT JOIN avec_projet AS p ON a.scenario = p.scenario AND a.finess_et = p.finess_et AND a.id_dossier = p.id_dossier
GROUP BY a.scenario, a.finess_et
