-- Who could count and does not: in the denominator, and not in the numerator.
-- A person without a dossier has her own query; a message has no denominator of messages.
SELECT possibles.finess_et, possibles.indicateur, possibles.identifiant, CAST(NULL AS BIGINT) AS premiere
FROM (
    SELECT DISTINCT finess_et, 'dossiers_actifs' AS indicateur, id_dossier AS identifiant
    FROM recalcul.presents
    WHERE id_dossier IS NOT NULL
    UNION ALL
    SELECT finess_et, 'projet_personnalise' AS indicateur, id_dossier AS identifiant
    FROM recalcul.actifs
    UNION ALL
    SELECT finess_et, 'evenement_agenda' AS indicateur, id_dossier AS identifiant
    FROM recalcul.actifs
    UNION ALL
    SELECT DISTINCT p.finess_et, 'dmp' AS indicateur, p.id_personne AS identifiant
    FROM recalcul.presents AS p
    INNER JOIN recalcul.fenetres AS f ON p.finess_et = f.finess_et
    WHERE p.projet_possible = 1 AND f.dmp <> 'documents'
) AS possibles
LEFT JOIN recalcul.comptes AS c
    ON
        possibles.finess_et = c.finess_et
        AND possibles.indicateur = c.indicateur
        AND possibles.identifiant = c.identifiant
WHERE c.finess_et IS NULL
