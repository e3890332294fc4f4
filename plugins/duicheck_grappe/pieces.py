"""The pieces of the file: the list of the text, with its conditions, against those of the project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from duicheck.errors import NotAvailable
from duicheck.findings import Severity, Violation
from duicheck.model import Etablissement, Grappe, Hypotheses, PieceJointe, ProjetDepose, Referencement
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_grappe.heures import est_saad
from duicheck_grappe.textes import clause

__all__ = ["CONDITIONS", "ListeDePieces", "PieceDemandee", "conditions", "demandees", "piece_manquante"]

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


@dataclass(frozen=True, slots=True)
class PieceDemandee:
    """A piece that the text asks of this project: its code, its name, where, and why (None: of all projects)."""

    code: str
    libelle: str
    clause: str
    raison: str | None


@dataclass(frozen=True, slots=True)
class ListeDePieces:
    """The pieces to bring, and those of which nobody can tell, with what is not said."""

    demandees: Sequence[PieceDemandee]
    incertaines: Mapping[str, str]


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


def demandees(texte: Rulebook, niveau: str, connues: Mapping[str, bool | None], *listes: str) -> ListeDePieces:
    """The pieces of these lists of the text (a list that it does not have is empty)."""
    retenues: dict[str, PieceDemandee] = {}
    incertaines: dict[str, str] = {}
    for liste in listes:
        if liste.endswith("_national") and niveau != "national":
            continue
        for piece in texte.get(liste, ()):
            raisons = _raisons(piece, connues)
            if raisons is None:
                incertaines[piece["code"]] = " ou ".join(CONDITIONS[code] for code in piece["conditions"])
            elif raisons or not piece["conditions"]:
                raison = raisons[0] if raisons else None
                retenues.setdefault(
                    piece["code"], PieceDemandee(piece["code"], piece["libelle"], clause(texte, liste), raison)
                )
    return ListeDePieces(
        list(retenues.values()), {code: quoi for code, quoi in incertaines.items() if code not in retenues}
    )


def _raisons(piece: Mapping[str, Any], connues: Mapping[str, bool | None]) -> list[str] | None:
    """The conditions that hold, in words; None where none holds and one cannot be told."""
    vraies = [CONDITIONS[code] for code in piece["conditions"] if connues[code]]
    return None if not vraies and any(connues[code] is None for code in piece["conditions"]) else vraies


@rule(
    "grappe/piece-manquante",
    severity=Severity.ERROR,
    message="{libelle} ({piece}) : {cause} ({clause}).",
    remedy="Joignez la pièce, et nommez-la sous « pieces » dans le document du projet, avec son code.",
    since="0.1",
)
def piece_manquante(
    projet: ProjetDepose,
    grappe: Grappe | None,
    referencement: Referencement | None,
    texte: Rulebook,
    hypotheses: Hypotheses,
) -> Iterator[Violation]:
    """Une pièce que le texte demande au dépôt n'est pas au dossier.

    Les pièces de tous les projets, et celles que leur situation appelle : heures des services à domicile, accord d'une
    entité nationale, étude de couverture (solution d'un GHT, projets AHI ou PJM seuls selon le texte), plan et devis du
    matériel, liste de l'appel à projets national. Une pièce nommée dont le fichier est introuvable ou vide manque
    aussi. Le contenu n'est pas lu. Les pièces du solde ne sont pas demandées au dépôt ; celles que le texte recommande
    relèvent de `grappe/piece-recommandee`. L'instruction de 2023 ne dresse pas de liste pour un dépôt régional : seules
    les pièces qu'elle nomme sont demandées. Si une condition ne peut pas être décidée et que rien d'autre ne manque,
    rien n'est affirmé ; ni si le document n'énumère pas ses pièces.

    Source : 2025-40, annexe 2 et §4.4.1 ; 2024-15, webinaire, C ; 2023-13, annexe 3 C 3 et C 4, annexe 5 B, et appel à
    projets national, §4 ; 2021-amorcage, critères de recevabilité.
    """
    texte.parameter("pieces")
    _exiger_liste(projet)
    connues = conditions(grappe, projet, referencement, hypotheses)
    liste = demandees(texte, projet.niveau, connues, "pieces", "pieces_national", "pieces_ght", "pieces_aide")
    trouve = False
    for piece in liste.demandees:
        cause = _manque(projet, piece.code)
        if cause is None:
            continue
        trouve = True
        raison = "" if piece.raison is None else f", demandée parce que {piece.raison}"
        faits = {
            "piece": piece.code,
            "libelle": piece.libelle,
            "cause": cause + raison,
            "clause": piece.clause,
        }
        yield Violation(projet.at("/pieces"), faits)
    inconnues = [quoi for code, quoi in liste.incertaines.items() if _manque(projet, code) is not None]
    if inconnues and not trouve:
        role = "structures" if grappe is None else "projet"
        suite = "".join(f" ; ni si {quoi}" for quoi in inconnues[1:])
        message = f"{role} : on ne peut pas dire si {inconnues[0]}{suite}"
        raise NotAvailable(message, frozenset({"structures"}))


def _exiger_liste(projet: ProjetDepose) -> None:
    """Refuse to call missing what the document does not speak of; an empty list does.

    Raises:
        NotAvailable: the document has no list of pieces.
    """
    if "pieces" not in projet.document.valeur:
        message = "projet : ses pièces n'y sont pas énumérées (« pieces »)"
        raise NotAvailable(message, frozenset({"piece"}))


def _manque(projet: ProjetDepose, code: str) -> str | None:
    """What is wrong with the piece of that code; None where one of its files is there."""
    fichiers: Sequence[PieceJointe] = projet.pieces.get(code, ())
    if any(piece.fichier is not None and piece.fichier.octets for piece in fichiers):
        return None
    if any(piece.fichier is not None for piece in fichiers):
        return "son fichier est vide"
    if fichiers:
        return f"nommée, mais {fichiers[0].cause or 'son fichier est introuvable'}"
    proche = get_close_matches(code, projet.pieces, n=1, cutoff=0.8)
    return "elle est absente" if not proche else f"elle est absente (le projet nomme « {proche[0]} »)"


@rule(
    "grappe/piece-recommandee",
    severity=Severity.INFO,
    message="{libelle} ({piece}) : {cause}, et le texte invite à la joindre ({clause}).",
    remedy="Joignez-la si vous l'avez : l'ARS la regarde, sans en faire une condition.",
    since="0.1",
)
def piece_recommandee(
    projet: ProjetDepose,
    grappe: Grappe | None,
    referencement: Referencement | None,
    texte: Rulebook,
    hypotheses: Hypotheses,
) -> Iterator[Violation]:
    """Une pièce que le texte recommande n'est pas au dossier.

    En 2025, chaque organisme gestionnaire est invité à fournir les résultats de son autodiagnostic de maturité du
    système d'information. Ce n'est pas une condition : une information.

    Source : 2025-40, §4.2 E.
    """
    texte.parameter("pieces_recommandees")
    _exiger_liste(projet)
    connues = conditions(grappe, projet, referencement, hypotheses)
    for piece in demandees(texte, projet.niveau, connues, "pieces_recommandees").demandees:
        cause = _manque(projet, piece.code)
        if cause is not None:
            faits = {"piece": piece.code, "libelle": piece.libelle, "cause": cause, "clause": piece.clause}
            yield Violation(projet.at("/pieces"), faits)
