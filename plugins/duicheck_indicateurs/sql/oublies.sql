-- What the log counts and the decompte does not, and what sets it apart: the first reason that holds.
-- These reasons are those for which a vendor may have left it out; they accuse nobody.
WITH oublies AS (
    SELECT c.finess_et, c.indicateur, c.identifiant
    FROM recalcul.comptes AS c
    WHERE NOT EXISTS (
        SELECT 1 FROM recalcul.decomptes AS d
        WHERE d.finess_et = c.finess_et AND d.indicateur = c.indicateur AND d.identifiant = c.identifiant
    )
),

ailleurs AS (
    SELECT DISTINCT indicateur, identifiant FROM recalcul.decomptes
),

suivis AS (
    SELECT DISTINCT finess_et FROM recalcul.decomptes WHERE indicateur = 'dossiers_actifs'
),

-- Present on the last day, by dossier and by person: the two kinds of identifiers do not meet in one indicator.
restes AS (
    SELECT r.finess_et, 'dossier' AS nature, r.id_dossier AS identifiant
    FROM registre AS r
    INNER JOIN recalcul.fenetres AS f ON r.finess_et = f.finess_et
    WHERE r.id_dossier IS NOT NULL AND r.date_entree <= f.fin AND (r.date_sortie IS NULL OR r.date_sortie >= f.fin)
    UNION
    SELECT r.finess_et, 'personne' AS nature, r.id_personne AS identifiant
    FROM registre AS r
    INNER JOIN recalcul.fenetres AS f ON r.finess_et = f.finess_et
    WHERE r.date_entree <= f.fin AND (r.date_sortie IS NULL OR r.date_sortie >= f.fin)
),

explicites AS (
    SELECT DISTINCT a.finess_et, a.id_dossier
    FROM recalcul.activite AS a
    INNER JOIN recalcul.fenetres AS f ON a.finess_et = f.finess_et AND a.tranche BETWEEN f.premiere AND f.derniere
    WHERE a.explicite = 1
),

objets AS (
    SELECT
        e.finess_et,
        e.id_dossier,
        e.type,
        max(CASE WHEN e.etat = 'actif' THEN 1 ELSE 0 END) AS actif,
        max(CASE WHEN e.etat = 'realise' THEN 1 ELSE 0 END) AS realise,
        max(CASE WHEN e.tranche >= f.premiere THEN 1 ELSE 0 END) AS saisi
    FROM recalcul.etats AS e
    INNER JOIN recalcul.fenetres AS f
        ON e.finess_et = f.finess_et AND e.tranche <= f.derniere AND (e.jusque IS NULL OR e.jusque > f.derniere)
    WHERE e.type IN ('projet_personnalise', 'evenement_agenda')
    GROUP BY e.finess_et, e.id_dossier, e.type
)

SELECT
    c.finess_et,
    c.indicateur,
    c.identifiant,
    CASE
        WHEN w.identifiant IS NOT NULL THEN 'compte_ailleurs'
        WHEN c.indicateur = 'mssante' AND e.canal = 'citoyenne' THEN 'messagerie_citoyenne'
        WHEN c.indicateur = 'mssante' AND e.id_dossier IS NULL THEN 'message_sans_dossier'
        WHEN c.indicateur = 'mssante' THEN 'non_explique'
        WHEN
            c.indicateur IN ('projet_personnalise', 'evenement_agenda')
            AND s.finess_et IS NOT NULL
            AND k.identifiant IS NULL
            THEN 'actif_non_compte'
        WHEN c.indicateur = 'projet_personnalise' AND o.saisi = 0 THEN 'objet_anterieur'
        WHEN c.indicateur = 'projet_personnalise' AND o.actif = 0 THEN 'projet_en_preparation'
        WHEN c.indicateur = 'evenement_agenda' AND o.saisi = 0 THEN 'objet_anterieur'
        WHEN c.indicateur = 'evenement_agenda' AND o.realise = 0 THEN 'evenement_non_realise'
        WHEN c.indicateur IN ('dossiers_actifs', 'dmp') AND r.identifiant IS NULL THEN 'sorti_avant_la_fin'
        WHEN c.indicateur = 'dossiers_actifs' AND x.id_dossier IS NULL THEN 'sans_mise_a_jour_explicite'
        ELSE 'non_explique'
    END AS cause
FROM oublies AS c
LEFT JOIN ailleurs AS w ON c.indicateur = w.indicateur AND c.identifiant = w.identifiant
LEFT JOIN suivis AS s ON c.finess_et = s.finess_et
LEFT JOIN recalcul.decomptes AS k
    ON c.finess_et = k.finess_et AND k.indicateur = 'dossiers_actifs' AND c.identifiant = k.identifiant
LEFT JOIN recalcul.evenements AS e ON c.indicateur = 'mssante' AND c.identifiant = e.id_evenement
LEFT JOIN objets AS o ON c.finess_et = o.finess_et AND c.identifiant = o.id_dossier AND c.indicateur = o.type
LEFT JOIN restes AS r
    ON
        c.finess_et = r.finess_et
        AND c.identifiant = r.identifiant
        AND CASE WHEN c.indicateur = 'dmp' THEN 'personne' ELSE 'dossier' END = r.nature
LEFT JOIN explicites AS x ON c.finess_et = x.finess_et AND c.identifiant = x.id_dossier
