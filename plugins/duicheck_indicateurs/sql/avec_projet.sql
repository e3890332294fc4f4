-- The dossiers, of anybody, with a project in preparation or active: once for each of these projects.
SELECT f.scenario, f.finess_et, e.id_dossier
FROM recalcul.fenetres AS f
INNER JOIN recalcul.etats AS e
    ON f.finess_et = e.finess_et AND e.tranche <= f.derniere AND (e.jusque IS NULL OR e.jusque > f.derniere)
WHERE f.projet_de = f.scenario AND f.projet = 'etat_fin' AND e.type = 'projet_personnalise' AND e.etat IN ('en_preparation', 'actif')
UNION ALL
SELECT f.scenario, f.finess_et, a.id_dossier
FROM recalcul.fenetres AS f
INNER JOIN recalcul.activite AS a ON f.finess_et = a.finess_et AND a.tranche BETWEEN f.premiere AND f.derniere
WHERE f.projet_de = f.scenario AND f.projet = 'dans_fenetre' AND a.projet_ouvert = 1
