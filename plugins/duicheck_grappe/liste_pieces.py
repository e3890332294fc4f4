"""The lists of pieces of the text against what the project brings: asked or not, there or not. Judged here alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from duicheck.model import (
    Etablissement,
    Grappe,
    Hypotheses,
    PieceDuDossier,
    PieceJointe,
    PiecesDuDossier,
    ProjetDepose,
    Referencement,
)
from duicheck.rulebook import Rulebook
from duicheck.rules import reader
from duicheck_grappe.heures import est_saad
from duicheck_grappe.libelles import CRITERES, SUR_LES_PIECES
from duicheck_grappe.textes import clause

__all__ = ["CONDITIONS", "conditions", "pieces_du_dossier"]

CONDITIONS = {
    "service_a_domicile": "le projet compte un service d'aide à domicile",
    "activite_mixte": "un établissement propose aussi des services de confort",
    "entite_nationale": "un établissement ou le porteur est rattaché à une entité nationale",
    "ght_dpi": "un GHT retient sa solution hospitalière",
    "ahi_seul": "le projet ne compte que des ESSMS du champ AHI",
    "pjm_seul": "le projet ne compte que des ESSMS du champ PJM",
    "financement_materiel": "le projet demande le financement du matériel",
}
"""What a condition of a piece is called in a sentence."""


_LISTES = ("pieces", "pieces_national", "pieces_ght", "pieces_aide", "pieces_recommandees", "pieces_solde")
"""The lists that a text may have, in the order of a file."""

_NATIONAL = "le dépôt est national"


@reader
def pieces_du_dossier(
    projet: ProjetDepose,
    grappe: Grappe | None,
    referencement: Referencement | None,
    texte: Rulebook,
    hypotheses: Hypotheses,
) -> PiecesDuDossier:
    """Every piece that the text has in a list, asked of this project or not."""
    connues = conditions(grappe, projet, referencement, hypotheses)
    retenues: dict[str, PieceDuDossier] = {}
    for piece in _du_texte(projet, texte, connues):
        autre = retenues.get(piece.code)
        if autre is None or _poids(piece) > _poids(autre):
            retenues[piece.code] = piece
    autres = {code: fichiers for code, fichiers in projet.pieces.items() if code not in retenues}
    return PiecesDuDossier(
        pieces=sorted(retenues.values(), key=lambda piece: piece.rang),
        enumerees="pieces" in projet.document.valeur,
        autres=autres,
        criteres=CRITERES,
        regles=frozenset(SUR_LES_PIECES),
    )


def _du_texte(projet: ProjetDepose, texte: Rulebook, connues: Mapping[str, bool | None]) -> Iterator[PieceDuDossier]:
    """The pieces of all lists, in order; a piece that is in several comes several times."""
    rang = 0
    for liste in _LISTES:
        ailleurs = liste == "pieces_national" and projet.niveau != "national"
        for piece in texte.get(liste, ()):
            rang += 1
            demandee, condition = (False, _NATIONAL) if ailleurs else _demandee(piece, connues)
            yield PieceDuDossier(
                rang=rang,
                code=piece["code"],
                libelle=piece["libelle"],
                clause=clause(texte, liste),
                etape="solde" if liste == "pieces_solde" else "depot",
                obligatoire=piece["obligatoire"],
                demandee=demandee,
                condition=condition,
                manque=_manque(projet, piece["code"]),
                fichiers=projet.pieces.get(piece["code"], ()),
            )


def _poids(piece: PieceDuDossier) -> int:
    """What a piece that is in two lists is: asked, else perhaps asked, else not."""
    return {True: 2, None: 1, False: 0}[piece.demandee]


def _demandee(piece: Mapping[str, Any], connues: Mapping[str, bool | None]) -> tuple[bool | None, str | None]:
    """Whether the piece is asked of this project, and for what; None where no condition holds and one is unknown."""
    codes = piece["conditions"]
    vraies = [CONDITIONS[code] for code in codes if connues[code]]
    if vraies or not codes:
        return True, vraies[0] if vraies else None
    inconnue = any(connues[code] is None for code in codes)
    return None if inconnue else False, " ou ".join(CONDITIONS[code] for code in codes)


def conditions(
    grappe: Grappe | None, projet: ProjetDepose, referencement: Referencement | None, hypotheses: Hypotheses
) -> dict[str, bool | None]:
    """Which conditions of pieces this project fulfils; None where nothing tells."""
    tous = () if grappe is None else grappe.etablissements
    ght = projet.porteur.type == "ght"
    hopital = projet.ght is not None if referencement is None else referencement.valeur["couloir"] == "hopital"
    materiel = projet.financement_materiel
    if materiel is None and grappe is not None:
        materiel = any(un.devis for un in tous)
    trouvees: dict[str, bool | None] = {"ght_dpi": ght and hopital, "financement_materiel": materiel}
    if grappe is None:
        trouvees["entite_nationale"] = projet.porteur.entite_nationale or None
        return {code: trouvees.get(code) for code in CONDITIONS}
    trouvees |= {
        "service_a_domicile": any(est_saad(un, hypotheses) for un in tous),
        "activite_mixte": _une([_mixte(un) for un in tous]),
        "entite_nationale": _une([*(un.entite_nationale for un in tous), bool(projet.porteur.entite_nationale)]),
        "ahi_seul": grappe.seulement("AHI"),
        "pjm_seul": grappe.seulement("PJM"),
    }
    return {code: trouvees[code] for code in CONDITIONS}


def _mixte(un: Etablissement) -> bool | None:
    """Whether it has services of comfort: as it says, or as its hours show; only home services have any."""
    if un.activite_mixte is not None or un.champ != "DOM":
        return bool(un.activite_mixte)
    return None if un.heures.prorata is None else un.heures.prorata != 1


def _une(reponses: Sequence[bool | None]) -> bool | None:
    """Whether one answer is yes; None where none is and some are not given."""
    if any(reponses):
        return True
    return None if None in reponses else False


def _manque(projet: ProjetDepose, code: str) -> str | None:
    """What is wrong with the piece of that code; None where one of its files is there."""
    fichiers: Sequence[PieceJointe] = projet.pieces.get(code, ())
    if any(piece.fichier is not None and piece.fichier.octets for piece in fichiers):
        return None
    if any(piece.fichier is not None for piece in fichiers):
        return "son fichier est vide"
    if fichiers:
        return f"nommée, mais {fichiers[0].cause or 'son fichier est introuvable'}"
    from difflib import get_close_matches  # noqa: PLC0415 -- only for a mistake

    proche = get_close_matches(code, projet.pieces, n=1, cutoff=0.8)
    return "elle est absente" if not proche else f"elle est absente (le projet nomme « {proche[0]} »)"
