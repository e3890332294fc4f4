-- Why a person is not counted for the DMP: for each candidate, the first reason that holds (order: causes_dossiers.sql).
WITH ici AS (
    SELECT
        r.finess_et,
        r.id_personne,
        count(r.id_dossier) AS dossiers,
        max(d.document) AS document,
        max(d.supprime) AS supprime,
        max(d.echec) AS echec
    FROM recalcul.inscrits AS r
    LEFT JOIN recalcul.faits AS d ON r.finess_et = d.finess_et AND r.id_dossier = d.id_dossier
    GROUP BY r.finess_et, r.id_personne
),

presents AS (
    SELECT finess_et, id_personne, max(projet_possible) AS projet_possible
    FROM recalcul.presents
    WHERE finess_et IN (SELECT finess_et FROM recalcul.lot)
    GROUP BY finess_et, id_personne
),

partout AS (
    SELECT r.id_personne, min(d.finess_et) AS premier, max(d.finess_et) AS dernier
    FROM recalcul.inscrits AS r
    LEFT JOIN recalcul.faits AS d ON r.id_dossier = d.id_dossier AND d.document = 1
    GROUP BY r.id_personne
)

SELECT
    c.finess_et,
    c.indicateur,
    c.identifiant,
    c.premiere,
    CASE
        WHEN p.id_personne IS NULL THEN 'personne_inconnue'
        WHEN i.id_personne IS NULL THEN 'autre_etablissement'
        WHEN s.id_personne IS NULL THEN 'hors_sejour'
        WHEN s.projet_possible = 0 THEN 'projet_impossible'
        WHEN i.dossiers = 0 THEN 'sans_dossier'
        WHEN i.supprime = 1 THEN 'document_supprime'
        WHEN i.echec = 1 THEN 'echec'
        WHEN i.document = 1 THEN 'hors_fenetre'
        WHEN p.premier <> c.finess_et OR p.dernier <> c.finess_et THEN 'evenement_ailleurs'
        ELSE 'aucun_evenement'
    END AS cause
FROM recalcul.candidats AS c
LEFT JOIN ici AS i ON c.finess_et = i.finess_et AND c.identifiant = i.id_personne
LEFT JOIN presents AS s ON c.finess_et = s.finess_et AND c.identifiant = s.id_personne
LEFT JOIN partout AS p ON c.identifiant = p.id_personne
WHERE c.indicateur = 'dmp'
