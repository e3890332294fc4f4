"""The establishments among themselves: each once, one solution for all, none in a territory left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from duicheck.errors import NotAvailable
from duicheck.findings import Fact, Severity, Violation
from duicheck.model import Etablissement, Grappe
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_grappe.noms import ecrit, meme
from duicheck_grappe.textes import clause, etablissements

__all__ = ["finess_repete", "solution_differente", "territoire_exclu"]


@rule(
    "grappe/finess-repete",
    severity=Severity.ERROR,
    message="{finess_et} : déjà à la ligne {ligne} ; il n'est compté qu'une fois ({clause}).",
    remedy="Gardez une ligne par numéro FINESS géographique : c'est la base de calcul de l'aide.",
    since="0.1",
)
def finess_repete(grappe: Grappe, texte: Rulebook) -> Iterator[Violation]:
    """Un établissement est deux fois dans la liste des structures.

    Le nombre d'ESSMS est celui des numéros FINESS géographiques uniques ; la première ligne compte, les suivantes sont
    signalées. La lettre de la Corse est lue en majuscule. Sous un texte qui ne le dit pas, c'est une convention.

    Source : 2023-13, annexe 5 B ; 2025-40, §4.4.1 (« FINESS géographiques uniques ») ; ailleurs, convention duicheck.
    """
    nom = "finess_comptes_une_fois"
    ou = clause(texte, nom) if nom in texte.parameters else "convention duicheck"
    for premier, suivant in grappe.repetitions:
        faits = {"finess_et": suivant.finess_et, "ligne": grappe.at(premier).line, "clause": ou}
        yield Violation(grappe.at(suivant, "finess_et"), faits)


@rule(
    "grappe/solution-differente",
    severity=Severity.ERROR,
    message="« {nom_lu} » pour {essms} ESSMS, « {nom_retenu} » pour les autres : il faut {quoi} pour tous ({clause}).",
    remedy="Retenez une même solution pour tous les établissements du projet, ou séparez les projets.",
    since="0.1",
)
def solution_differente(grappe: Grappe, texte: Rulebook) -> Iterator[Violation]:
    """Les établissements du projet n'ont pas tous la même solution.

    Un constat par nom qui n'est pas le plus fréquent, à sa première ligne. Accents, capitales et ponctuation ne
    comptent pas ; la version non plus. Le webinaire de 2024 demande un même éditeur : les noms d'éditeurs sont
    comparés, ou, s'ils manquent, une même solution suffit. La solution actuelle n'est pas regardée : seule compte celle
    que le projet installe ou fait évoluer.

    Source : 2023-13, annexe 3 C 4 ; 2025-40, §4.2 C (« la même solution logicielle ») ; 2024-15, webinaire, A 9.
    """
    tous = grappe.etablissements
    if "editeur_unique" in texte.parameters and "solution_unique" not in texte.parameters:
        nom, colonne, quoi = "editeur_unique", "editeur", "un même éditeur"
        if all(un.editeur is None for un in tous) and _une_seule([un.solution for un in tous]):
            return
    else:
        nom, colonne, quoi = "solution_unique", "solution", "une même solution"
    ou = clause(texte, nom)
    noms = [getattr(un, colonne) for un in tous]
    groupes = _groupes(tous, noms)
    retenu = max(groupes, key=lambda groupe: len(groupe[1]))[0] if groupes else ""
    for lu, leurs in groupes:
        if lu != retenu:
            faits: dict[str, Fact] = {
                "nom_lu": ecrit(lu),
                "nom_retenu": ecrit(retenu),
                "essms": len(leurs),
                "quoi": quoi,
                "clause": ou,
            }
            yield Violation(grappe.at(leurs[0], colonne), faits)
    if len(groupes) <= 1 and (muets := noms.count(None)):
        message = f"structures : {etablissements(muets)} dont la colonne « {colonne} » est vide"
        raise NotAvailable(message, frozenset({"structures"}))


def _une_seule(noms: Sequence[str | None]) -> bool:
    """Whether all are named, and alike."""
    premier = noms[0]
    return premier is not None and all(nom is not None and meme(nom, premier) for nom in noms)


def _groupes(
    etablissements: Sequence[Etablissement], noms: Sequence[str | None]
) -> list[tuple[str, list[Etablissement]]]:
    """The names as first written, with the establishments that have them, in the order of the list."""
    groupes: list[tuple[str, list[Etablissement]]] = []
    for un, nom in zip(etablissements, noms, strict=True):
        if nom is None:
            continue
        leurs = next((leurs for connu, leurs in groupes if meme(connu, nom)), None)
        if leurs is None:
            groupes.append((nom, [un]))
        else:
            leurs.append(un)
    return groupes


@rule(
    "grappe/territoire-exclu",
    severity=Severity.ERROR,
    message="{finess_et} : {territoire}, où le texte ne s'applique pas ({clause}).",
    remedy="Retirez l'établissement du projet : il n'est pas éligible à ce financement.",
    since="0.1",
)
def territoire_exclu(grappe: Grappe, texte: Rulebook) -> Iterator[Violation]:
    """Un établissement est dans un territoire où le texte ne s'applique pas.

    L'instruction de 2023 s'applique outre-mer, à l'exception de la Polynésie française, de la Nouvelle-Calédonie, de
    Saint-Pierre-et-Miquelon et de Wallis-et-Futuna. Le lieu est celui de l'extrait FINESS quand il y en a un, sinon le
    début du numéro. Les autres textes lus n'en parlent pas.

    Source : 2023-13, « Mention Outre-mer ».
    """
    exclus = texte["territoires_exclus"]
    ou = clause(texte, "territoires_exclus")
    lieux = Counter(un.territoire is None for un in grappe.etablissements)
    trouve = False
    for un in grappe.etablissements:
        if un.territoire is not None and un.territoire.departement in exclus:
            trouve = True
            faits = {"finess_et": un.finess_et, "territoire": exclus[un.territoire.departement], "clause": ou}
            yield Violation(grappe.at(un, "finess_et"), faits)
    if not trouve and lieux[True]:
        message = f"structures : {etablissements(lieux[True])} dont le territoire ne se lit pas dans le numéro"
        raise NotAvailable(message, frozenset({"structures"}))
