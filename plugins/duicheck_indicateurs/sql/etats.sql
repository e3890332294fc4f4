-- The objects of each dossier (projects, agenda entries, documents) as they stand at each window's end:
-- state, date of the agenda entry, slice of the last event before that end, and how many objects are so.
WITH derniers AS (
    -- The last event of each object in each slice. An event without id_objet is an object of its own.
    SELECT
        e.finess_et,
        e.id_dossier,
        e.type,
        e.id_objet,
        CASE WHEN e.id_objet IS NULL THEN e.id_evenement END AS sans_objet,
        t.tranche,
        max(struct_pack(
            horodatage := e.horodatage,
            id_evenement := e.id_evenement,
            etat := e.etat,
            date_evenement := e.date_evenement
        )) AS dernier
    FROM recalcul.evenements AS e
    INNER JOIN recalcul.tranches AS t
        ON
            e.finess_et = t.finess_et
            AND (t.debut_utc IS NULL OR e.horodatage >= t.debut_utc)
            AND e.horodatage < t.fin_utc
    WHERE e.type IN ('projet_personnalise', 'evenement_agenda', 'alimentation_dmp')
    GROUP BY ALL
),

etats AS (
    -- The last slice before each window's end wins.
    SELECT
        d.finess_et,
        d.id_dossier,
        d.type,
        f.derniere,
        max(struct_pack(
            tranche := d.tranche,
            etat := d.dernier.etat,
            date_evenement := d.dernier.date_evenement
        )) AS dernier
    FROM derniers AS d
    INNER JOIN recalcul.fins AS f ON d.finess_et = f.finess_et AND d.tranche <= f.derniere
    GROUP BY d.finess_et, d.id_dossier, d.type, d.id_objet, d.sans_objet, f.derniere
)

SELECT
    finess_et,
    id_dossier,
    type,
    derniere,
    dernier.tranche AS tranche,
    dernier.etat AS etat,
    dernier.date_evenement AS date_evenement,
    count(*) AS nombre
FROM etats
GROUP BY ALL
