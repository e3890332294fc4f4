"""One solution and one vendor: the manifest, the list of establishments and the claim."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotApplicable, NotAvailable
from duicheck.findings import Fact, Location, Severity, Violation
from duicheck.model import Livraison, Referencement, Structures, lire_version, normaliser
from duicheck.rulebook import Rulebook
from duicheck.rules import rule

__all__ = ["editeur_discordant", "solution_livree"]

_LONGUEUR = 60


def _ecrit(nom: str) -> str:
    """A name as a finding may repeat it: on one line, short."""
    propre = " ".join("".join(signe if signe.isprintable() else " " for signe in nom).split())
    return propre if len(propre) <= _LONGUEUR else f"{propre[: _LONGUEUR - 1]}…"


def _colonne(structures: Structures, colonne: str) -> list[tuple[str, int, int]]:
    """The values of a column: as written, first row, on how many rows."""
    return structures.rows(
        f"SELECT {colonne}, min(rowid), count(*) FROM structures WHERE {colonne} IS NOT NULL GROUP BY 1 ORDER BY 2"
    )


@rule(
    "coherence/solution-livree",
    severity=Severity.WARNING,
    message="{quoi} : « {valeur_lue} » dans la liste (établissements : {lignes}), « {valeur_declaree} » au manifeste.",
    remedy="Corrigez le manifeste ou la liste : les usages comptent dans la solution que le projet finance.",
    since="0.1",
)
def solution_livree(
    livraison: Livraison, structures: Structures, declaration: Referencement | None, texte: Rulebook
) -> Iterator[Violation]:
    """La solution du manifeste, d'où sort l'export, n'est pas celle que le projet finance.

    La solution et la version du manifeste sont comparées à celles de la liste des structures, avec les tolérances de
    `segur/solution-discordante` (accents, capitales, forme juridique, 4.2 et v4.2.0), un constat par valeur. Quand le
    texte demande un même éditeur, et non une même solution, il suffit qu'un établissement ait celle du manifeste. Avec
    une déclaration Ségur, c'est à elle que les deux sont comparés, et cette règle est sans objet. Un avertissement : le
    manifeste est une convention de duicheck.

    Source : 2025-40, §4.2 C et 2023-13, annexe 3 C 4 (une même solution pour tous) ; convention duicheck.
    """
    if declaration is not None:
        message = "la déclaration Ségur est comparée au manifeste et à la liste (segur/solution-discordante)"
        raise NotApplicable(message)
    plusieurs = "solution_unique" not in texte.parameters
    compares = 0
    for quoi, cle, colonne in (("Solution", "nom", "solution"), ("Version", "version", "version")):
        declare = livraison.solution.get(cle)
        lus = _colonne(structures, colonne)
        if declare is None or not lus:
            continue
        compares += 1
        autres = [lu for lu in lus if not _pareils(quoi, lu[0], declare)]
        if plusieurs and len(autres) < len(lus):
            continue
        for lu, rowid, lignes in autres:
            faits: dict[str, Fact] = {
                "quoi": quoi,
                "valeur_lue": _ecrit(lu),
                "valeur_declaree": _ecrit(declare),
                "lignes": lignes,
            }
            yield Violation(structures.at(rowid, colonne), faits)
    if not compares:
        message = "le manifeste et la liste des structures ne nomment pas tous deux la solution"
        raise NotAvailable(message, frozenset({"structures"}))


def _pareils(quoi: str, lu: str, declare: str) -> bool:
    if quoi == "Version":
        return lire_version(lu).egale(lire_version(declare))
    return normaliser(lu) == normaliser(declare)


@rule(
    "coherence/editeur-discordant",
    severity=Severity.WARNING,
    message="{quoi} : « {valeur_lue} » {origine}, « {valeur_declaree} » au manifeste.",
    remedy="Corrigez le document qui se trompe ; si l'éditeur a changé de nom ou de société, dites-le à l'ARS.",
    since="0.1",
)
def editeur_discordant(
    livraison: Livraison, structures: Structures | None, declaration: Referencement | None
) -> Iterator[Violation]:
    """L'éditeur du manifeste n'est pas celui de la liste des structures, ou n'a pas le SIREN de la déclaration Ségur.

    Les noms sont comparés sans accents, capitales ni forme juridique ; un constat par nom de la liste. Un éditeur
    racheté, ou qui a plusieurs sociétés, donne la même chose : un avertissement. Le nom de l'éditeur dans la
    déclaration relève de `segur/solution-discordante`.

    Source : 2024-15, webinaire, A 9 (« équipés du même éditeur ») ; convention duicheck pour les numéros.
    """
    compares = 0
    nom, siren = livraison.editeur.get("nom"), _siren(livraison.editeur.get("siren"))
    if nom is not None and structures is not None:
        for lu, rowid, lignes in _colonne(structures, "editeur"):
            compares += 1
            if normaliser(lu) != normaliser(nom):
                origine = f"dans la liste des structures (établissements : {lignes})"
                yield _constat(structures.at(rowid, "editeur"), "Éditeur", (lu, nom), origine)
    declare = None if declaration is None else _siren(declaration.valeur["editeur"].get("siren"))
    if siren is not None and declaration is not None and declare is not None:
        compares += 1
        if siren != declare:
            origine = "dans la déclaration Ségur"
            yield _constat(declaration.at("/editeur/siren"), "SIREN de l'éditeur", (declare, siren), origine)
    if not compares:
        message = "l'éditeur n'est nommé que dans un document"
        raise NotAvailable(message, frozenset({"structures", "referencement"}))


def _siren(texte: str | None) -> str | None:
    return None if texte is None else "".join(texte.split())


def _constat(at: Location, quoi: str, valeurs: tuple[str, str], origine: str) -> Violation:
    lue, declaree = map(_ecrit, valeurs)
    faits = {"quoi": quoi, "valeur_lue": lue, "valeur_declaree": declaree, "origine": origine}
    return Violation(at, faits)
