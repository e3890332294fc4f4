-- What is known of each dossier in each establishment, one row: on the register, then in the log.
-- Facts are 1 or 0. `annule`, `supprime` and `echec` are about what the window's end left of objects that would count.
-- A stay without a dossier makes a row without a dossier, which joins with nothing.
SELECT
    finess_et,
    id_dossier,
    max(inscrit) AS inscrit,
    max(present) AS present,
    max(actif) AS actif,
    max(mis_a_jour) AS mis_a_jour,
    max(dans_fenetre) AS dans_fenetre,
    max(explicite) AS explicite,
    max(projet_ouvert) AS projet_ouvert,
    max(projet) AS projet,
    max(projet_avant_la_fin) AS projet_avant_la_fin,
    max(agenda) AS agenda,
    max(annule) AS annule,
    max(document) AS document,
    max(supprime) AS supprime,
    max(echec) AS echec
FROM (
    SELECT
        finess_et, id_dossier, 1 AS inscrit, 0 AS present, 0 AS actif, 0 AS mis_a_jour, 0 AS dans_fenetre,
        0 AS explicite, 0 AS projet_ouvert, 0 AS projet, 0 AS projet_avant_la_fin, 0 AS agenda, 0 AS annule,
        0 AS document, 0 AS supprime, 0 AS echec
    FROM registre
    UNION ALL
    SELECT finess_et, id_dossier, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    FROM recalcul.presents
    UNION ALL
    SELECT finess_et, id_dossier, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    FROM recalcul.actifs
    UNION ALL
    SELECT finess_et, id_dossier, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    FROM recalcul.mises_a_jour
    UNION ALL
    SELECT
        a.finess_et, a.id_dossier, 0, 0, 0, 0,
        CASE WHEN a.tranche BETWEEN f.premiere AND f.derniere THEN 1 ELSE 0 END,
        CASE WHEN a.tranche BETWEEN f.premiere AND f.derniere THEN a.explicite ELSE 0 END,
        a.projet_ouvert, 0, 0, 0, 0, 0, 0, 0
    FROM recalcul.activite AS a
    INNER JOIN recalcul.fenetres AS f ON a.finess_et = f.finess_et
    UNION ALL
    SELECT
        o.finess_et, o.id_dossier, 0, 0, 0, 0, 0, 0, 0,
        CASE WHEN o.type = 'projet_personnalise' THEN 1 ELSE 0 END,
        CASE WHEN o.type = 'projet_personnalise' THEN o.avant_la_fin ELSE 0 END,
        CASE WHEN o.type = 'evenement_agenda' THEN 1 ELSE 0 END,
        CASE
            WHEN o.etat_fin = 'annule'
                THEN CASE
                    WHEN o.agenda = 'existe' THEN 1
                    WHEN o.agenda = 'saisi_dans_fenetre' THEN o.saisi
                    WHEN o.date_evenement BETWEEN o.debut AND o.fin THEN 1
                    ELSE 0
                END
            ELSE 0
        END,
        CASE WHEN o.type = 'alimentation_dmp' THEN 1 ELSE 0 END,
        CASE WHEN o.etat_fin = 'supprime' THEN o.saisi ELSE 0 END,
        CASE WHEN o.etat_fin = 'echec' THEN o.saisi ELSE 0 END
    FROM (
        -- Of these objects a state names the type: only an agenda entry is « annule », only a document the others.
        SELECT
            e.finess_et, e.id_dossier, e.type, e.date_evenement, f.agenda, f.debut, f.fin,
            CASE WHEN e.tranche <= f.derniere THEN 1 ELSE 0 END AS avant_la_fin,
            CASE WHEN e.tranche >= f.premiere THEN 1 ELSE 0 END AS saisi,
            CASE WHEN e.tranche <= f.derniere AND (e.jusque IS NULL OR e.jusque > f.derniere) THEN e.etat END
                AS etat_fin
        FROM recalcul.etats AS e
        INNER JOIN recalcul.fenetres AS f ON e.finess_et = f.finess_et
    ) AS o
) AS faits
GROUP BY finess_et, id_dossier
