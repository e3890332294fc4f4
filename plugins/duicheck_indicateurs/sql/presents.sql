-- The persons that count, with their dossiers: those with a stay that meets the days of presence of the scenario.
SELECT
    f.scenario,
    r.finess_et,
    r.id_personne,
    r.id_dossier,
    max(CASE WHEN r.projet_possible THEN 1 ELSE 0 END) AS projet_possible
FROM registre AS r
INNER JOIN recalcul.fenetres AS f
    ON
        r.finess_et = f.finess_et
        AND r.date_entree <= f.presence_fin
        AND (r.date_sortie IS NULL OR r.date_sortie >= f.presence_debut)
WHERE f.presents_de = f.scenario
GROUP BY f.scenario, r.finess_et, r.id_personne, r.id_dossier
