"""Every small situation, counted in SQL and by brute force, under every hypothesis."""

from __future__ import annotations

import brute_force
import pytest
from situations import DEPARTS, MESURE, etablir
from tables_recalcul import textes

from duicheck.model import Comptes
from duicheck_indicateurs.recalcul import recalculer


@pytest.mark.parametrize("texte", ["2025-40", "2021-amorcage"])
def test_chaque_situation_se_compte_comme_par_force_brute(texte: str) -> None:
    livrees, scenarios, journal, registre = etablir(texte)
    simples = textes()[texte].get("indicateurs_simples_comptes", ())
    resultats = recalculer(journal, registre, livrees, scenarios, simples)
    for scenario, depart in zip(scenarios, DEPARTS, strict=True):
        for finess, (siens, registre_du_lieu) in livrees.items():
            attendu = brute_force.compter(
                siens, registre_du_lieu, finess, texte=texte, mesure=MESURE, phase="projet", hypotheses=depart
            )
            obtenu = {code: resultats[scenario.id][finess, code] for code in attendu}
            voulu = {code: Comptes(*entiers) for code, entiers in attendu.items()}
            assert obtenu == voulu, (depart, siens, registre_du_lieu)
