"""The pieces of the file: the list of the text, with its conditions, against those of the project."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotAvailable
from duicheck.findings import Severity, Violation
from duicheck.model import Grappe, PiecesDuDossier, ProjetDepose
from duicheck.rulebook import Rulebook
from duicheck.rules import rule

__all__ = ["piece_manquante", "piece_recommandee"]


@rule(
    "grappe/piece-manquante",
    severity=Severity.ERROR,
    message="{libelle} ({piece}) : {cause} ({clause}).",
    remedy="Joignez la pièce, et nommez-la sous « pieces » dans le document du projet, avec son code.",
    since="0.1",
)
def piece_manquante(
    liste: PiecesDuDossier, projet: ProjetDepose, grappe: Grappe | None, texte: Rulebook
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
    _exiger_liste(liste)
    exigees = [piece for piece in liste.pieces if piece.obligatoire and piece.etape == "depot"]
    absentes = [piece for piece in exigees if piece.demandee and piece.manque is not None]
    for piece in absentes:
        raison = "" if piece.condition is None else f", demandée car {piece.condition}"
        faits = {
            "piece": piece.code,
            "libelle": piece.libelle,
            "cause": f"{piece.manque}{raison}",
            "clause": piece.clause,
        }
        yield Violation(projet.at("/pieces"), faits)
    inconnues = [str(piece.condition) for piece in exigees if piece.demandee is None and piece.manque is not None]
    if inconnues and not absentes:
        role = "structures" if grappe is None else "projet"
        suite = "".join(f" ; ni si {quoi}" for quoi in inconnues[1:])
        message = f"{role} : on ne peut pas dire si {inconnues[0]}{suite}"
        raise NotAvailable(message, frozenset({"structures"}))


def _exiger_liste(liste: PiecesDuDossier) -> None:
    """Refuse to call missing what the document does not speak of; an empty list does.

    Raises:
        NotAvailable: the document has no list of pieces.
    """
    if not liste.enumerees:
        message = "projet : ses pièces n'y sont pas énumérées (« pieces »)"
        raise NotAvailable(message, frozenset({"piece"}))


@rule(
    "grappe/piece-recommandee",
    severity=Severity.INFO,
    message="{libelle} ({piece}) : {cause}, et le texte invite à la joindre ({clause}).",
    remedy="Joignez-la si vous l'avez : l'ARS la regarde, sans en faire une condition.",
    since="0.1",
)
def piece_recommandee(liste: PiecesDuDossier, projet: ProjetDepose, texte: Rulebook) -> Iterator[Violation]:
    """Une pièce que le texte recommande n'est pas au dossier.

    En 2025, chaque organisme gestionnaire est invité à fournir les résultats de son autodiagnostic de maturité du
    système d'information. Ce n'est pas une condition : une information.

    Source : 2025-40, §4.2 E.
    """
    texte.parameter("pieces_recommandees")
    _exiger_liste(liste)
    for piece in liste.pieces:
        if not piece.obligatoire and piece.demandee and piece.manque is not None:
            faits = {"piece": piece.code, "libelle": piece.libelle, "cause": piece.manque, "clause": piece.clause}
            yield Violation(projet.at("/pieces"), faits)
