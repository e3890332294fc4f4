-- How many events of the plain counters fall in each slice of time, per establishment.
SELECT e.finess_et, t.tranche, e.type, e.etat, e.canal, count(*) AS nombre
FROM recalcul.evenements AS e
INNER JOIN recalcul.tranches AS t
    ON e.finess_et = t.finess_et AND e.horodatage >= t.debut_utc AND e.horodatage < t.fin_utc
WHERE e.type IN ('message_mssante', 'import_eprescription', 'echange_eparcours')
GROUP BY e.finess_et, t.tranche, e.type, e.etat, e.canal
