-- Persons accompanied who may have a projet d'accueil et d'accompagnement: the denominator of MSSanté and of the DMP.
SELECT scenario, finess_et, count(DISTINCT id_personne) AS denominateur
FROM recalcul.presents
WHERE projet_possible = 1
GROUP BY scenario, finess_et
