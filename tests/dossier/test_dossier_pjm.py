"""A project of the field PJM alone: a text may ask no claim of référencement of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from outils_dossier import copie, etats, liste

if TYPE_CHECKING:
    from pathlib import Path


def _sans_declaration(livraison: Path) -> Path:
    manifeste = livraison / "livraison.toml"
    declaration = '[[fichiers]]\nrole = "referencement"\nchemin = "referencement.json"\n'
    texte = manifeste.read_text(encoding="utf-8")
    assert declaration in texte
    manifeste.write_text(texte.replace(declaration, ""), encoding="utf-8")
    (livraison / "referencement.json").unlink()
    return livraison


def _champs(livraison: Path, *champs: str) -> Path:
    structures = livraison / "structures.csv"
    titres, *lignes = structures.read_text(encoding="utf-8").splitlines()
    rang = titres.split(",").index("champ")
    for position, champ in enumerate(champs):
        cellules = lignes[position].split(",")
        cellules[rang] = champ
        lignes[position] = ",".join(cellules)
    structures.write_text("\n".join([titres, *lignes]) + "\n", encoding="utf-8")
    return livraison


@pytest.mark.parametrize(
    ("champs", "texte", "demandee"),
    [
        (("PJM", "PJM"), "2025-40", False),
        (("PJM", "PA"), "2025-40", True),  # one establishment of another field
        (("PJM", "PJM"), "2024-15", True),  # a text that lets nobody off
    ],
)
def test_the_claim_is_asked_of_whom_the_text_asks_it(
    tmp_path: Path, champs: tuple[str, ...], texte: str, *, demandee: bool
) -> None:
    livraison = _sans_declaration(_champs(copie(tmp_path), *champs))
    dossier, report = liste(livraison, "depot", texte=texte)
    assert ("referencement" in report["livraison"].get("roles_manquants", ())) is demandee
    parties = [etats(dossier, section["code"]) for section in dossier["sections"]]
    assert any(partie.get("referencement") == "manquante" for partie in parties) is demandee
