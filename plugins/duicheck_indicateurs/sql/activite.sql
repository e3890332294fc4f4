-- What happened to each dossier in each slice of time. One row per dossier and slice that has an event.
SELECT
    e.finess_et,
    e.id_dossier,
    t.tranche,
    max(CASE WHEN e.type = 'mise_a_jour_dossier' THEN 1 ELSE 0 END) AS explicite,
    max(CASE WHEN e.type IN ('mise_a_jour_dossier', 'projet_personnalise', 'evenement_agenda') THEN 1 ELSE 0 END)
        AS ecriture,
    max(CASE WHEN e.type = 'projet_personnalise' AND e.etat IN ('en_preparation', 'actif') THEN 1 ELSE 0 END)
        AS projet_ouvert
FROM recalcul.evenements AS e
INNER JOIN recalcul.tranches AS t
    ON e.finess_et = t.finess_et AND e.horodatage >= t.debut_utc AND e.horodatage < t.fin_utc
WHERE e.id_dossier IS NOT NULL
GROUP BY e.finess_et, e.id_dossier, t.tranche
