-- Messages that were to leave in the window and do not count. A received one is nobody's task.
SELECT
    e.finess_et,
    'mssante' AS indicateur,
    e.id_evenement AS identifiant,
    CASE WHEN e.etat = 'echec' THEN 'echec' ELSE 'autre_canal' END AS cause
FROM recalcul.evenements AS e
INNER JOIN recalcul.fenetres AS f ON e.finess_et = f.finess_et
INNER JOIN recalcul.tranches AS t
    ON e.finess_et = t.finess_et AND (t.debut_utc IS NULL OR e.horodatage >= t.debut_utc) AND e.horodatage < t.fin_utc
LEFT JOIN recalcul.envois AS v
    ON
        e.finess_et = v.finess_et
        AND t.tranche = v.tranche
        AND e.etat IS NOT DISTINCT FROM v.etat
        AND e.canal IS NOT DISTINCT FROM v.canal
WHERE
    e.type = 'message_mssante'
    AND e.etat IN ('envoye', 'echec')
    AND t.tranche BETWEEN f.premiere AND f.derniere
    AND v.finess_et IS NULL
