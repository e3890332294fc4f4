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
grows is step 3, over tables of the size of the register: 39 scenarios over 10⁶ events cost about 7 times one.
To go below, let scenarios that agree on what a family reads share its rows: `presents` depends on the window and
`denominateur` alone, `actifs` on these and `mise_a_jour`, and so on; the queries need another key than `scenario`,
and nothing else changes.

An `id_evenement` that the log repeats counts once (`repetes.sql` says which row, and why it does not depend on the
order of rows). The queries keep to constructs that DuckDB and Spark read alike, once sqlglot has translated them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from duicheck.model import Comptes, Fenetre, Journal, Registre
from duicheck_indicateurs.memoire import restreinte

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

__all__ = ["HYPOTHESES", "REQUETES", "Resultats", "Scenario", "atelier", "recalculer", "requete", "resultats"]

HYPOTHESES = {
    "denominateur": ("presence_fenetre", "presence_fin", "file_active_annuelle"),
    "mise_a_jour": ("ecriture", "explicite", "tout"),
    "projet": ("etat_fin", "dans_fenetre"),
    "agenda": ("date_dans_fenetre", "saisi_dans_fenetre", "avec_annules", "existe", "tout_evenement"),
    "messages": ("envoyes", "avec_echecs", "avec_recus", "professionnels"),
    "dmp": ("succes", "tentatives", "documents"),
}
"""The hypotheses that the queries know, with every value of each; the rulebook says which is the default."""

_JAMAIS = datetime(9999, 12, 31)  # noqa: DTZ001 -- naive UTC, as every instant of the tables
_TABLES = ("activite", "passages", "etats", "presents")
_VUES = ("mises_a_jour", "avec_projet", "avec_agenda", "envois", "dossiers_possibles", "alimentes", "servis")
_RELUES = frozenset({"avec_projet", "avec_agenda", "servis"})
"""Views that a family and the counted sets both read: worth keeping for one scenario, too much for dozens."""
_FAMILLES = (
    "dossiers_actifs",
    "projet_personnalise",
    "evenement_agenda",
    "messages",
    "possibles",
    "dmp",
    "dmp_documents",
    "documents",
    "compteurs",
)
REQUETES = ("repetes", "evenements", "evenements_uniques", *_TABLES, *_VUES, "actifs", *_FAMILLES)
"""Every query, by name, in the order in which they run."""

Resultats = Mapping[tuple[str, str], Comptes]
"""(finess_et, indicator code) -> the recomputed integers; every establishment and code asked is there."""


class Scenario(Struct, frozen=True):
    """One way to compute: a window and the value of every hypothesis of `HYPOTHESES` (others are ignored)."""

    id: str
    fenetre: Fenetre
    hypotheses: Mapping[str, str]


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
    familles = {nom: {} if nom in sans else _par_ligne(connection, nom) for nom in _FAMILLES}
    return {
        scenario.id: {
            (finess, code): comptes
            for finess in etablissements
            for code, comptes in _assembler(familles, scenario, finess, simples).items()
        }
        for scenario in scenarios
    }


def _verifier(scenario: Scenario) -> None:
    for nom, valeurs in HYPOTHESES.items():
        if scenario.hypotheses.get(nom) not in valeurs:
            message = f"hypothèse {nom} : « {scenario.hypotheses.get(nom)} » n'est pas l'un de {', '.join(valeurs)}"
            raise ValueError(message)


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
    for scenario in scenarios:
        _verifier(scenario)
    connection = journal.connection
    connection.execute("ATTACH ':memory:' AS recalcul")
    try:
        _decouper(connection, sorted(set(etablissements)), scenarios, apres=apres)
        _evenements(journal)
        for nom in _TABLES:
            connection.execute(f"CREATE TABLE recalcul.{nom} AS {requete(nom)}")
        for nom in _VUES:
            genre = "TABLE" if nom in _RELUES and len(scenarios) == 1 else "VIEW"
            connection.execute(f"CREATE {genre} recalcul.{nom} AS {requete(nom)}")
        connection.execute(f"CREATE TABLE recalcul.actifs AS {requete('actifs')}")
        yield connection
    finally:
        connection.execute("DETACH recalcul")


def _decouper(
    connection: duckdb.DuckDBPyConnection, finess: Sequence[str], scenarios: Sequence[Scenario], *, apres: bool
) -> None:
    """Write the slices of time, the windows as ranges of slices, and the distinct ends."""
    tranches: list[tuple[str, int, datetime | None, datetime]] = []
    fenetres: list[tuple[Any, ...]] = []
    for numero in finess:
        bornes = [scenario.fenetre.instants(numero) for scenario in scenarios]
        coupes = sorted({instant for paire in bornes for instant in paire})
        # Slice k ends at cut k; slice 0 has no beginning, and what follows the last cut counts for nothing.
        fins = [*coupes, _JAMAIS] if apres else coupes
        tranches += [(numero, rang, coupes[rang - 1] if rang else None, fin) for rang, fin in enumerate(fins)]
        for scenario, (debut_utc, fin_utc) in zip(scenarios, bornes, strict=True):
            fenetre = scenario.fenetre
            fenetres.append(
                (
                    scenario.id,
                    numero,
                    coupes.index(debut_utc) + 1,
                    coupes.index(fin_utc),
                    fenetre.debut,
                    fenetre.fin,
                    *_presence(fenetre, scenario.hypotheses["denominateur"]),
                    *(scenario.hypotheses[nom] for nom in HYPOTHESES if nom != "denominateur"),
                )
            )
    codes = ", ".join(f"{nom} VARCHAR" for nom in HYPOTHESES if nom != "denominateur")
    _remplir(
        connection, "tranches", "finess_et VARCHAR, tranche INTEGER, debut_utc TIMESTAMP, fin_utc TIMESTAMP", tranches
    )
    _remplir(
        connection,
        "fenetres",
        "scenario VARCHAR, finess_et VARCHAR, premiere INTEGER, derniere INTEGER, debut DATE, fin DATE, "
        f"presence_debut DATE, presence_fin DATE, {codes}",
        fenetres,
    )


def _presence(fenetre: Fenetre, denominateur: str) -> tuple[date, date]:
    """A stay counts when it has a day between these two, both included."""
    debut = {
        "presence_fenetre": fenetre.debut,
        "presence_fin": fenetre.fin,
        "file_active_annuelle": fenetre.fin.replace(month=1, day=1),
    }[denominateur]
    return debut, fenetre.fin


def _remplir(connection: duckdb.DuckDBPyConnection, nom: str, colonnes: str, lignes: Sequence[tuple[Any, ...]]) -> None:
    """Create a small table and fill it in one statement."""
    connection.execute(f"CREATE TABLE recalcul.{nom} ({colonnes})")
    if lignes:
        listes = ", ".join("unnest(?)" for _ in lignes[0])
        colonnes_pleines = [list(valeurs) for valeurs in zip(*lignes, strict=True)]
        connection.execute(f"INSERT INTO recalcul.{nom} SELECT {listes}", colonnes_pleines)


def _evenements(journal: Journal) -> None:
    """The log with each id once; where none is repeated, as ever or nearly, that is the log and plans are shorter."""
    connection = journal.connection
    if journal.repeats:
        connection.execute(f"CREATE TABLE recalcul.repetes AS {requete('repetes')}")
    vue = requete("evenements" if journal.repeats else "evenements_uniques")
    connection.execute(f"CREATE VIEW recalcul.evenements AS {vue}")


def _par_ligne(connection: duckdb.DuckDBPyConnection, nom: str) -> dict[tuple[str, str], tuple[int, ...]]:
    """The rows of a family, by scenario and establishment."""
    lignes = connection.execute(requete(nom)).fetchall()
    return {(scenario, finess): tuple(map(int, entiers)) for scenario, finess, *entiers in lignes}


def _assembler(
    familles: Mapping[str, Mapping[tuple[str, str], tuple[int, ...]]],
    scenario: Scenario,
    finess: str,
    simples: frozenset[str],
) -> dict[str, Comptes]:
    """The seven indicators of one establishment under one scenario; what a query does not return is 0."""
    cle = (scenario.id, finess)
    famille_dmp = "dmp"
    if scenario.hypotheses["dmp"] == "documents":
        # A text that counts documents, without a denominator, counts those of the establishment.
        famille_dmp = "documents" if "dmp" in simples else "dmp_documents"
    actifs, accompagnees = familles["dossiers_actifs"].get(cle, (0, 0))
    projets, _ = familles["projet_personnalise"].get(cle, (0, 0))
    agenda, _ = familles["evenement_agenda"].get(cle, (0, 0))
    (messages,) = familles["messages"].get(cle, (0,))
    (possibles,) = familles["possibles"].get(cle, (0,))
    (dmp,) = familles[famille_dmp].get(cle, (0,))
    eprescription, eparcours = familles["compteurs"].get(cle, (0, 0))
    return {
        "dossiers_actifs": Comptes(actifs, accompagnees),
        "projet_personnalise": Comptes(projets, actifs),
        "evenement_agenda": Comptes(agenda, actifs),
        "mssante": Comptes(messages, None if "mssante" in simples else possibles),
        "dmp": Comptes(dmp, None if "dmp" in simples else possibles),
        "eprescription": Comptes(eprescription),
        "eparcours": Comptes(eparcours),
    }
