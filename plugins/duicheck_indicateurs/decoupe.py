"""Scenarios laid over time: the slices of each establishment, the windows in them, and who computes for whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from duicheck.model import Fenetre

if TYPE_CHECKING:
    import duckdb

__all__ = ["HYPOTHESES", "Scenario", "decouper", "partages"]

HYPOTHESES = {
    "denominateur": ("presence_fenetre", "presence_fin", "file_active_annuelle"),
    "mise_a_jour": ("ecriture", "explicite", "tout"),
    "projet": ("etat_fin", "dans_fenetre"),
    "agenda": ("date_dans_fenetre", "saisi_dans_fenetre", "avec_annules", "existe", "tout_evenement"),
    "messages": ("envoyes", "avec_echecs", "avec_recus", "professionnels"),
    "dmp": ("succes", "tentatives", "documents"),
}
"""The hypotheses that the queries know, with every value of each; the rulebook says which is the default."""

_TRANCHES = {"tranche": "INTEGER", "debut_utc": "TIMESTAMP", "fin_utc": "TIMESTAMP"}
_TOUJOURS = datetime.min  # noqa: DTZ901 -- naive UTC, as every instant of the tables, which hold none before
_JAMAIS = datetime(9999, 12, 31)  # noqa: DTZ001 -- naive UTC too

_PRESENCE = ("presence_debut", "presence_fin")
_FENETRE = ("premiere", "derniere")
_ACTIFS = (*_PRESENCE, *_FENETRE, "mise_a_jour")
_PARTAGES = {
    "fenetre_de": _FENETRE,
    "presents_de": _PRESENCE,
    "actifs_de": _ACTIFS,
    "projet_de": (*_ACTIFS, "projet"),
    "agenda_de": (*_ACTIFS, "debut", "fin", "agenda"),
    "messages_de": (*_FENETRE, "messages"),
    "dmp_de": (*_PRESENCE, *_FENETRE, "dmp"),
}
"""Column of `fenetres` -> what two scenarios must agree on, in an establishment, for one to compute for both."""

_COLONNES = {
    "scenario": "VARCHAR",
    "premiere": "INTEGER",
    "derniere": "INTEGER",
    **dict.fromkeys(("debut", "fin", *_PRESENCE), "DATE"),
    **dict.fromkeys((nom for nom in HYPOTHESES if nom != "denominateur"), "VARCHAR"),
    **dict.fromkeys(_PARTAGES, "VARCHAR"),
}
"""Columns of `fenetres` beside `finess_et`: the bounds of the scenario's window there, its hypotheses, who computes."""


class Scenario(Struct, frozen=True):
    """One way to compute: a window and the value of every hypothesis of `HYPOTHESES` (others are ignored)."""

    id: str
    fenetre: Fenetre
    hypotheses: Mapping[str, str]


def _verifier(scenario: Scenario) -> None:
    for nom, valeurs in HYPOTHESES.items():
        if scenario.hypotheses.get(nom) not in valeurs:
            message = f"hypothèse {nom} : « {scenario.hypotheses.get(nom)} » n'est pas l'un de {', '.join(valeurs)}"
            raise ValueError(message)


def decouper(
    connection: duckdb.DuckDBPyConnection, finess: Sequence[str], scenarios: Sequence[Scenario], *, apres: bool
) -> None:
    """Write the tables `tranches`, the slices of time, and `fenetres`, the windows as ranges of slices.

    Args:
        connection: where a database `recalcul` is attached.
        finess: the establishments, each once.
        scenarios: windows and hypotheses; their ids must differ.
        apres: also write what follows the last window, as one more slice that belongs to no window.

    Raises:
        ValueError: a hypothesis has a value that the queries do not know.
    """
    for scenario in scenarios:
        _verifier(scenario)
    # Establishments whose windows are between the same instants share everything here but their numbers.
    horloges: dict[tuple[tuple[datetime, datetime], ...], int] = {}
    horloge_de = {
        numero: horloges.setdefault(tuple(scenario.fenetre.instants(numero) for scenario in scenarios), len(horloges))
        for numero in finess
    }
    tranches: list[list[dict[str, Any]]] = []
    fenetres: list[list[dict[str, Any]]] = []
    for bornes in horloges:
        coupes = sorted({instant for paire in bornes for instant in paire})
        # Slice k ends at cut k; slice 0 begins before everything, and what follows the last cut counts for nothing.
        tranches.append(
            [
                {"tranche": rang, "debut_utc": debut, "fin_utc": fin}
                for rang, (debut, fin) in enumerate(pairwise([_TOUJOURS, *coupes, *([_JAMAIS] if apres else [])]))
            ]
        )
        siennes = [
            _fenetre(scenario, coupes.index(debut) + 1, coupes.index(fin))
            for scenario, (debut, fin) in zip(scenarios, bornes, strict=True)
        ]
        fenetres.append(list(_partager(siennes)))
    _remplir(connection, "tranches", _TRANCHES, horloge_de, tranches)
    _remplir(connection, "fenetres", _COLONNES, horloge_de, fenetres)


def _fenetre(scenario: Scenario, premiere: int, derniere: int) -> dict[str, Any]:
    """The window of a scenario, from its first slice to its last, with its hypotheses."""
    presence_debut, presence_fin = _presence(scenario.fenetre, scenario.hypotheses["denominateur"])
    return {
        "scenario": scenario.id,
        "premiere": premiere,
        "derniere": derniere,
        "debut": scenario.fenetre.debut,
        "fin": scenario.fenetre.fin,
        "presence_debut": presence_debut,
        "presence_fin": presence_fin,
        **{nom: scenario.hypotheses[nom] for nom in HYPOTHESES if nom != "denominateur"},
    }


def _partager(fenetres: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The windows of one clock, each with the scenario that computes for it: the first that agrees."""
    premiers: dict[tuple[Any, ...], str] = {}
    for fenetre in fenetres:
        calculs = {
            colonne: premiers.setdefault((colonne, *(fenetre[nom] for nom in lus)), fenetre["scenario"])
            for colonne, lus in _PARTAGES.items()
        }
        yield {**fenetre, **calculs}


def _presence(fenetre: Fenetre, denominateur: str) -> tuple[date, date]:
    """A stay counts when it has a day between these two, both included."""
    debut = {
        "presence_fenetre": fenetre.debut,
        "presence_fin": fenetre.fin,
        "file_active_annuelle": fenetre.fin.replace(month=1, day=1),
    }[denominateur]
    return debut, fenetre.fin


def _remplir(
    connection: duckdb.DuckDBPyConnection,
    nom: str,
    colonnes: Mapping[str, str],
    horloge_de: Mapping[str, int],
    lignes: Sequence[Sequence[Mapping[str, Any]]],
) -> None:
    """Create a small table and give each establishment the rows of its clock, which is a place in `lignes`."""
    types = ", ".join(f"{colonne} {genre}" for colonne, genre in colonnes.items())
    connection.execute(f"CREATE TABLE recalcul.{nom} (finess_et VARCHAR, {types})")
    if any(lignes):
        connection.execute(
            f"INSERT INTO recalcul.{nom} BY NAME SELECT finess_et, unnest(?[horloge + 1], max_depth := 2)"
            " FROM (SELECT unnest(?) AS finess_et, unnest(?) AS horloge)",
            [lignes, list(horloge_de), list(horloge_de.values())],
        )


def partages(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], dict[str, str]]:
    """(scenario, finess_et) -> column `…_de` of `fenetres` -> the scenario that computes for this one."""
    lignes = connection.execute(f"SELECT scenario, finess_et, {', '.join(_PARTAGES)} FROM recalcul.fenetres").fetchall()
    return {(scenario, finess): dict(zip(_PARTAGES, de, strict=True)) for scenario, finess, *de in lignes}
