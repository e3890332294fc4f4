-- Why a dossier is not counted: for each candidate, the first reason that holds, from the register to the log and,
-- in the log, from the window outwards (what happens in the window is rarer, hence tells more, than what is outside).
-- What is here is tried before what is anywhere: the latter is then elsewhere.
WITH partout AS (
    SELECT
        id_dossier,
        max(inscrit) AS inscrit,
        max(dans_fenetre) AS dans_fenetre,
        max(projet) AS projet,
        max(agenda) AS agenda
    FROM recalcul.faits
    GROUP BY id_dossier
)

SELECT
    c.finess_et,
    c.indicateur,
    c.identifiant,
    c.premiere,
    CASE
        WHEN coalesce(p.inscrit, 0) = 0 THEN 'dossier_inconnu'
        WHEN coalesce(d.inscrit, 0) = 0 THEN 'autre_etablissement'
        WHEN d.present = 0 THEN 'hors_sejour'
        WHEN c.indicateur = 'dossiers_actifs'
            THEN CASE
                WHEN d.dans_fenetre = 1 THEN 'type_non_compte'
                WHEN d.mis_a_jour = 1 THEN 'hors_fenetre'
                WHEN p.dans_fenetre = 1 THEN 'evenement_ailleurs'
                ELSE 'aucun_evenement'
            END
        WHEN d.actif = 0 THEN 'dossier_inactif'
        WHEN c.indicateur = 'evenement_agenda'
            THEN CASE
                WHEN d.annule = 1 THEN 'evenement_annule'
                WHEN d.agenda = 1 THEN 'hors_fenetre'
                WHEN p.agenda = 1 THEN 'evenement_ailleurs'
                ELSE 'aucun_evenement'
            END
        WHEN f.projet = 'etat_fin' AND d.projet_avant_la_fin = 1 THEN 'projet_clos'
        WHEN f.projet = 'dans_fenetre' AND d.projet = 1 AND d.projet_ouvert = 0 THEN 'projet_clos'
        WHEN d.projet = 1 THEN 'hors_fenetre'
        WHEN p.projet = 1 THEN 'evenement_ailleurs'
        ELSE 'aucun_evenement'
    END AS cause
FROM recalcul.candidats AS c
INNER JOIN recalcul.fenetres AS f ON c.finess_et = f.finess_et
LEFT JOIN recalcul.faits AS d ON c.finess_et = d.finess_et AND c.identifiant = d.id_dossier
LEFT JOIN partout AS p ON c.identifiant = p.id_dossier
WHERE c.indicateur IN ('dossiers_actifs', 'projet_personnalise', 'evenement_agenda')
