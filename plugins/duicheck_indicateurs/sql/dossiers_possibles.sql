-- The persons who may have a projet d'accueil et d'accompagnement, with every dossier that they have in the
-- establishment, whatever the stay.
SELECT DISTINCT p.scenario, p.finess_et, p.id_personne, r.id_dossier
FROM recalcul.presents AS p
INNER JOIN registre AS r ON p.finess_et = r.finess_et AND p.id_personne = r.id_personne
WHERE p.projet_possible = 1 AND r.id_dossier IS NOT NULL
