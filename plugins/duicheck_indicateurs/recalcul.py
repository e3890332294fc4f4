"""The indicators, recomputed from the log and the register (contract §3).

The work is cut so that the log is read a fixed number of times, however many scenarios are asked:

1. The bounds of all scenarios cut the time of each establishment into slices (`tranches`), numbered;
   a scenario's window is then a range of numbers (`fenetres`: premiere..derniere). Instants are bound
   per establishment here, so that no query knows a time zone.
2. The log is read into three tables that hold no event any more: what happened to each dossier in each slice
   (`activite`), from which slice to which its objects are in which state (`etats`), how many messages and other
   counted events each slice has (`passages`).
3. One query per family of indicators reads these and answers for all scenarios at once; the hypotheses are
   columns of `fenetres`, and each alternative is a branch beside the default one.

How this serves the diagnosis: pass one `Scenario` per combination of hypotheses. A scenario that differs by a
hypothesis alone adds no slice and no reading of the log; one that moves the window adds at most two slices. What
grows is step 3, over tables of the size of the register. There, scenarios that agree on all that a relation reads
share its rows: the first of them computes, and the columns `…_de` of `fenetres` say which one it is (`decoupe`).

An `id_evenement` that the log repeats counts once (`repetes.sql` says which row, and why it does not depend on the
order of rows). The queries keep to constructs that DuckDB and Spark read alike, once sqlglot has translated them. Each
is a function of the relations that it names: those that do not read one another run side by side (`equipe`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import cache
from importlib import resources
from threading import Lock
from typing import TYPE_CHECKING, Any

from duicheck.model import Comptes, Journal, Registre
from duicheck_indicateurs.decoupe import Scenario, decouper, partages
from duicheck_indicateurs.equipe import executer
from duicheck_indicateurs.memoire import restreinte

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

__all__ = ["FAMILLES", "REQUETES", "Resultats", "atelier", "recalculer", "requete", "resultats"]

_RELATIONS = {
    "activite": "TABLE",
    "presents": "TABLE",
    "etats": "TABLE",
    "passages": "TABLE",
    "mises_a_jour": "VIEW",
    "avec_projet": "VIEW",
    "avec_agenda": "VIEW",
    "envois": "VIEW",
    "dossiers_possibles": "VIEW",
    "alimentes": "VIEW",
    "servis": "VIEW",
    "actifs": "TABLE",
}
"""What is between the log and the families, each after what it reads; kept, or read again by those that need it."""

FAMILLES = {
    "personnes": "presents_de",
    "dossiers_actifs": "actifs_de",
    "projet_personnalise": "projet_de",
    "evenement_agenda": "agenda_de",
    "messages": "messages_de",
    "dmp": "dmp_de",
    "dmp_documents": "dmp_de",
    "documents": "dmp_de",
    "compteurs": "fenetre_de",
}
"""Each family of indicators, and the column of `fenetres` that says which scenario computes it."""

REQUETES = ("repetes", "evenements", "evenements_uniques", *_RELATIONS, *FAMILLES)
"""Every query, by name, each after those that it reads."""

_UN_SEUL = Lock()
"""Held while a database `recalcul` is attached: all connections to the tables of a delivery would see it."""

Resultats = Mapping[tuple[str, str], Comptes]
"""(finess_et, indicator code) -> the recomputed integers; every establishment and code asked is there."""


@cache
def requete(nom: str) -> str:
    """The text of one query (see `REQUETES`)."""
    return resources.files(__package__).joinpath("sql", f"{nom}.sql").read_text(encoding="utf-8")


def recalculer(
    journal: Journal,
    registre: Registre,
    etablissements: Iterable[str],
    scenarios: Sequence[Scenario],
    simples: Iterable[str] = (),
) -> dict[str, Resultats]:
    """Recompute the seven indicators of each establishment, under each scenario.

    Args:
        journal: the log; in the same DuckDB connection as the register.
        registre: the stays.
        etablissements: FINESS numbers; one that the log and the register do not know gets zeros.
        scenarios: windows and hypotheses; their ids must differ.
        simples: codes that the text defines as plain counts, without a denominator (`eprescription` and
            `eparcours` always are).

    Returns:
        scenario id -> (finess_et, code) -> integers.

    Raises:
        ValueError: a hypothesis has a value that the queries do not know.
    """
    etablissements = sorted(set(etablissements))
    peu = restreinte(journal.connection) if len(scenarios) > 1 else nullcontext()
    with peu, atelier(journal, registre, etablissements, scenarios) as connection:
        return resultats(connection, etablissements, scenarios, simples)


def resultats(
    connection: duckdb.DuckDBPyConnection,
    etablissements: Iterable[str],
    scenarios: Sequence[Scenario],
    simples: Iterable[str] = (),
) -> dict[str, Resultats]:
    """The integers, inside an `atelier` opened for the same establishments and scenarios; see `recalculer`."""
    simples = frozenset(simples)
    # The documents of persons take as much memory as the persons: they are left alone where nobody counts them.
    sans = () if any(scenario.hypotheses["dmp"] == "documents" for scenario in scenarios) else ("dmp_documents",)
    lues = executer(connection, {nom: requete(nom) for nom in FAMILLES if nom not in sans})
    lignes = {nom: _par_ligne(lues.get(nom, ())) for nom in FAMILLES}
    par = partages(connection)
    calcules: dict[str, Resultats] = {}
    for scenario in scenarios:
        siens: dict[tuple[str, str], Comptes] = {}
        for finess in etablissements:
            de = par[scenario.id, finess]
            entiers = {nom: lignes[nom].get((de[colonne], finess)) for nom, colonne in FAMILLES.items()}
            comptes = _assembler(entiers, scenario.hypotheses["dmp"], simples)
            siens |= {(finess, code): compte for code, compte in comptes.items()}
        calcules[scenario.id] = siens
    return calcules


@contextmanager
def atelier(
    journal: Journal,
    registre: Registre,  # noqa: ARG001 -- the queries read its table, in the same connection
    etablissements: Iterable[str],
    scenarios: Sequence[Scenario],
    *,
    apres: bool = False,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The connection with every intermediate relation of `REQUETES` in a database `recalcul`, gone at the end.

    It is in memory, shares the memory limit of the connection, and spills where the connection spills.

    Args:
        journal: as for `recalculer`.
        registre: the same.
        etablissements: the same.
        scenarios: the same.
        apres: also keep what follows the last window, as one more slice that belongs to no window.

    Raises:
        ValueError: as `recalculer`.
    """
    connection = journal.connection
    with _UN_SEUL:
        connection.execute("ATTACH ':memory:' AS recalcul")
        try:
            decouper(connection, sorted(set(etablissements)), scenarios, apres=apres)
            _evenements(journal)
            executer(
                connection,
                {nom: f"CREATE {genre} recalcul.{nom} AS {requete(nom)}" for nom, genre in _RELATIONS.items()},
            )
            yield connection
        finally:
            connection.execute("DETACH recalcul")


def _evenements(journal: Journal) -> None:
    """The log with each id once; where none is repeated, as ever or nearly, that is the log and plans are shorter."""
    connection = journal.connection
    if journal.repeats:
        connection.execute(f"CREATE TABLE recalcul.repetes AS {requete('repetes')}")
    vue = requete("evenements" if journal.repeats else "evenements_uniques")
    connection.execute(f"CREATE VIEW recalcul.evenements AS {vue}")


def _par_ligne(lignes: Iterable[tuple[Any, ...]]) -> dict[tuple[str, str], tuple[int, ...]]:
    """The rows of a family, by scenario and establishment."""
    return {(scenario, finess): tuple(map(int, entiers)) for scenario, finess, *entiers in lignes}


def _assembler(entiers: Mapping[str, tuple[int, ...] | None], dmp: str, simples: frozenset[str]) -> dict[str, Comptes]:
    """The seven indicators of one establishment under one scenario; what a query does not return is 0."""
    famille_dmp = "dmp"
    if dmp == "documents":
        # A text that counts documents, without a denominator, counts those of the establishment.
        famille_dmp = "documents" if "dmp" in simples else "dmp_documents"
    accompagnees, possibles = entiers["personnes"] or (0, 0)
    (actifs,) = entiers["dossiers_actifs"] or (0,)
    (projets,) = entiers["projet_personnalise"] or (0,)
    (agenda,) = entiers["evenement_agenda"] or (0,)
    (messages,) = entiers["messages"] or (0,)
    (alimentes,) = entiers[famille_dmp] or (0,)
    eprescription, eparcours = entiers["compteurs"] or (0, 0)
    return {
        "dossiers_actifs": Comptes(actifs, accompagnees),
        "projet_personnalise": Comptes(projets, actifs),
        "evenement_agenda": Comptes(agenda, actifs),
        "mssante": Comptes(messages, None if "mssante" in simples else possibles),
        "dmp": Comptes(alimentes, None if "dmp" in simples else possibles),
        "eprescription": Comptes(eprescription),
        "eparcours": Comptes(eparcours),
    }
