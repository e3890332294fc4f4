"""The causes add up to the gap, exactly, whatever the vendor lists and whatever the log holds."""

from __future__ import annotations

from typing import Any

import brute_force
import pytest
from calculs import CODES, calculer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_brute_force import EXEMPLES, cas

from duicheck.errors import NotApplicable
from duicheck_indicateurs.causes import CAUSES, DOUBLON
from duicheck_indicateurs.comptage import Comptage
from duicheck_indicateurs.rapprochement import rapprochements_de_la_livraison

IDENTIFIANTS = {
    "mssante": [f"E{rang}" for rang in range(12)],
    "dmp": [*(f"P{rang}" for rang in range(1, 5)), "P9"],
    **{code: ["D1", "D2", "D3", "D9"] for code in ("dossiers_actifs", "projet_personnalise", "evenement_agenda")},
}
"""Some are in the generated logs and registers, some in none."""


@st.composite
def decomptes(draw: st.DrawFn) -> tuple[dict[str, Any], list[tuple[str, str, str]], dict[tuple[str, str], Any]]:
    """A small delivery, a decompte that may say anything, and an export that may say anything else."""
    tire = draw(cas())
    # The identifiers of the messages of the case itself make most of the list of messages.
    evenements = [e["id_evenement"] for e in tire["journal"]] or ["E1"]
    lignes = []
    for finess in tire["etablissements"]:
        for code in CODES:
            possibles = IDENTIFIANTS[code] + (evenements if code == "mssante" else [])
            lignes += [(finess, code, cle) for cle in draw(st.lists(st.sampled_from(possibles), max_size=5))]
    exporte = {
        (finess, code): (draw(st.integers(0, 6)), draw(st.integers(0, 6)))
        for finess in tire["etablissements"]
        for code in CODES
    }
    return tire, lignes, exporte


@settings(max_examples=EXEMPLES // 4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(decomptes())
def test_les_causes_font_exactement_l_ecart(tirage: tuple[Any, ...]) -> None:
    tire, lignes, exporte = tirage
    hypotheses = tire["hypotheses"][0]
    situation = {nom: tire[nom] for nom in ("texte", "mesure", "premiere", "phase")}
    parts = calculer(tire["journal"], tire["registre"], exporte, hypotheses=hypotheses, decompte=lignes, **situation)
    comptage = parts.calcul.comptage
    assert isinstance(comptage, Comptage), comptage
    try:
        rapprochements = rapprochements_de_la_livraison.build(
            decompte=parts.decompte,
            mesures=parts.mesures,
            comptage=comptage,
            fenetre=parts.fenetre,
            hypotheses=parts.hypotheses,
        )
    except NotApplicable:
        assert not lignes
        return

    for finess in tire["etablissements"]:
        vrai = brute_force.compter(tire["journal"], tire["registre"], finess, hypotheses=hypotheses, **situation)
        for code in CODES:
            liste = [cle for ou, quoi, cle in lignes if (ou, quoi) == (finess, code)]
            trouve = rapprochements.par_ligne.get((finess, code))
            if code == "dmp" and hypotheses["dmp"] == "documents":
                assert trouve is None
                continue
            if not liste and exporte[finess, code][0]:
                assert trouve is None
                assert rapprochements.absents[finess, code] == exporte[finess, code][0]
                continue
            assert trouve is not None
            assert trouve.ecart == exporte[finess, code][0] - vrai[code][0]
            assert trouve.somme == trouve.ecart, trouve
            assert trouve.lignes == len(liste)
            assert trouve.doublons.nombre == len(liste) - len(set(liste))
            causes = [cause.cause for cause in (*trouve.a_tort, *trouve.oublies)]
            assert set(causes) <= set(CAUSES) - {DOUBLON}
            assert all(cause.nombre > 0 for cause in (*trouve.a_tort, *trouve.oublies))
            assert len(causes) == len(set(causes)), "each cause once"


@settings(max_examples=EXEMPLES // 4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cas())
def test_ce_qui_n_est_pas_compte_fait_ce_qui_manque_au_numerateur(tire: dict[str, Any]) -> None:
    hypotheses = tire["hypotheses"][0]
    situation = {nom: tire[nom] for nom in ("texte", "mesure", "premiere", "phase")}
    exporte = {(finess, code): (0, 0) for finess in tire["etablissements"] for code in CODES}
    parts = calculer(tire["journal"], tire["registre"], exporte, hypotheses=hypotheses, **situation)
    comptage = parts.calcul.comptage
    assert isinstance(comptage, Comptage), comptage
    nommes = {}
    for groupe in comptage.non_comptes.groupes():
        cle = (groupe.finess_et, groupe.indicateur)
        nommes.setdefault(cle, []).extend(groupe.identifiants)
        assert comptage.non_comptes.nombres[cle][groupe.cause] == len(groupe.identifiants)
    for finess in tire["etablissements"]:
        vrai = brute_force.compter(tire["journal"], tire["registre"], finess, hypotheses=hypotheses, **situation)
        for code in ("projet_personnalise", "evenement_agenda", "dmp"):
            numerateur, denominateur = vrai[code]
            if denominateur is None or (code == "dmp" and hypotheses["dmp"] == "documents"):
                continue
            manques = nommes.get((finess, code), [])
            assert len(manques) == len(set(manques)) == denominateur - numerateur

    # Where nobody asks for names the sets may be left out: what is said of missed targets is the same.
    sans_noms = calculer(
        tire["journal"], tire["registre"], exporte, hypotheses=hypotheses, nommer=False, **situation
    ).calcul.comptage
    assert isinstance(sans_noms, Comptage), sans_noms
    for mesure in parts.mesures.etablissements:
        if not mesure.atteinte:
            cle = (mesure.finess_et, mesure.code)
            assert sans_noms.non_comptes.nombres.get(cle) == comptage.non_comptes.nombres.get(cle)


@pytest.mark.parametrize("cause", sorted(CAUSES))
def test_chaque_cause_a_un_libelle(cause: str) -> None:
    assert CAUSES[cause].libelle
