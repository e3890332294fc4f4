-- What the default computation counts, one by one: dossiers for three indicators, persons for the DMP.
SELECT a.finess_et, 'dossiers_actifs' AS indicateur, a.id_dossier AS identifiant
FROM recalcul.actifs AS a
UNION ALL
SELECT a.finess_et, 'projet_personnalise' AS indicateur, a.id_dossier AS identifiant
FROM recalcul.actifs AS a
WHERE EXISTS (
    SELECT 1 FROM recalcul.avec_projet AS p
    WHERE p.finess_et = a.finess_et AND p.id_dossier = a.id_dossier
)
UNION ALL
SELECT a.finess_et, 'evenement_agenda' AS indicateur, a.id_dossier AS identifiant
FROM recalcul.actifs AS a
WHERE EXISTS (
    SELECT 1 FROM recalcul.avec_agenda AS g
    WHERE g.finess_et = a.finess_et AND g.id_dossier = a.id_dossier
)
UNION ALL
SELECT s.finess_et, 'dmp' AS indicateur, s.id_personne AS identifiant
FROM recalcul.servis AS s
