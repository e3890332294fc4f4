-- How many MSSanté messages of each kind count, in each slice of the window.
SELECT f.scenario, f.finess_et, p.tranche, p.etat, p.canal, p.nombre
FROM recalcul.fenetres AS f
INNER JOIN recalcul.passages AS p ON f.finess_et = p.finess_et AND p.tranche BETWEEN f.premiere AND f.derniere
WHERE
    f.messages_de = f.scenario
    AND p.type = 'message_mssante'
    AND CASE f.messages
        WHEN 'envoyes' THEN p.etat = 'envoye'
        WHEN 'avec_echecs' THEN p.etat IN ('envoye', 'echec')
        WHEN 'avec_recus' THEN p.etat IN ('envoye', 'recu')
        WHEN 'professionnels' THEN p.etat = 'envoye' AND p.canal = 'professionnelle'
    END
