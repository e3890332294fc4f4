-- The dossiers actifs: of a person present, and updated in the window.
SELECT DISTINCT f.scenario, p.finess_et, p.id_dossier
FROM recalcul.fenetres AS f
INNER JOIN recalcul.presents AS p ON f.presents_de = p.scenario AND f.finess_et = p.finess_et
INNER JOIN recalcul.mises_a_jour AS m
    ON
        f.scenario = m.scenario
        AND p.finess_et = m.finess_et
        AND p.id_dossier = m.id_dossier
        AND m.tranche BETWEEN f.premiere AND f.derniere
WHERE f.actifs_de = f.scenario
