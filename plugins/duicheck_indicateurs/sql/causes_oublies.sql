-- What sets a forgotten dossier or person apart: for each candidate, the first reason that holds.
-- These are reasons for which a vendor may have left it out; they accuse nobody.
WITH ailleurs AS (
    SELECT DISTINCT d.indicateur, d.identifiant
    FROM recalcul.decomptes AS d
    WHERE d.identifiant IN (SELECT identifiant FROM recalcul.candidats)
),

suivis AS (
    SELECT DISTINCT finess_et FROM recalcul.decomptes WHERE indicateur = 'dossiers_actifs'
),

actifs_listes AS (
    SELECT d.finess_et, d.identifiant
    FROM recalcul.decomptes AS d
    WHERE d.indicateur = 'dossiers_actifs' AND d.finess_et IN (SELECT finess_et FROM recalcul.lot)
),

-- Present on the last day.
sejours AS (
    SELECT r.finess_et, r.id_personne, r.id_dossier
    FROM registre AS r
    INNER JOIN recalcul.fenetres AS f ON r.finess_et = f.finess_et
    WHERE
        r.finess_et IN (SELECT finess_et FROM recalcul.lot)
        AND r.date_entree <= f.fin
        AND (r.date_sortie IS NULL OR r.date_sortie >= f.fin)
),

restes AS (
    SELECT finess_et, 'dossiers_actifs' AS indicateur, id_dossier AS identifiant
    FROM sejours
    UNION
    SELECT finess_et, 'dmp' AS indicateur, id_personne AS identifiant
    FROM sejours
),

-- The projects and the agenda entries that count at the window's end: another one explains nothing.
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
    WHERE
        e.etat IN ('en_preparation', 'actif', 'planifie', 'realise')
        AND (
            e.type = 'projet_personnalise'
            OR f.agenda <> 'date_dans_fenetre'
            OR e.date_evenement BETWEEN f.debut AND f.fin
        )
        AND e.finess_et IN (SELECT finess_et FROM recalcul.lot)
    GROUP BY e.finess_et, e.id_dossier, e.type
)

SELECT
    c.finess_et,
    c.indicateur,
    c.identifiant,
    c.premiere,
    CASE
        WHEN w.identifiant IS NOT NULL THEN 'compte_ailleurs'
        WHEN
            c.indicateur IN ('projet_personnalise', 'evenement_agenda')
            AND s.finess_et IS NOT NULL
            AND k.identifiant IS NULL
            THEN 'actif_non_compte'
        WHEN o.saisi = 0 THEN 'objet_anterieur'
        WHEN c.indicateur = 'projet_personnalise' AND o.actif = 0 THEN 'projet_en_preparation'
        WHEN c.indicateur = 'evenement_agenda' AND o.realise = 0 THEN 'evenement_non_realise'
        WHEN c.indicateur IN ('dossiers_actifs', 'dmp') AND r.identifiant IS NULL THEN 'sorti_avant_la_fin'
        WHEN c.indicateur = 'dossiers_actifs' AND d.explicite = 0 THEN 'sans_mise_a_jour_explicite'
        ELSE 'non_explique'
    END AS cause
FROM recalcul.candidats AS c
LEFT JOIN ailleurs AS w ON c.indicateur = w.indicateur AND c.identifiant = w.identifiant
LEFT JOIN suivis AS s ON c.finess_et = s.finess_et
LEFT JOIN actifs_listes AS k ON c.finess_et = k.finess_et AND c.identifiant = k.identifiant
LEFT JOIN objets AS o ON c.finess_et = o.finess_et AND c.identifiant = o.id_dossier AND c.indicateur = o.type
LEFT JOIN restes AS r ON c.finess_et = r.finess_et AND c.identifiant = r.identifiant AND c.indicateur = r.indicateur
LEFT JOIN recalcul.faits AS d ON c.finess_et = d.finess_et AND c.identifiant = d.id_dossier
