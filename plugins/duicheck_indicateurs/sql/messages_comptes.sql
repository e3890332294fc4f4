-- The messages that the default computation counts, one by one. What precedes every window counts in none.
SELECT e.finess_et, 'mssante' AS indicateur, e.id_evenement AS identifiant
FROM recalcul.evenements AS e
INNER JOIN recalcul.tranches AS t
    ON e.finess_et = t.finess_et AND e.horodatage >= t.debut_utc AND e.horodatage < t.fin_utc
INNER JOIN recalcul.envois AS v
    ON
        e.finess_et = v.finess_et
        AND t.tranche = v.tranche
        AND e.etat IS NOT DISTINCT FROM v.etat
        AND e.canal IS NOT DISTINCT FROM v.canal
WHERE e.type = 'message_mssante'
