-- MSSanté messages of the establishment in the window.
SELECT scenario, finess_et, sum(nombre) AS numerateur
FROM recalcul.envois
GROUP BY scenario, finess_et
