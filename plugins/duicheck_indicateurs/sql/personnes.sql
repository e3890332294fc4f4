-- Persons accompanied, and those of them who may have a projet d'accueil et d'accompagnement: the denominators.
SELECT scenario, finess_et, count(*) AS accompagnees, sum(projet_possible) AS possibles
FROM (
    SELECT scenario, finess_et, id_personne, max(projet_possible) AS projet_possible
    FROM recalcul.presents
    GROUP BY scenario, finess_et, id_personne
) AS personnes
GROUP BY scenario, finess_et
