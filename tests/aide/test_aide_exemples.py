"""The worked examples: what a hand computes from the text, with the clause beside, is what the program says."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from outils_aide import TEXTES, aide_json, deposer

DOSSIER = Path(__file__).parents[2] / "fixtures" / "aide"
FICHIERS = {chemin.stem: tomllib.loads(chemin.read_text(encoding="utf-8")) for chemin in sorted(DOSSIER.glob("*.toml"))}
CAS = [pytest.param(un["texte"], cas, id=f"{nom} {cas['nom']}") for nom, un in FICHIERS.items() for cas in un["cas"]]


def montant(document: dict[str, Any], quoi: str) -> int:
    """One figure of the computation, in euro cents."""
    if quoi.startswith("versement "):
        return next(un["montant"] for un in document["versements"] if un["code"] == quoi.split()[1])
    if quoi in {"total", "maximum", "amoa"}:
        return document[quoi]
    return sum(ligne[quoi] for ligne in document["lignes"])


def sources(document: dict[str, Any], quoi: str) -> set[str]:
    """The sections that the computation names for a figure."""
    if quoi.startswith("versement "):
        return {un["source"] for un in document["versements"] if un["code"] == quoi.split()[1]}
    parts = [document["amoa_detail"]] if quoi in {"amoa", "total", "maximum"} else []
    lues = ("usage", "equipement", "materiel") if quoi in {"total", "maximum"} else (quoi,) if quoi != "amoa" else ()
    parts += [ligne["detail"][part] for ligne in document["lignes"] for part in lues]
    return {f"{une['texte']}, {une['section']}" for part in parts for une in part["sources"]}


@pytest.mark.parametrize(("texte", "cas"), CAS)
def test_a_worked_example(texte: str, cas: dict[str, Any], tmp_path: Path) -> None:
    livraison = deposer(tmp_path, texte, cas["etablissements"], cas.get("projet"), cas.get("hypotheses"))
    document = aide_json(livraison)
    for attendu in cas["attendu"]:
        assert montant(document, attendu["quoi"]) == attendu["montant"], attendu["calcul"]
        lues = sources(document, attendu["quoi"])
        assert any(attendu["section"] in source for source in lues), (attendu["section"], lues)
    assert document["complet"] == (document["maximum"] == document["total"])


def test_every_text_has_examples_on_each_side() -> None:
    assert set(FICHIERS) == set(TEXTES)
    assert sum(len(un["cas"]) for un in FICHIERS.values()) >= 35
