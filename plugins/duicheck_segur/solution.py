"""One solution throughout: the claim, the manifest and the establishments speak of the same, for their fields."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotApplicable, NotAvailable
from duicheck.findings import Fixer, Location, Severity, Violation
from duicheck.model import Livraison, Structures, lire_version, normaliser
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_segur.declaration import Declaration
from duicheck_segur.references import ecrit
from duicheck_segur.regime import Admission

__all__ = ["domaine_non_couvert", "solution_discordante"]


@rule(
    "segur/solution-discordante",
    severity=Severity.ERROR,
    message="{quoi} : « {valeur_lue} » {origine}, « {valeur_declaree} » dans la déclaration Ségur.",
    remedy="Livrez la déclaration de la version déployée, ou corrigez le manifeste ou la liste des structures.",
    since="0.1",
)
def solution_discordante(
    declaration: Declaration, livraison: Livraison, structures: Structures | None
) -> Iterator[Violation]:
    """La solution, sa version ou son éditeur ne sont pas les mêmes d'un document à l'autre.

    La déclaration Ségur ne vaut que pour la solution et la version qu'elle nomme. Elle est comparée au manifeste et à
    chaque solution de la liste des structures (un constat par solution différente, à sa première ligne). Les accents,
    les capitales, la ponctuation et la forme juridique (SAS, SARL…) ne comptent pas ; 4.2 et v4.2.0 sont une même
    version, 4.2 et 4.2.1 deux.

    Source : 2025-40, §4.2 C et 2023-13, annexe 3 C 4 (une même solution pour tous, conforme au dossier de
    spécification) ; la comparaison des noms est une convention de duicheck.
    """
    compares = 0
    manifeste = [
        ("Éditeur", livraison.editeur.get("nom"), declaration.editeur, "/editeur/nom"),
        ("Solution", livraison.solution.get("nom"), declaration.solution, "/solution/nom"),
        ("Version", livraison.solution.get("version"), declaration.version, "/solution/version"),
    ]
    for quoi, lu, declare, pointeur in manifeste:
        if lu is None:
            continue
        compares += 1
        if not _pareils(quoi, lu, declare):
            yield Violation(Location(livraison.manifeste, pointer=pointeur), _faits(quoi, lu, declare, "au manifeste"))
    for quoi, lu, lignes, at in _des_structures(structures):
        compares += 1
        declare = declaration.version if quoi == "Version" else declaration.solution
        if not _pareils(quoi, lu, declare):
            origine = f"dans la liste des structures (établissements : {lignes})"
            yield Violation(at, _faits(quoi, lu, declare, origine))
    if not compares:
        message = "ni le manifeste ni la liste des structures ne nomment la solution"
        raise NotAvailable(message, frozenset({"structures"}))


def _des_structures(structures: Structures | None) -> Iterator[tuple[str, str, int, Location]]:
    """Each solution and version of the list: what, as written, on how many rows, where first."""
    if structures is None:
        return
    for quoi, colonne in (("Solution", "solution"), ("Version", "version")):
        for lu, rowid, lignes in structures.rows(
            f"SELECT {colonne}, min(rowid), count(*) FROM structures WHERE {colonne} IS NOT NULL"
            f" GROUP BY {colonne} ORDER BY min(rowid)"
        ):
            yield quoi, lu, lignes, structures.at(rowid, colonne)


def _pareils(quoi: str, lu: str, declare: str) -> bool:
    if quoi == "Version":
        return lire_version(lu).egale(lire_version(declare))
    return normaliser(lu) == normaliser(declare)


def _faits(quoi: str, lu: str, declare: str, origine: str) -> dict[str, str]:
    return {"quoi": quoi, "valeur_lue": ecrit(lu), "valeur_declaree": ecrit(declare), "origine": origine}


@rule(
    "segur/domaine-non-couvert",
    severity=Severity.ERROR,
    message="{finess_et} : du champ {champ}, que la déclaration Ségur ne couvre pas ({domaines}).",
    remedy="Livrez la déclaration qui couvre ce champ : une solution vaut pour les domaines où elle est référencée.",
    since="0.1",
    fixer=Fixer.VENDOR,
)
def domaine_non_couvert(
    declaration: Declaration, structures: Structures, admission: Admission, texte: Rulebook
) -> Iterator[Violation]:
    """Le champ d'un établissement n'est pas parmi les domaines de la déclaration.

    Le référencement s'obtient domaine par domaine : une solution référencée pour les personnes âgées ne l'est pas pour
    la protection de l'enfance. Un projet du seul champ PJM en est dispensé par le texte de 2025 ; une solution
    hospitalière qu'un GHT partage relève de `segur/ght-conditions`, car son référencement n'a pas ces domaines.

    Source : 2025-40, §4.2 C (« Ségur vague 1 du domaine concerné ») ; 2023-13, annexe 3 C 4.
    """
    if declaration.couloir == texte.get("ght_referencement_couloir"):
        message = f"solution du couloir hôpital : ses conditions sont celles d'un GHT ({admission.clause})"
        raise NotApplicable(message)
    domaines = ", ".join(sorted(declaration.domaines)) or "aucun domaine"
    for finess, champ, rowid in structures.rows("SELECT finess_et, champ, rowid FROM structures ORDER BY rowid"):
        if champ not in declaration.domaines:
            faits = {"finess_et": finess, "champ": champ, "domaines": domaines}
            yield Violation(structures.at(rowid, "champ"), faits)
