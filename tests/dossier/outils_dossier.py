"""Deliveries of a dossier, retouched, and their checklists."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from duicheck.dossier import assemble
from duicheck.errors import DuicheckError
from duicheck.harness import Options, checked
from duicheck.langue import speaking
from duicheck.model import PiecesDuDossier, Structures
from duicheck.plugins import load_plugins
from duicheck.rulebook import Rulebook

LIVRAISONS = Path(__file__).parents[2] / "fixtures" / "livraisons"
COMPLET = LIVRAISONS / "dossier-complet"
LACUNAIRE = LIVRAISONS / "dossier-lacunaire"
PLUGINS = load_plugins()

Json = dict[str, Any]


def liste(livraison: Path, etape: str | None = None, texte: str | None = None, langue: str = "fr") -> tuple[Json, Json]:
    """The checklist of a delivery, and the report that it was made from; once for those that do not change."""
    made = _une_fois if livraison in {COMPLET, LACUNAIRE} else _liste
    return made(livraison, etape, texte, langue)


def _liste(livraison: Path, etape: str | None, texte: str | None, langue: str) -> tuple[Json, Json]:
    options = Options(mode="dossier", etape=etape, texte=texte)
    with checked(livraison, PLUGINS, options) as done, speaking(langue):
        try:
            pieces: PiecesDuDossier | str = done.dataset.get(PiecesDuDossier)
        except DuicheckError as refus:
            pieces = str(refus)
        book = done.dataset.get(Rulebook)
        structures = done.dataset.find(Structures)
        found = assemble(
            done.report, pieces, book, PLUGINS.rules, awaited=done.awaited, etape=etape, structures=structures
        )
        return found, done.report


def regle_devenue(regle: str, resultat: str, *, attendue: bool = False) -> Json:
    """The checklist of the complete dossier, had one rule ended otherwise."""
    report, pieces, book = _parties()
    regles = [
        {**each, "resultat": resultat, "raison": "une raison"} if each["id"] == regle else each
        for each in report["regles"]
    ]
    awaited = frozenset({regle} if attendue else ())
    return assemble({**report, "regles": regles}, pieces, book, PLUGINS.rules, awaited=awaited)


@cache
def _parties() -> tuple[Json, PiecesDuDossier, Rulebook]:
    with checked(COMPLET, PLUGINS, Options(mode="dossier")) as done:
        return done.report, done.dataset.get(PiecesDuDossier), done.dataset.get(Rulebook)


_une_fois = cache(_liste)


def lignes(dossier: Json, section: str | None = None) -> dict[str, Json]:
    """The lines by code."""
    return {
        ligne["code"]: ligne
        for part in dossier["sections"]
        if section in {None, part["code"]}
        for ligne in part["lignes"]
    }


def etats(dossier: Json, section: str) -> dict[str, str]:
    return {code: ligne["etat"] for code, ligne in lignes(dossier, section).items()}


def copie(dossier: Path, base: Path = COMPLET) -> Path:
    return Path(shutil.copytree(base, dossier / base.name))


def projet(livraison: Path, changer: Callable[[Json], None]) -> Path:
    """Change the project's document."""
    path = livraison / "projet.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    changer(document)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2), encoding="utf-8")
    return livraison


def remplacer(livraison: Path, fichier: str, avant: str, apres: str) -> Path:
    path = livraison / fichier
    texte = path.read_text(encoding="utf-8")
    assert avant in texte
    path.write_text(texte.replace(avant, apres), encoding="utf-8")
    return livraison


def sans_piece(code: str) -> Callable[[Json], None]:
    def changer(document: Json) -> None:
        document["pieces"] = [piece for piece in document["pieces"] if piece["code"] != code]

    return changer
