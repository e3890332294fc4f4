-- The log with each id_evenement once.
SELECT j.id_evenement, j.horodatage, j.finess_et, j.id_dossier, j.type, j.etat, j.id_objet, j.date_evenement, j.canal
FROM journal AS j
WHERE NOT EXISTS (SELECT 1 FROM recalcul.repetes AS r WHERE r.id_evenement = j.id_evenement)
UNION ALL
SELECT r.id_evenement, r.horodatage, r.finess_et, r.id_dossier, r.type, r.etat, r.id_objet, r.date_evenement, r.canal
FROM recalcul.repetes AS r
