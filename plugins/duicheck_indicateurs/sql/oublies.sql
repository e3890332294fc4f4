-- What the log counts and the decompte does not.
SELECT c.finess_et, c.indicateur, c.identifiant, CAST(NULL AS BIGINT) AS premiere
FROM recalcul.comptes AS c
WHERE NOT EXISTS (
    SELECT 1 FROM recalcul.decomptes AS d
    WHERE d.finess_et = c.finess_et AND d.indicateur = c.indicateur AND d.identifiant = c.identifiant
)
