-- Who could count and does not: in the denominator, and not in the numerator.
-- A person without a dossier has her own query; a message has no denominator of messages.
SELECT DISTINCT p.finess_et, 'dossiers_actifs' AS indicateur, p.id_dossier AS identifiant
FROM recalcul.presents AS p
WHERE
    p.id_dossier IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM recalcul.actifs AS a WHERE a.finess_et = p.finess_et AND a.id_dossier = p.id_dossier
    )
UNION ALL
SELECT a.finess_et, 'projet_personnalise' AS indicateur, a.id_dossier AS identifiant
FROM recalcul.actifs AS a
WHERE NOT EXISTS (
    SELECT 1 FROM recalcul.avec_projet AS p WHERE p.finess_et = a.finess_et AND p.id_dossier = a.id_dossier
)
UNION ALL
SELECT a.finess_et, 'evenement_agenda' AS indicateur, a.id_dossier AS identifiant
FROM recalcul.actifs AS a
WHERE NOT EXISTS (
    SELECT 1 FROM recalcul.avec_agenda AS g WHERE g.finess_et = a.finess_et AND g.id_dossier = a.id_dossier
)
UNION ALL
SELECT DISTINCT p.finess_et, 'dmp' AS indicateur, p.id_personne AS identifiant
FROM recalcul.presents AS p
INNER JOIN recalcul.fenetres AS f ON p.finess_et = f.finess_et
WHERE
    p.projet_possible = 1
    AND f.dmp <> 'documents'
    AND NOT EXISTS (
        SELECT 1 FROM recalcul.servis AS s WHERE s.finess_et = p.finess_et AND s.id_personne = p.id_personne
    )
