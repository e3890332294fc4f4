-- One row for each id_evenement that the log holds several times: the one that counts.
-- Where the rows differ, the earliest does, then the least in the order of the columns below:
-- the choice depends on the rows alone, never on their order in the file.
SELECT id_evenement, horodatage, finess_et, id_dossier, type, etat, id_objet, date_evenement, canal
FROM (
    SELECT
        j.*,
        row_number() OVER (
            PARTITION BY j.id_evenement
            ORDER BY
                j.horodatage, j.finess_et, j.id_dossier NULLS FIRST, j.type, j.etat NULLS FIRST,
                j.id_objet NULLS FIRST, j.date_evenement NULLS FIRST, j.canal NULLS FIRST
        ) AS rang
    FROM journal AS j
    WHERE j.id_evenement IN (SELECT id_evenement FROM journal GROUP BY id_evenement HAVING count(*) > 1)
) AS classes
WHERE rang = 1
