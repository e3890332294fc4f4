"""FINESS numbers by themselves: shape and key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from duicheck.errors import NotAvailable
from duicheck.findings import Fact, Location, Severity, Violation
from duicheck.model import Decompte, Indicateurs, Journal, Registre, Structures, Table, TableauDeBord
from duicheck.rules import reader, rule
from duicheck_identifiants.repertoire.numeros import FORME, cle_juste

__all__ = ["Numero", "NumerosFiness", "finess_cle", "finess_mal_forme", "numeros_finess"]

_ET = "finess_et"
_COLONNES = {"structures": (_ET, "finess_ej")}
_TOTAL = "TOTAL"


class Numero(Struct, frozen=True):
    """One number of the delivery: where it is first met, in which table, and on how many rows of all of them."""

    valeur: str
    role: str
    at: Location
    lignes: int


class NumerosFiness(Struct, frozen=True):
    """Every FINESS number of the tables at hand, once, in the order in which they are met.

    `etablissements`: those that stand where the number of an establishment is due, counted there alone.
    """

    numeros: Sequence[Numero]
    etablissements: Sequence[Numero] = ()


@reader
def numeros_finess(  # noqa: PLR0913 -- one parameter per table
    export: Indicateurs | None,
    structures: Structures | None,
    registre: Registre | None,
    journal: Journal | None,
    decompte: Decompte | None,
    grille: TableauDeBord | None,
) -> NumerosFiness:
    """The numbers, read once for all the rules: the log may be large.

    Raises:
        NotAvailable: there is no table at all.
    """
    presentes = [table for table in (export, structures, registre, journal, decompte, grille) if table is not None]
    if not presentes:
        message = "aucune table ne donne de numéro FINESS"
        raise NotAvailable(message, frozenset({"indicateurs"}))
    trouves: dict[str, Numero] = {}
    geographiques: dict[str, Numero] = {}
    for table in presentes:
        for colonne in _COLONNES.get(table.role, (_ET,)):
            for valeur, at, lignes in _dans(table, colonne):
                vu = Numero(valeur, table.role, at, lignes)
                _ajoute(trouves, vu)
                if colonne == _ET:
                    _ajoute(geographiques, vu)
    return NumerosFiness(list(trouves.values()), list(geographiques.values()))


def _ajoute(trouves: dict[str, Numero], vu: Numero) -> None:
    """The first place stays; the rows add up."""
    premier = trouves.setdefault(vu.valeur, vu)
    if premier is not vu:
        trouves[vu.valeur] = replace(premier, lignes=premier.lignes + vu.lignes)


def _dans(table: Table, colonne: str) -> Iterator[tuple[str, Location, int]]:
    """The distinct numbers of one column: the number, the place of the first, how many rows."""
    sql = (
        f"SELECT {colonne}, min(rowid), count(*) FROM {table.role}"
        f" WHERE {colonne} IS NOT NULL AND {colonne} <> ? GROUP BY {colonne} ORDER BY min(rowid)"
    )
    for valeur, rowid, lignes in table.rows(sql, [_TOTAL]):
        yield valeur, table.at(rowid, colonne), lignes


@rule(
    "identifiants/finess-mal-forme",
    severity=Severity.ERROR,
    message="Numéro FINESS mal formé : {cause} (lignes de la livraison qui le portent : {lignes}).",
    remedy="Reprenez le numéro géographique (ET) de l'établissement dans l'annuaire FINESS.",
    since="0.1",
)
def finess_mal_forme(numeros: NumerosFiness) -> Iterator[Violation]:
    """Un numéro FINESS n'a pas la forme d'un numéro FINESS.

    Deux caractères pour le lieu (deux chiffres, ou 2A et 2B pour la Corse), puis sept chiffres. Ce qui n'a pas
    neuf caractères est déjà écarté par le schéma. Chaque numéro n'est signalé qu'une fois, à sa première ligne, et
    sa valeur n'est pas recopiée quand elle vient du journal ou du registre : on ne sait pas ce que c'est.

    Source : schéma « structures » des flux FINESS de l'ANS (neuf caractères) ; le lieu puis sept chiffres est un
    constat de duicheck sur les numéros publics.
    """
    for numero in numeros.numeros:
        if FORME.fullmatch(numero.valeur):
            continue
        faits: dict[str, Fact] = {"cause": _defaut(numero.valeur), "lignes": numero.lignes}
        if numero.role in {"indicateurs", "structures"}:
            yield Violation(numero.at, {**faits, "finess_et": numero.valeur})
        else:
            yield Violation(numero.at, faits)


def _defaut(valeur: str) -> str:
    """What is wrong with a number of nine characters, without quoting it."""
    if FORME.fullmatch(valeur.upper()):
        return "la lettre de la Corse est en majuscule, 2A ou 2B"
    if not valeur[2:].isdigit():
        return "les sept derniers caractères sont des chiffres"
    return "les deux premiers caractères sont deux chiffres, 2A ou 2B"


@rule(
    "identifiants/finess-cle",
    severity=Severity.WARNING,
    message="{finess_et} : le dernier chiffre n'est pas la clé attendue (lignes de la livraison : {lignes}). Cette clé"
    " se constate sur les numéros publics, aucun texte officiel ne la décrit.",
    remedy="Comparez le numéro à l'annuaire FINESS : un chiffre est sans doute faux ou deux sont échangés.",
    since="0.1",
)
def finess_cle(numeros: NumerosFiness) -> Iterator[Violation]:
    """La clé d'un numéro FINESS ne va pas.

    Le dernier chiffre est une clé de Luhn sur les neuf, la lettre de la Corse comptant pour 1 (A) ou 2 (B). Tous
    les numéros publics essayés la vérifient, mais aucun document officiel ne l'écrit, et des exemples de l'ANS ne la
    respectent pas : c'est un avertissement. Un numéro mal formé relève de `identifiants/finess-mal-forme`.

    Source : convention duicheck, constatée sur les extraits publics du fichier FINESS.
    """
    for numero in numeros.numeros:
        if FORME.fullmatch(numero.valeur) and not cle_juste(numero.valeur):
            yield Violation(numero.at, {"finess_et": numero.valeur, "lignes": numero.lignes})
