-- What sets a forgotten message apart: the first reason that holds (see causes_oublies.sql).
SELECT
    c.finess_et,
    c.indicateur,
    c.identifiant,
    c.premiere,
    CASE
        WHEN w.identifiant IS NOT NULL THEN 'compte_ailleurs'
        WHEN e.canal = 'citoyenne' THEN 'messagerie_citoyenne'
        WHEN e.id_dossier IS NULL THEN 'message_sans_dossier'
        ELSE 'non_explique'
    END AS cause
FROM recalcul.candidats AS c
INNER JOIN recalcul.evenements AS e ON c.identifiant = e.id_evenement
LEFT JOIN (
    SELECT DISTINCT d.identifiant
    FROM recalcul.decomptes AS d
    WHERE d.indicateur = 'mssante' AND d.identifiant IN (SELECT identifiant FROM recalcul.candidats)
) AS w ON c.identifiant = w.identifiant
