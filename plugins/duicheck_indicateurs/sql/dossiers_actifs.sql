-- Dossiers actifs over persons accompanied.
SELECT p.scenario, p.finess_et, coalesce(max(a.actifs), 0) AS numerateur, count(DISTINCT p.id_personne) AS denominateur
FROM recalcul.presents AS p
LEFT JOIN (
    SELECT scenario, finess_et, count(*) AS actifs FROM recalcul.actifs GROUP BY scenario, finess_et
) AS a ON p.scenario = a.scenario AND p.finess_et = a.finess_et
GROUP BY p.scenario, p.finess_et
