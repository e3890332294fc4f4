"""Causes, counted over every small situation: what one of them becomes must be seen, whatever it becomes.

The sums are held to brute force by chance (test_somme.py); here each cause has its number, by family of situations and
by indicator, in causes_situations.json. After a change that is meant: `DUICHECK_ECRIRE=1 pytest` this file, and read
the difference: each number says how many situations of the family have that cause.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import situations
from calculs import CODES, calculer

from duicheck_indicateurs import comptage
from duicheck_indicateurs.causes import CAUSES
from duicheck_indicateurs.comptage import Comptage

GARDE = Path(__file__).with_name("causes_situations.json")
DEPARTS = (
    {},
    {"mise_a_jour": "explicite", "messages": "professionnels", "dmp": "tentatives"},
    {"projet": "dans_fenetre", "agenda": "saisi_dans_fenetre", "messages": "avec_recus"},
    {"mise_a_jour": "tout", "agenda": "existe", "denominateur": "presence_fin", "messages": "avec_echecs"},
)


def _liste(
    rang: int, finess: str, siens: list[dict[str, Any]], voisins: list[dict[str, Any]]
) -> list[tuple[str, str, str]]:
    """What the vendor lists: (almost) nothing, what is here, the same twice and what is nowhere, or what is next."""
    noms = {
        "mssante": [un["id_evenement"] for un in siens],
        "dmp": ["P", "Q"],
        **{code: ["D", "D2"] for code in ("dossiers_actifs", "projet_personnalise", "evenement_agenda")},
    }
    genre = rang // 3 % 4
    if genre == 0:
        return [(finess, "dossiers_actifs", "D"), (finess, "mssante", "INCONNU")] if rang % 2 else []
    if genre == 1:
        return [(finess, code, nom) for code in CODES for nom in noms[code]]
    if genre == 2:
        return [(finess, code, nom) for code in CODES for nom in [*noms[code], *noms[code], f"INCONNU-{rang}"]]
    noms["mssante"] = [un["id_evenement"] for un in voisins]
    return [(finess, code, nom) for code in ("mssante", "dmp", "eprescription") for nom in noms.get(code, ["E"])]


def _compter(depart: dict[str, str]) -> dict[str, dict[str, int]]:
    """« family, indicator » -> cause -> how many."""
    livrees = situations.livrer(situations.SITUATIONS)
    finess = list(livrees)
    # Pseudonyms are of one establishment each, but for one pair in five: theirs are met in the other of the two.
    journal, registre, lignes = [], [], []
    for rang, (ou, (siens, sejours)) in enumerate(livrees.items()):
        propres = f"-{rang - rang % 2 if rang % 10 < 2 else rang}"
        voisins = livrees[finess[rang - 1]][0]
        journal += [{**un, "id_dossier": un["id_dossier"] and un["id_dossier"] + propres} for un in siens]
        registre += [
            {
                **un,
                "id_dossier": un["id_dossier"] and un["id_dossier"] + propres,
                "id_personne": un["id_personne"] + propres,
            }
            for un in sejours
        ]
        lignes += [
            (la, code, nom if code == "mssante" or nom.startswith("INCONNU") else nom + propres)
            for la, code, nom in _liste(rang, ou, siens, voisins)
        ]
    exporte = {(ou, code): (0, 0) for ou in finess for code in CODES}
    parts = calculer(
        journal,
        registre,
        exporte,
        texte="2025-40",
        mesure=situations.MESURE,
        hypotheses=depart,
        decompte=lignes,
        rejets=(1, 1),
    )
    compte = parts.calcul.comptage
    assert isinstance(compte, Comptage), compte
    _verifier_l_ordre(compte)
    familles = dict(zip(finess, situations.FAMILLES, strict=True))
    trouve: dict[str, Counter[str]] = {}
    for (ou, code), causes in compte.non_comptes.nombres.items():
        trouve.setdefault(f"{familles[ou]}, {code}", Counter()).update(causes)
    assert compte.faces is not None
    for (ou, code), face in compte.faces.items():
        siennes = trouve.setdefault(f"{familles[ou]}, {code}", Counter())
        siennes["(lignes)"] += face.lignes
        siennes["(doublons)"] += face.doublons.nombre
        siennes["(doublons, lignes)"] += face.doublons.premiere or 0
        for cote, causes in (("à tort", face.a_tort), ("oubli", face.oublies)):
            for cause in causes:
                siennes[f"{cote} : {cause.cause}"] += cause.nombre
                siennes[f"({cote}, lignes)"] += cause.premiere or 0
    for ou, latitude in compte.latitudes.items():
        siennes = trouve.setdefault(f"{familles[ou]}, latitudes", Counter())
        for nom in ("orphelins", "dossiers", "partage", "documents"):
            siennes[nom] += getattr(latitude, nom)
    return {cle: dict(sorted(causes.items())) for cle, causes in sorted(trouve.items())}


def _verifier_l_ordre(compte: Comptage) -> None:
    """The most frequent cause first; the list of those who are not counted is that of the numbers, in order."""
    nombres = compte.non_comptes.nombres
    assert list(nombres) == sorted(nombres)
    for causes in nombres.values():
        assert list(causes) == sorted(causes, key=lambda cause: (-causes[cause], cause))
    for face in (compte.faces or {}).values():
        for causes in (face.a_tort, face.oublies):
            assert list(causes) == sorted(causes, key=lambda cause: (-cause.nombre, cause.cause))
    groupes = [(un.finess_et, un.indicateur, un.cause) for un in compte.non_comptes.groupes()]
    assert groupes == sorted(set(groupes))
    listes = {cle: len(un.identifiants) for cle, un in zip(groupes, compte.non_comptes.groupes(), strict=True)}
    assert listes == {(*cle, cause): nombre for cle, causes in nombres.items() for cause, nombre in causes.items()}
    assert all(un.identifiants == tuple(sorted(set(un.identifiants))) for un in compte.non_comptes.groupes())


@pytest.mark.parametrize("depart", DEPARTS, ids=lambda depart: " ".join(depart.values()) or "texte")
def test_chaque_cause_a_son_nombre(depart: dict[str, str]) -> None:
    nom = " ".join(f"{cle}={valeur}" for cle, valeur in depart.items()) or "texte"
    obtenu = _compter(depart)
    if os.environ.get("DUICHECK_ECRIRE"):
        garde = json.loads(GARDE.read_text(encoding="utf-8")) if GARDE.exists() else {}
        garde[nom] = obtenu
        GARDE.write_text(json.dumps(garde, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    assert obtenu == json.loads(GARDE.read_text(encoding="utf-8"))[nom]


def test_ce_qui_ne_se_compte_pas_laisse_les_entiers(monkeypatch: pytest.MonkeyPatch) -> None:
    def jamais(nom: str) -> str:
        raise ZeroDivisionError(nom)

    monkeypatch.setattr(comptage, "requete", jamais)
    parts = calculer([], [], {("010000024", "dmp"): (0, 0)}, texte="2025-40", mesure=situations.MESURE)
    assert parts.calcul.resultats["010000024", "dmp"].denominateur == 0
    with pytest.raises(ZeroDivisionError):
        comptage.comptage_de_la_livraison.build(calcul=parts.calcul)


def test_chaque_cause_est_rencontree() -> None:
    rencontrees = {
        cause.removeprefix("à tort : ").removeprefix("oubli : ")
        for causes in json.loads(GARDE.read_text(encoding="utf-8")).values()
        for un in causes.values()
        for cause in un
    }
    des_listes = {"doublon", "hors_decompte"}  # not of identifiers
    assert not set(CAUSES) - rencontrees - des_listes
