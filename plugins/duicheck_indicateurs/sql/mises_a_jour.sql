-- In which slices each dossier was updated, by what the scenario takes for an update; the window is left to the reader.
SELECT f.scenario, a.finess_et, a.id_dossier, a.tranche
FROM recalcul.fenetres AS f
INNER JOIN recalcul.activite AS a ON f.finess_et = a.finess_et
WHERE
    f.actifs_de = f.scenario
    AND CASE f.mise_a_jour
        WHEN 'ecriture' THEN a.ecriture = 1
        WHEN 'explicite' THEN a.explicite = 1
        WHEN 'tout' THEN TRUE
    END
