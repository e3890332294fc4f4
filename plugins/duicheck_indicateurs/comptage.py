"""Who is counted, one by one: the sets behind the integers, and why each of the others is not in them.

One pass over the log serves three ends: the decompte of the vendor (contract §4.2), the list of what remains to do
(§4.3), and how far rejected rows may move the figures. The counted sets come from the very relations of the
recomputation (`recalcul.atelier`): their sizes are its integers. Nothing here leaves the connection but numbers,
places, and, for those who ask, the identifiers of `NonComptes.groupes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from duicheck.model import (
    CauseComptee,
    Decompte,
    Fenetre,
    GroupeNonCompte,
    Hypotheses,
    Journal,
    Livraison,
    NonComptes,
    Registre,
)
from duicheck.rulebook import Rulebook
from duicheck.rules import reader
from duicheck_indicateurs.decoupe import Scenario
from duicheck_indicateurs.lignes import PAR_DOSSIER, Export, cible_du_texte
from duicheck_indicateurs.lots import par_lots
from duicheck_indicateurs.recalcul import Resultats, atelier, requete, resultats

if TYPE_CHECKING:
    import duckdb

__all__ = [
    "Calcul",
    "Comptage",
    "Face",
    "Latitude",
    "calcul_de_la_livraison",
    "comptage_de_la_livraison",
    "non_comptes_de_la_livraison",
]

Cle = tuple[str, str]

_POURQUOI_PAS = ("causes_messages", "causes_dossiers", "causes_personnes")
_POURQUOI_OUI = ("causes_oublies_messages", "causes_oublies")
"""The queries that give causes to what is not counted, and to what a decompte forgets; that of messages first."""
_LOT = 50_000
"""Candidates whose causes are looked for together."""
_PAQUET = 10_000
_PERSONNE = NonComptes({}, lambda: iter(()))


class Face(Struct, frozen=True):
    """What the set difference gives for one establishment and indicator: the decompte's side of it."""

    lignes: int
    doublons: CauseComptee
    a_tort: Sequence[CauseComptee]
    oublies: Sequence[CauseComptee]


class Latitude(Struct, frozen=True):
    """How many things in one establishment a row more could move.

    `orphelins`: dossiers updated in the window whose person has no stay that counts. `dossiers`: those of persons
    present. `partage`: how many persons share the most shared dossier (1 where none is shared). `documents`: documents
    that the DMP holds at the window's end, where documents are counted.
    """

    orphelins: int
    dossiers: int
    partage: int
    documents: int


class Comptage(Struct, frozen=True):
    """The sets, as numbers: see `Face`, `NonComptes` and `Latitude`. `faces` is None without a decompte."""

    non_comptes: NonComptes
    faces: Mapping[Cle, Face] | None
    latitudes: Mapping[str, Latitude]


class Calcul(Struct, frozen=True):
    """One pass over the log and the register: the integers, and who they count.

    `comptage` is what went wrong where the sets could not be built: the integers stand without them.
    """

    resultats: Resultats
    comptage: Comptage | Exception


@reader(ahead=True)
def calcul_de_la_livraison(  # noqa: PLR0913 -- eight parts of the dataset, bound by the engine
    journal: Journal,
    registre: Registre,
    export: Export,
    rulebook: Rulebook,
    fenetre: Fenetre,
    hypotheses: Hypotheses,
    decompte: Decompte | None,
    livraison: Livraison,
) -> Calcul:
    """Recompute the indicators of each exported establishment under the hypotheses in force, and list who counts.

    The sets take as long as the integers: they are left out where nobody asks, nothing is missing, and nothing was
    rejected.
    """
    etablissements = sorted({ligne.finess_et for ligne in export.etablissements})
    scenario = Scenario("en_vigueur", fenetre, hypotheses)
    simples = rulebook.get("indicateurs_simples_comptes", ())
    rejets = journal.rejected + registre.rejected
    with atelier(journal, registre, etablissements, [scenario], apres=True) as connection:
        recalcules = resultats(connection, etablissements, [scenario], simples)[scenario.id]
        comptage: Comptage | Exception = Comptage(_PERSONNE, None, {})
        if decompte is not None or rejets or livraison.avec_identifiants or _manque(recalcules, rulebook):
            try:
                comptage = _comptage(connection, decompte=decompte is not None, rejets=rejets)
            except Exception as error:  # noqa: BLE001 -- raised again for whoever asks for the sets
                comptage = error
    return Calcul(recalcules, comptage)


def _manque(recalcules: Resultats, rulebook: Rulebook) -> bool:
    """Whether some establishment does not reach a target, or has an indicator of dossiers that none can be held to."""
    cibles = {code: cible_du_texte(rulebook, code) for code in PAR_DOSSIER}
    return any(
        (cible := cibles[code]) is None or not comptes.atteint(cible)
        for (_, code), comptes in recalcules.items()
        if code in cibles
    )


@reader
def comptage_de_la_livraison(calcul: Calcul) -> Comptage:
    """The counted sets."""
    if isinstance(calcul.comptage, Exception):
        raise calcul.comptage
    return calcul.comptage


def _comptage(connection: duckdb.DuckDBPyConnection, *, decompte: bool, rejets: int) -> Comptage:
    _table(connection, "faits_dossiers", requete("faits_dossiers"))
    _table(connection, "comptes", requete("comptes"))
    return Comptage(
        non_comptes=_non_comptes(connection),
        faces=_faces(connection) if decompte else None,
        latitudes=_latitudes(connection) if rejets else {},
    )


@reader
def non_comptes_de_la_livraison(comptage: Comptage) -> NonComptes:
    """Who could count and does not."""
    return comptage.non_comptes


def _table(connection: duckdb.DuckDBPyConnection, nom: str, sql: str) -> None:
    connection.execute(f"CREATE TABLE recalcul.{nom} AS {sql}")


def _chercher_les_causes(connection: duckdb.DuckDBPyConnection, source: str, messages: str, *autres: str) -> None:
    """Fill `recalcul.causes` with one cause per row of the query `source`.

    The query `messages` does those of MSSanté at once, since it reads the log; the queries `autres` do the others,
    some establishments at a time, so that what they hold together fits in memory.
    """
    _table(connection, "tous", requete(source))
    connection.execute(
        "CREATE TABLE recalcul.causes"
        " (finess_et VARCHAR, indicateur VARCHAR, identifiant VARCHAR, premiere BIGINT, cause VARCHAR)"
    )
    _table(connection, "candidats", "SELECT * FROM recalcul.tous WHERE indicateur = 'mssante'")
    connection.execute(f"INSERT INTO recalcul.causes {requete(messages)}")
    connection.execute("DELETE FROM recalcul.tous WHERE indicateur = 'mssante'")
    tailles = connection.execute("SELECT finess_et, count(*) FROM recalcul.tous GROUP BY ALL ORDER BY ALL").fetchall()
    for lot in par_lots(tailles, _LOT):
        _remplacer(connection, "lot", "SELECT unnest(?) AS finess_et", [lot])
        _remplacer(
            connection,
            "candidats",
            "SELECT * FROM recalcul.tous WHERE finess_et IN (SELECT finess_et FROM recalcul.lot)",
        )
        _remplacer(connection, "inscrits", requete("lot_inscrits"))
        _remplacer(connection, "faits", requete("lot_faits"))
        for nom in autres:
            connection.execute(f"INSERT INTO recalcul.causes {requete(nom)}")
    for nom in ("tous", "candidats", "lot", "inscrits", "faits"):
        connection.execute(f"DROP TABLE IF EXISTS recalcul.{nom}")


def _remplacer(connection: duckdb.DuckDBPyConnection, nom: str, sql: str, parametres: Sequence[object] = ()) -> None:
    connection.execute(f"CREATE OR REPLACE TABLE recalcul.{nom} AS {sql}", parametres)


def _non_comptes(connection: duckdb.DuckDBPyConnection) -> NonComptes:
    """Write the list of what is not counted, and count it by cause."""
    _chercher_les_causes(connection, "manquants", *_POURQUOI_PAS)
    colonnes = "finess_et, indicateur, cause, identifiant"
    connection.execute(f"CREATE OR REPLACE TABLE comptage_non_comptes AS SELECT {colonnes} FROM recalcul.causes")
    connection.execute("DROP TABLE recalcul.causes")
    for nom in ("sans_dossier", "envois_manques"):
        connection.execute(f"INSERT INTO comptage_non_comptes SELECT {colonnes} FROM ({requete(nom)}) AS {nom}")
    nombres: dict[Cle, dict[str, int]] = {}
    for finess, code, cause, nombre in connection.execute(
        "SELECT finess_et, indicateur, cause, count(*) AS nombre FROM comptage_non_comptes"
        " GROUP BY finess_et, indicateur, cause ORDER BY finess_et, indicateur, nombre DESC, cause"
    ).fetchall():
        nombres.setdefault((finess, code), {})[cause] = nombre
    return NonComptes(nombres, lambda: _groupes(connection))


def _groupes(connection: duckdb.DuckDBPyConnection) -> Iterator[GroupeNonCompte]:
    """Read the list back, one group at a time."""
    found = connection.cursor().execute(
        "SELECT finess_et, indicateur, cause, identifiant FROM comptage_non_comptes ORDER BY ALL"
    )
    lignes = (ligne for paquet in iter(lambda: found.fetchmany(_PAQUET), []) for ligne in paquet)
    for (finess, code, cause), siennes in groupby(lignes, key=lambda ligne: ligne[:3]):
        yield GroupeNonCompte(finess, code, cause, tuple(ligne[3] for ligne in siennes))


def _faces(connection: duckdb.DuckDBPyConnection) -> dict[Cle, Face]:
    """The set difference with the decompte, one cause per identifier, as numbers."""
    connection.execute(f"INSERT INTO recalcul.comptes {requete('messages_comptes')}")
    _table(connection, "decomptes", requete("decomptes"))
    _chercher_les_causes(connection, "a_tort", *_POURQUOI_PAS)
    a_tort = _par_cause(connection)
    _chercher_les_causes(connection, "oublies", *_POURQUOI_OUI)
    oublies = _par_cause(connection)
    faces: dict[Cle, Face] = {}
    for finess, code, lignes, doublons, premiere in connection.execute(
        "SELECT finess_et, indicateur, CAST(sum(lignes) AS BIGINT), CAST(sum(lignes - 1) AS BIGINT),"
        " min(CASE WHEN lignes > 1 THEN derniere END) FROM recalcul.decomptes GROUP BY finess_et, indicateur"
    ).fetchall():
        faces[finess, code] = Face(
            lignes, CauseComptee("doublon", doublons, premiere), a_tort.pop((finess, code), ()), ()
        )
    for cle, causes in oublies.items():
        face = faces.get(cle, Face(0, CauseComptee("doublon", 0), (), ()))
        faces[cle] = Face(face.lignes, face.doublons, face.a_tort, causes)
    return faces


def _par_cause(connection: duckdb.DuckDBPyConnection) -> dict[Cle, list[CauseComptee]]:
    """Numbers by establishment, indicator and cause, the most frequent first; the table of causes is dropped."""
    causes: dict[Cle, list[CauseComptee]] = {}
    for finess, code, cause, nombre, premiere in connection.execute(
        "SELECT finess_et, indicateur, cause, count(*) AS nombre, min(premiere) FROM recalcul.causes"
        " GROUP BY finess_et, indicateur, cause ORDER BY nombre DESC, cause"
    ).fetchall():
        causes.setdefault((finess, code), []).append(CauseComptee(cause, nombre, premiere))
    connection.execute("DROP TABLE recalcul.causes")
    return causes


def _latitudes(connection: duckdb.DuckDBPyConnection) -> dict[str, Latitude]:
    documents = {finess: int(nombre) for _, finess, nombre in connection.execute(requete("documents")).fetchall()}
    return {
        finess: Latitude(orphelins, dossiers, partage, documents.get(finess, 0))
        for finess, orphelins, dossiers, partage in connection.execute(requete("latitudes")).fetchall()
    }
