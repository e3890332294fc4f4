-- What the default computation counts, one by one: dossiers for three indicators, persons for the DMP.
SELECT a.finess_et, 'dossiers_actifs' AS indicateur, a.id_dossier AS identifiant
FROM recalcul.actifs AS a
UNION ALL
SELECT a.finess_et, 'projet_personnalise' AS indicateur, a.id_dossier AS identifiant
FROM recalcul.actifs AS a
INNER JOIN recalcul.avec_projet AS p ON a.finess_et = p.finess_et AND a.id_dossier = p.id_dossier
UNION ALL
SELECT a.finess_et, 'evenement_agenda' AS indicateur, a.id_dossier AS identifiant
FROM recalcul.actifs AS a
INNER JOIN recalcul.avec_agenda AS g ON a.finess_et = g.finess_et AND a.id_dossier = g.id_dossier
UNION ALL
SELECT s.finess_et, 'dmp' AS indicateur, s.id_personne AS identifiant
FROM recalcul.servis AS s
