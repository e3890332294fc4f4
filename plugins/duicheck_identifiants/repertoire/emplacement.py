"""Where the loaded extract lives on this machine, and how a newer one takes its place."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from duicheck.errors import NotAvailable, UsageError
from duicheck_identifiants.repertoire.base import Repertoire
from duicheck_identifiants.repertoire.puits import Puits

if TYPE_CHECKING:
    import duckdb

__all__ = ["COMMANDE", "VARIABLE", "Installe", "dossier", "installe", "installer", "ouvrir"]

VARIABLE: Final = "DUICHECK_FINESS"
"""Variable that names the folder of the extract."""

COMMANDE: Final = "« duicheck finess charger FICHIER »"

_INDEX: Final = "finess.json"
_FORMAT: Final = 1


class Installe(Struct, frozen=True):
    """The extract of this machine: its file, the names of what it was made from, and digests (SHA-256).

    `source`: of the files given, one after the other. `contenu`: of the rows as they were kept, the same everywhere.
    `octets`: of the database itself, which is not.
    """

    base: Path
    noms: Sequence[str]
    source: str
    contenu: str
    octets: str


def dossier() -> Path:
    """The folder of the extract, whether it exists or not: DUICHECK_FINESS, else the user's data folder."""
    if dit := os.environ.get(VARIABLE, "").strip():
        return Path(dit).expanduser()
    from platformdirs import user_data_path  # noqa: PLC0415 -- only where the extract is looked for

    return user_data_path("duicheck", appauthor=False) / "finess"


def installer(chemins: Sequence[Path], ou: Path, jour: date | None = None) -> tuple[Installe, Puits]:
    """Load an extract and make it the one of this machine; the one before stays until the new one is whole.

    Raises:
        UsageError: a file that cannot be read or is none, or a folder that cannot be written.
    """
    from duicheck_identifiants.repertoire.chargement import charger  # noqa: PLC0415 -- the other commands do without

    try:
        ou.mkdir(parents=True, exist_ok=True)
        ancienne = _nommee(ou)
        with TemporaryDirectory(prefix=".charge-", dir=ou, ignore_cleanup_errors=True) as atelier:
            neuf = Path(atelier, "finess.duckdb")
            puits = charger(chemins, neuf, jour)
            octets = _sha256(neuf)
            # Each base has its own name: on Windows a file that somebody reads cannot be replaced.
            base = ou / f"finess-{octets[:16]}.duckdb"
            if not base.is_file() or _sha256(base) != octets:
                neuf.replace(base)
            sources = hashlib.sha256("\n".join(source.sha256 for source in puits.sources).encode()).hexdigest()
            seule = puits.sources[0].sha256 if len(puits.sources) == 1 else sources
            noms = [source.fichier for source in puits.sources]
            valeur = {
                "format": _FORMAT,
                "base": base.name,
                "noms": noms,
                "source": seule,
                "contenu": puits.sha256,
                "octets": octets,
            }
            index = Path(atelier, _INDEX)
            index.write_text(json.dumps(valeur, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
            index.replace(ou / _INDEX)
    except OSError as erreur:
        message = f"{ou} : l'extrait FINESS ne peut pas y être écrit ({erreur.strerror or erreur})"
        raise UsageError(message) from None
    _menage(ou, ancienne, base)
    return Installe(base, noms, seule, puits.sha256, octets), puits


def _nommee(ou: Path) -> Path | None:
    """The base that the index names, if there is one; what is damaged names none."""
    try:
        nom = json.loads((ou / _INDEX).read_text(encoding="utf-8"))["base"]
        return ou / Path(nom).name if (ou / Path(nom).name).is_file() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _menage(ou: Path, ancienne: Path | None, gardee: Path) -> None:
    """Take the former base away, and what was left before it; one that is being read stays until the next time.

    Nothing newer is touched: another program may be about to name it in the index.
    """
    try:
        limite = ancienne.stat().st_mtime_ns if ancienne is not None else 0
    except OSError:
        return
    for base in ou.glob("finess-*.duckdb"):
        try:
            if base != gardee and base.stat().st_mtime_ns <= limite:
                base.unlink()
        except OSError:
            continue


def installe(ou: Path | None = None) -> Installe | None:
    """The extract of this machine; None where none was loaded.

    Raises:
        NotAvailable: what is there cannot be trusted (no role: never green).
    """
    ou = ou or dossier()
    index = ou / _INDEX
    try:
        valeur = json.loads(index.read_text(encoding="utf-8"))
        if valeur["format"] != _FORMAT:
            raise _abime(ou, "une autre version de duicheck l'a écrit")
        nom = valeur["base"]
        trouve = Installe(ou / nom, valeur["noms"], valeur["source"], valeur["contenu"], valeur["octets"])
        if Path(nom).name != nom or _sha256(trouve.base) != trouve.octets:
            raise _abime(ou, "sa base n'est plus celle qui a été chargée")
    except FileNotFoundError:
        if index.exists():
            raise _abime(ou, "sa base n'est plus là") from None
        return None
    except OSError as erreur:
        raise _abime(ou, f"lecture impossible, {erreur.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise _abime(ou, "son index est abîmé") from None
    return trouve


def ouvrir(installe: Installe) -> Repertoire:
    """The extract of this machine, for reading: any number of processes may at once."""

    @contextmanager
    def connexion() -> Iterator[duckdb.DuckDBPyConnection]:
        import duckdb  # noqa: PLC0415 -- 110 ms

        lue = duckdb.connect(str(installe.base), read_only=True)
        try:
            yield lue
        finally:
            lue.close()

    return Repertoire(connexion)


def _abime(ou: Path, pourquoi: str) -> NotAvailable:
    message = f"l'extrait FINESS de {ou} ne peut pas servir ({pourquoi}) : {COMMANDE} le remet"
    return NotAvailable(message)


def _sha256(chemin: Path) -> str:
    with chemin.open("rb") as flux:
        return hashlib.file_digest(flux, "sha256").hexdigest()
