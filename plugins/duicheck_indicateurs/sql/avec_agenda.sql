-- The dossiers, of anybody, with an agenda entry that counts: once for each of these entries.
-- An object with an event in the window has its last one before the window's end in the window too.
SELECT f.scenario, f.finess_et, e.id_dossier
FROM recalcul.fenetres AS f
INNER JOIN recalcul.etats AS e
    ON f.finess_et = e.finess_et AND e.tranche <= f.derniere AND (e.jusque IS NULL OR e.jusque > f.derniere)
WHERE
    f.agenda_de = f.scenario
    AND e.type = 'evenement_agenda'
    AND CASE f.agenda
        WHEN 'date_dans_fenetre' THEN e.date_evenement BETWEEN f.debut AND f.fin AND e.etat <> 'annule'
        WHEN 'saisi_dans_fenetre' THEN e.tranche >= f.premiere AND e.etat <> 'annule'
        WHEN 'avec_annules' THEN e.date_evenement BETWEEN f.debut AND f.fin
        WHEN 'existe' THEN e.etat <> 'annule'
        ELSE FALSE
    END
UNION ALL
SELECT f.scenario, f.finess_et, a.id_dossier
FROM recalcul.fenetres AS f
INNER JOIN recalcul.activite AS a ON f.finess_et = a.finess_et AND a.tranche BETWEEN f.premiere AND f.derniere
WHERE f.agenda_de = f.scenario AND f.agenda = 'tout_evenement'
