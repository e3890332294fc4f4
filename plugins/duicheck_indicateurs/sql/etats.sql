-- The life of the objects (projects, agenda entries, documents) as stretches of time: state and date of the entry
-- from one slice (`tranche`) until another (`jusque`, excluded; NULL: for ever). One row per object and stretch.
-- The state at a window's end is the stretch that holds its last slice.
SELECT finess_et, id_dossier, type, etat, date_evenement, tranche, jusque
FROM (
    SELECT
        e.finess_et,
        e.id_dossier,
        e.type,
        e.etat,
        e.date_evenement,
        t.tranche,
        -- An event without id_objet is an object of its own.
        lead(t.tranche) OVER (
            PARTITION BY
                e.finess_et, e.id_dossier, e.type, e.id_objet,
                CASE WHEN e.id_objet IS NULL THEN e.id_evenement END
            ORDER BY e.horodatage, e.id_evenement
        ) AS jusque
    FROM recalcul.evenements AS e
    INNER JOIN recalcul.tranches AS t
        ON e.finess_et = t.finess_et AND e.horodatage >= t.debut_utc AND e.horodatage < t.fin_utc
    WHERE e.type IN ('projet_personnalise', 'evenement_agenda', 'alimentation_dmp')
) AS vies
WHERE jusque IS NULL OR jusque > tranche
