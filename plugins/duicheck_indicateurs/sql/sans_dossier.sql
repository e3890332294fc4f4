-- Persons of the denominator who have no dossier: they weigh on the rate of dossiers actifs, and no event can help.
SELECT p.finess_et, 'dossiers_actifs' AS indicateur, p.id_personne AS identifiant, 'sans_dossier' AS cause
FROM recalcul.presents AS p
GROUP BY p.finess_et, p.id_personne
HAVING count(p.id_dossier) = 0
