-- Persons accompanied, and those of them who may have a projet d'accueil et d'accompagnement: the denominators.
SELECT
    scenario,
    finess_et,
    count(DISTINCT id_personne) AS accompagnees,
    count(DISTINCT CASE WHEN projet_possible = 1 THEN id_personne END) AS possibles
FROM recalcul.presents
GROUP BY scenario, finess_et
