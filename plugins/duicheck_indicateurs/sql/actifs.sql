-- The dossiers actifs: of a person present, and updated in the window.
SELECT DISTINCT p.scenario, p.finess_et, p.id_dossier
FROM recalcul.presents AS p
WHERE EXISTS (
    SELECT 1
    FROM recalcul.mises_a_jour AS m
    INNER JOIN recalcul.fenetres AS f ON m.scenario = f.scenario AND m.finess_et = f.finess_et
    WHERE
        m.tranche BETWEEN f.premiere AND f.derniere
        AND p.scenario = m.scenario AND p.finess_et = m.finess_et AND p.id_dossier = m.id_dossier
)
