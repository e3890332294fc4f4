"""Bounds in the report: only when rows were rejected, and a target that hangs on them is not decided."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from duicheck.formats import validator
from duicheck.harness import check
from duicheck.plugins import load_plugins

PETITE = Path(__file__).parents[2] / "fixtures" / "livraisons" / "petite"


def _rapport(dossier: Path, fichier: str, avant: str, apres: str) -> dict[str, Any]:
    shutil.copytree(PETITE, dossier / "livraison")
    chemin = dossier / "livraison" / fichier
    texte = chemin.read_text(encoding="utf-8")
    assert texte.count(avant) == 1
    chemin.write_text(texte.replace(avant, apres), encoding="utf-8", newline="")
    rapport = check(dossier / "livraison", load_plugins())
    validator("rapport").validate(rapport)
    return rapport


def _lignes(rapport: dict[str, Any], finess: str) -> dict[str, Any]:
    (trouve,) = [e for e in rapport["etablissements"] if e["finess_et"] == finess]
    return {ligne["code"]: ligne for ligne in trouve["indicateurs"]} | {"": trouve}


def test_sans_rejet_aucune_borne() -> None:
    rapport = check(PETITE, load_plugins())
    lignes = [i for e in rapport["etablissements"] for i in e["indicateurs"]] + rapport["projet"]["indicateurs"]
    assert not any("bornes" in ligne or "fermete" in ligne for ligne in lignes)


def test_un_evenement_illisible_rend_fragile_ce_qui_tient_a_un_dossier(tmp_path: Path) -> None:
    rapport = _rapport(tmp_path, "journal.csv", "alimentation_dmp,succes,doc-04", "alimentation_dmp,reussi,doc-04")
    lignes = _lignes(rapport, "970302287")
    # Six persons out of ten are left, the target is seven: the rejected row decides.
    assert lignes["dmp"]["bornes"] == {"numerateur": [5, 7], "denominateur": [10, 10], "taux": [50.0, 70.0]}
    assert lignes["dmp"]["fermete"] == "fragile"
    # Nine out of ten are there: one event more cannot take one away.
    assert lignes["dossiers_actifs"]["bornes"]["numerateur"] == [9, 10]
    assert lignes["dossiers_actifs"]["fermete"] == "ferme"
    assert lignes[""]["cibles"] == rapport["cibles"] == "indeterminees"


def test_un_sejour_illisible_peut_faire_manquer_une_cible_atteinte(tmp_path: Path) -> None:
    rapport = _rapport(tmp_path, "registre.csv", "p-10,d-10,970302287,2024-01-08", "p-10,d-10,970302287,2024-13-08")
    lignes = _lignes(rapport, "970302287")
    assert lignes["dossiers_actifs"]["recalcule"] == {"numerateur": 9, "denominateur": 9}
    assert lignes["dossiers_actifs"]["bornes"]["denominateur"] == [9, 10]
    assert lignes["dossiers_actifs"]["fermete"] == "ferme"
    assert lignes["mssante"]["bornes"]["taux"] == [70.0, 77.78]
    assert lignes["mssante"]["fermete"] == "ferme"


def test_ce_qui_ne_peut_plus_etre_atteint_est_dit(tmp_path: Path) -> None:
    rapport = _rapport(
        tmp_path,
        "journal.csv",
        "e-16,2025-06-17T16:45:00-03:00,970302287,,message_mssante,envoye,m-01,,professionnelle,a-1\n",
        "e-16,illisible,970302287,,message_mssante,envoye,m-01,,professionnelle,a-1\n"
        "e-20,2025-06-26T16:45:00-03:00,010000024,,message_mssante,envoye,m-02,,citoyenne,a-2\n",
    )
    # e-20 is said twice, the least counts: the messages of the first establishment fall to five, and one may come back.
    lignes = _lignes(rapport, "970302287")
    assert lignes["mssante"]["bornes"]["numerateur"] == [5, 6]
    assert lignes["mssante"]["fermete"] == "impossible"
    assert lignes[""]["cibles"] == rapport["cibles"] == "non_atteintes"


@pytest.mark.parametrize("fichier", ["indicateurs.csv"])
def test_une_ligne_illisible_de_l_export_ne_borne_rien(tmp_path: Path, fichier: str) -> None:
    rapport = _rapport(tmp_path, fichier, "970302287,dmp,2025-06-15", "970302287,dmp,2025-06-31")
    assert not any("bornes" in ligne for e in rapport["etablissements"] for ligne in e["indicateurs"])
