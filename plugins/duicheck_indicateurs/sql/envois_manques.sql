-- Messages that were to leave in the window and do not count. A received one is nobody's task.
-- One counts where any of its state and channel does: the hypothesis asks for nothing else.
SELECT
    e.finess_et,
    'mssante' AS indicateur,
    e.id_evenement AS identifiant,
    CASE WHEN e.etat = 'echec' THEN 'echec' ELSE 'autre_canal' END AS cause
FROM recalcul.evenements AS e
INNER JOIN recalcul.fenetres AS f ON e.finess_et = f.finess_et
INNER JOIN recalcul.tranches AS t
    ON e.finess_et = t.finess_et AND e.horodatage >= t.debut_utc AND e.horodatage < t.fin_utc
WHERE
    e.type = 'message_mssante'
    AND e.etat IN ('envoye', 'echec')
    AND t.tranche BETWEEN f.premiere AND f.derniere
    AND NOT EXISTS (
        SELECT 1 FROM recalcul.envois AS v
        WHERE v.etat IS NOT DISTINCT FROM e.etat AND v.canal IS NOT DISTINCT FROM e.canal
    )
