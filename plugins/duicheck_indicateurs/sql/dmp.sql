-- Persons of the denominator whose DMP was fed in the window.
SELECT scenario, finess_et, count(*) AS numerateur
FROM recalcul.servis
GROUP BY scenario, finess_et
