-- Why a message is not counted: for each candidate, the first reason that holds.
SELECT
    c.finess_et,
    c.indicateur,
    c.identifiant,
    c.premiere,
    CASE
        WHEN e.id_evenement IS NULL THEN 'evenement_inconnu'
        WHEN e.finess_et <> c.finess_et THEN 'autre_etablissement'
        WHEN e.type <> 'message_mssante' THEN 'type_non_compte'
        WHEN t.tranche NOT BETWEEN f.premiere AND f.derniere THEN 'hors_fenetre'
        WHEN e.etat = 'echec' THEN 'echec'
        WHEN e.etat = 'recu' THEN 'message_recu'
        ELSE 'autre_canal'
    END AS cause
FROM recalcul.candidats AS c
INNER JOIN recalcul.fenetres AS f ON c.finess_et = f.finess_et
LEFT JOIN recalcul.evenements AS e ON c.identifiant = e.id_evenement
LEFT JOIN recalcul.tranches AS t
    ON e.finess_et = t.finess_et AND e.horodatage >= t.debut_utc AND e.horodatage < t.fin_utc
