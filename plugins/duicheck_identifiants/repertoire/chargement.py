"""Loading extracts, recognised by their content, into one DuckDB file."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Final

from msgspec.structs import asdict

from duicheck.errors import UsageError
from duicheck_identifiants.repertoire.csv_etalab import lire_csv
from duicheck_identifiants.repertoire.flux_json import lire_json_finess
from duicheck_identifiants.repertoire.flux_xml import lire_xml
from duicheck_identifiants.repertoire.puits import COLONNES_EJ, COLONNES_ET, Puits, SourceExtrait

if TYPE_CHECKING:
    import duckdb

__all__ = ["charger", "remplir"]

_GZIP: Final = b"\x1f\x8b"
_BOMS: Final = (b"\xef\xbb\xbf",)
_ESSAI: Final = 1 << 20
_LIGNE: Final = 1 << 20  # bytes of a line; a longer one is no row, and must not fill the memory
_DEPLIE: Final = 2 << 30  # bytes of an unpacked file: the whole of FINESS+ takes less than half
_DATE: Final = re.compile(r"(?<![0-9])(20[0-9]{2})-?([01][0-9])-?([0-3][0-9])(?![0-9])")
_RECONNUS: Final = (
    "le CSV « etalab-cs1100502 » sans titres, un CSV dont les titres sont ceux de FINESS (nofinesset, nofinessej…), "
    "le JSON des structures de FINESS+, un flux XML « fluxfiness »"
)


def charger(chemins: Sequence[Path], cible: Path, jour: date | None = None) -> Puits:
    """Write a new DuckDB file at `cible`, which must not exist, and return what was read and remarked.

    Args:
        chemins: the files of the extract; an establishment of several is taken from the first.
        cible: where to write.
        jour: the date of the extract, where the files do not say it.

    Raises:
        UsageError: a file that cannot be read, is not recognised, holds nothing, or says no date; one sentence.
    """
    import duckdb  # noqa: PLC0415 -- 110 ms

    with closing(duckdb.connect(str(cible))) as connexion:
        puits = remplir(connexion, [(chemin, chemin.name) for chemin in chemins], jour)
        for source in puits.sources:
            if source.date_extrait is None:
                message = f"{source.fichier} : ce fichier ne dit pas sa date ; donnez-la (--date 2026-05-12)"
                raise UsageError(message)
        connexion.execute("CHECKPOINT")
    return puits


def remplir(
    connexion: duckdb.DuckDBPyConnection, fichiers: Sequence[tuple[Path, str]], jour: date | None = None
) -> Puits:
    """Load files, each with the name to give it, into the tables of a connection.

    Tables `etablissements` (COLONNES_ET and `source`), `entites` (COLONNES_EJ), `sources`, `remarques`.

    Raises:
        UsageError: as `charger`, but for the date.
    """
    with TemporaryDirectory(prefix="duicheck-finess-", ignore_cleanup_errors=True) as dossier:
        lignes_et, lignes_ej = Path(dossier, "et.tsv"), Path(dossier, "ej.tsv")
        with (
            lignes_et.open("w", encoding="utf-8", newline="\n") as et,
            lignes_ej.open("w", encoding="utf-8", newline="\n") as ej,
        ):
            puits = Puits(et, ej)
            for chemin, nom in fichiers:
                _lire(chemin, nom, puits, jour)
        if not puits.retenus and not puits.retenues:
            message = f"{fichiers[0][1]} : aucune ligne ne peut être retenue{_premiere(puits)}"
            raise UsageError(message)
        _tables(connexion, puits, lignes_et, lignes_ej)
    return puits


def _premiere(puits: Puits) -> str:
    remarque = next(iter(puits.remarques), None)
    return "" if remarque is None else f" ; la première, {remarque.place} : {remarque.cause}"


def _lire(chemin: Path, nom: str, puits: Puits, jour: date | None) -> None:
    try:
        empreinte = _sha256(chemin)
        puits.ouvre(SourceExtrait(nom, "", empreinte, jour))
        with _ouvert(chemin) as flux:
            _aiguille(flux, nom, puits)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        message = f"{nom} : cette archive gzip est coupée ou abîmée ; reprenez le fichier à sa source"
        raise UsageError(message) from None
    except OSError as erreur:
        message = f"{nom} : lecture impossible ({erreur.strerror or erreur})"
        raise UsageError(message) from None
    source = puits.sources[-1]
    if source.date_extrait is None:
        source.date_extrait = _date_du_nom(nom)


def _aiguille(flux: IO[bytes], nom: str, puits: Puits) -> None:
    """Send a file to its reader, by how it begins."""
    debut = flux.read(_ESSAI)
    flux.seek(0)
    for bom in _BOMS:
        debut = debut.removeprefix(bom)
    tete = debut.lstrip()[:1]
    if tete == b"<":
        lire_xml(flux, puits)
    elif tete == b"{":
        lire_json_finess(flux, puits)
    elif b"\0" in debut or not lire_csv(_lignes(flux), puits):
        message = f"{nom} : ce n'est pas un extrait FINESS reconnu ; il faut {_RECONNUS}"
        raise UsageError(message)


def _lignes(flux: IO[bytes]) -> Iterator[str]:
    """The lines of a text in UTF-8, or in Windows-1252 from the first one that is not."""
    encodage = "utf-8-sig"
    while ligne := flux.readline(_LIGNE):
        try:
            yield ligne.decode(encodage)
        except UnicodeDecodeError:
            encodage = "latin-1" if _indefini(ligne) else "cp1252"
            yield ligne.decode(encodage)
        else:
            if encodage == "utf-8-sig":
                encodage = "utf-8"


def _indefini(ligne: bytes) -> bool:
    """Whether a line has a byte that Windows-1252 does not define."""
    return any(octet in ligne for octet in (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"))


@contextmanager
def _ouvert(chemin: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked where it is gzipped."""
    with chemin.open("rb") as brut:
        if brut.read(2) != _GZIP:
            brut.seek(0)
            yield brut
            return
        brut.seek(0)
        with gzip.GzipFile(fileobj=brut) as clair, io.BufferedReader(_Borne(clair, chemin.name)) as flux:
            yield flux


class _Borne(io.RawIOBase):
    """An unpacked stream that gives no more than it may."""

    def __init__(self, clair: gzip.GzipFile, nom: str) -> None:
        self._clair, self._nom = clair, nom

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, place: int, whence: int = io.SEEK_SET, /) -> int:
        return self._clair.seek(place, whence)

    def tell(self) -> int:
        return self._clair.tell()

    def readinto(self, tampon: bytearray | memoryview, /) -> int:  # type: ignore[override]  # typeshed's Buffer is 3.12
        bloc = self._clair.read1(len(tampon))
        tampon[: len(bloc)] = bloc
        if self._clair.tell() > _DEPLIE:
            message = (
                f"{self._nom} : cette archive gzip se déplie au-delà de {_DEPLIE >> 30} Gio, ce n'est pas un extrait"
            )
            raise UsageError(message)
        return len(bloc)


def _sha256(chemin: Path) -> str:
    with chemin.open("rb") as flux:
        return hashlib.file_digest(flux, "sha256").hexdigest()


def _date_du_nom(nom: str) -> date | None:
    """The date in a file name such as `etalab-cs1100502-stock-20260512-0339.csv`."""
    for annee, mois, jour in _DATE.findall(nom):
        try:
            return date(int(annee), int(mois), int(jour))
        except ValueError:
            continue
    return None


def _tables(connexion: duckdb.DuckDBPyConnection, puits: Puits, lignes_et: Path, lignes_ej: Path) -> None:
    for table, colonnes, lignes in (("etablissements", COLONNES_ET, lignes_et), ("lues", COLONNES_EJ, lignes_ej)):
        genre = "TABLE" if table == "etablissements" else "TEMP TABLE"
        connexion.execute(
            f"CREATE {genre} {table} AS SELECT * FROM read_csv(?, delim = '\t', quote = '', escape = '', nullstr = '',"
            f" header = false, auto_detect = false, columns = {json.dumps(colonnes)}) ORDER BY numero",
            [str(lignes)],
        )
    # An entity that no flow gives is known by its establishments; their SIRET give its SIREN where they agree.
    connexion.execute(
        "CREATE TABLE entites AS WITH derivees AS (SELECT numero_ej AS numero,"
        " CASE WHEN count(DISTINCT left(siret, 9)) = 1 THEN min(left(siret, 9)) END AS siren"
        " FROM etablissements WHERE numero_ej IS NOT NULL GROUP BY numero_ej)"
        " SELECT numero, lues.nom, coalesce(lues.siren, derivees.siren) AS siren, lues.fermeture"
        " FROM lues FULL JOIN derivees USING (numero) ORDER BY numero"
    )
    connexion.execute(
        "CREATE TABLE sources (fichier VARCHAR, forme VARCHAR, sha256 VARCHAR, date_extrait DATE, complet BOOLEAN,"
        " fermes BOOLEAN, lus BIGINT, ecartes BIGINT)"
    )
    connexion.executemany(
        "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [list(asdict(source).values()) for source in puits.sources],
    )
    connexion.execute("CREATE TABLE remarques (fichier VARCHAR, place VARCHAR, cause VARCHAR, ecartee BOOLEAN)")
    _remarques(connexion, puits, lignes_ej.with_name("remarques.json"))


def _remarques(connexion: duckdb.DuckDBPyConnection, puits: Puits, fichier: Path) -> None:
    """By file: a wrong file may have a remark a line, and rows given one by one take milliseconds each."""
    with fichier.open("w", encoding="utf-8", newline="\n") as flux:
        flux.writelines(json.dumps(asdict(remarque), ensure_ascii=False) + "\n" for remarque in puits.remarques)
    if puits.remarques:
        connexion.execute(
            "INSERT INTO remarques SELECT fichier, place, cause, ecartee"
            " FROM read_json(?, format = 'newline_delimited',"
            " columns = {fichier: 'VARCHAR', place: 'VARCHAR', cause: 'VARCHAR', ecartee: 'BOOLEAN'})",
            [str(fichier)],
        )
