-- The stays, anywhere, of the persons among the candidates.
SELECT r.finess_et, r.id_personne, r.id_dossier
FROM registre AS r
WHERE r.id_personne IN (SELECT c.identifiant FROM recalcul.candidats AS c WHERE c.indicateur = 'dmp')
