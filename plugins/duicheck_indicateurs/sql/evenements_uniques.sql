-- The log, where no id_evenement is repeated.
SELECT id_evenement, horodatage, finess_et, id_dossier, type, etat, id_objet, date_evenement, canal
FROM journal
