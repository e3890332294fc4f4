-- What the decompte counts and the log does not, with the first row that says it.
SELECT d.finess_et, d.indicateur, d.identifiant, d.premiere
FROM recalcul.decomptes AS d
WHERE NOT EXISTS (
    SELECT 1 FROM recalcul.comptes AS c
    WHERE c.finess_et = d.finess_et AND c.indicateur = d.indicateur AND c.identifiant = d.identifiant
)
