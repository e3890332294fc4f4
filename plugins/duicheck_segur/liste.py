"""The claim against a snapshot of the list of solutions that the ANS publishes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from duicheck.errors import NotAvailable
from duicheck.findings import Fact, Location, Severity, Violation
from duicheck.langue import N_
from duicheck.model import Solutions, lire_version, normaliser
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_segur.declaration import Declaration
from duicheck_segur.noms import Versions, domaines_de, lire_versions, proches, statut_de
from duicheck_segur.references import ecrit
from duicheck_segur.regime import Admission
from duicheck_segur.statut import STATUTS

__all__ = ["non_referencee"]


class _Ligne(Struct, frozen=True):
    """One row of the list, read."""

    solution: str
    editeur: str | None
    versions: Versions
    domaines: frozenset[str]
    domaines_lus: bool
    couloir: str | None
    vague: int | None
    statut: str | None
    statut_ecrit: str | None
    at: Location


@rule(
    "segur/non-referencee",
    severity=Severity.ERROR,
    message="« {solution} » {version}, {domaine} : {cause} ({clause}).",
    remedy="Vérifiez le nom, la version et le domaine sur la liste de l'ANS du jour ; un nom proche n'est jamais retenu"
    " d'office.",
    since="0.1",
)
def non_referencee(
    declaration: Declaration, admission: Admission, liste: Solutions, texte: Rulebook
) -> Iterator[Violation]:
    """La solution, dans cette version et pour ce domaine, n'est pas dans la liste des solutions référencées.

    La liste est un relevé que la livraison apporte (rôle « solutions ») ou, à défaut, celui d'un paquet installé : un
    contrôle ne cherche rien sur le réseau. Les noms sont comparés sans accents, capitales, ponctuation ni forme
    juridique, et rien de plus : un nom proche est proposé, jamais retenu. Une cellule de version se lit comme une
    version, une suite ou une plage (« 4.x », « 4.0 à 4.3 », « ≥ 4.1 ») ; une borne 4.3 ne comprend pas 4.3.1. Le statut
    de la ligne est l'un de ceux que le texte admet pour ce projet. Un constat par domaine déclaré. Les colonnes de la
    liste officielle n'étant décrites nulle part, celles-ci sont les nôtres.

    Source : 2025-40, §4.2 C ; 2023-13, annexe 3 C 4 ; liste des solutions publiée par l'ANS.
    """
    lignes = list(_lues(liste))
    if not lignes:
        message = "solutions : la liste n'a aucune ligne lisible"
        raise NotAvailable(message, frozenset({"solutions"}))
    hopital = declaration.couloir == "hopital"
    for domaine in [None] if hopital else sorted(declaration.domaines):
        cause = _defaut(declaration, lignes, domaine, admission.statuts, texte.get("referencement_vague"))
        if cause is not None:
            if liste.rejected:
                cause = f"{cause} ; lignes de la liste qui n'ont pas pu être lues : {liste.rejected}"
            faits: dict[str, Fact] = {
                "solution": ecrit(declaration.solution),
                "version": ecrit(declaration.version),
                "domaine": "couloir hôpital" if domaine is None else N_("domaine {domaine}").format(domaine=domaine),
                "cause": cause,
                "clause": admission.clause,
            }
            yield Violation(declaration.at("/solution/nom"), faits)


def _lues(liste: Solutions) -> Iterator[_Ligne]:
    colonnes = "solution, editeur, version, domaine, couloir, vague, statut, rowid"
    for solution, editeur, version, domaine, couloir, vague, statut, rowid in liste.rows(
        f"SELECT {colonnes} FROM solutions ORDER BY rowid"
    ):
        domaines, lus = domaines_de(domaine)
        yield _Ligne(
            solution,
            editeur,
            lire_versions(version),
            domaines,
            lus,
            None if couloir is None else normaliser(couloir),
            vague,
            statut_de(statut),
            statut,
            liste.at(rowid),
        )


def _defaut(
    declaration: Declaration, lignes: Sequence[_Ligne], domaine: str | None, admis: Sequence[str], vague: int | None
) -> str | None:
    """Why the list does not hold the claim for a domain, at the first condition that no row passes; None: it does."""
    nom = normaliser(declaration.solution)
    meme_nom = [ligne for ligne in lignes if normaliser(ligne.solution) == nom]
    if not meme_nom:
        voisins = proches(declaration.solution, [ligne.solution for ligne in lignes])
        noms = ", ".join(f"« {ecrit(voisin)} »" for voisin in voisins)
        return f"absente de la liste{f' ; noms proches, à vérifier : {noms}' if voisins else ''}"
    editeur = normaliser(declaration.editeur)
    reste = [ligne for ligne in meme_nom if ligne.editeur is None or normaliser(ligne.editeur) == editeur]
    if not reste:
        autres = ", ".join(dict.fromkeys(f"« {ecrit(ligne.editeur or '')} »" for ligne in meme_nom))
        return f"la liste la donne à un autre éditeur, {autres}"
    couloir = normaliser(declaration.couloir)
    reste = [ligne for ligne in reste if ligne.couloir in (None, couloir)]
    if not reste:
        return "la liste ne la donne pas dans ce couloir"
    if domaine is not None:
        illisibles = [ligne for ligne in reste if not ligne.domaines_lus]
        reste = [ligne for ligne in reste if domaine in ligne.domaines]
        if not reste and illisibles:
            return f"la liste écrit son domaine d'une façon qui ne se lit pas (ligne {illisibles[0].at.line})"
        if not reste:
            return "la liste ne la donne pas pour ce domaine"
    return _defaut_de_ligne(declaration, reste, admis, vague)


def _defaut_de_ligne(
    declaration: Declaration, reste: Sequence[_Ligne], admis: Sequence[str], vague: int | None
) -> str | None:
    """The same for the rows of this solution in this domain: wave, version, status."""
    de_la_vague = [ligne for ligne in reste if vague is None or ligne.vague in (None, vague)]
    if not de_la_vague:
        return f"la liste ne la donne pas pour la vague {vague}"
    version = lire_version(declaration.version)
    versions = [ligne for ligne in de_la_vague if ligne.versions.contiennent(version)]
    if not versions:
        ecrites = ", ".join(dict.fromkeys(f"« {ecrit(ligne.versions.texte)} »" for ligne in de_la_vague))
        lisible = all(ligne.versions.plages is not None for ligne in de_la_vague)
        return f"la liste donne {ecrites}{'' if lisible else ', qui ne se lit pas comme une version'}"
    if any(ligne.statut in admis for ligne in versions):
        return None
    premier = versions[0]
    statut = STATUTS.get(premier.statut or "", f"« {ecrit(premier.statut_ecrit or '')} », statut inconnu")
    return f"la liste la dit {statut}"
