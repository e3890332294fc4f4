-- Dossiers actifs.
SELECT scenario, finess_et, count(*) AS numerateur
FROM recalcul.actifs
GROUP BY scenario, finess_et
