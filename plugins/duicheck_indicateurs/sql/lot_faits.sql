-- The facts, anywhere, of the dossiers among the candidates, and of the dossiers of the persons among them.
SELECT d.*
FROM recalcul.faits_dossiers AS d
WHERE
    d.id_dossier IN (SELECT c.identifiant FROM recalcul.candidats AS c)
    OR d.id_dossier IN (SELECT i.id_dossier FROM recalcul.inscrits AS i)
