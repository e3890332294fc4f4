-- The facts, anywhere, of the dossiers among the candidates, or of the persons among them.
SELECT d.*
FROM recalcul.faits_dossiers AS d
WHERE
    d.id_dossier IN (SELECT c.identifiant FROM recalcul.candidats AS c WHERE c.indicateur <> 'dmp')
    OR d.id_dossier IN (SELECT i.id_dossier FROM recalcul.inscrits AS i WHERE i.id_dossier IS NOT NULL)
