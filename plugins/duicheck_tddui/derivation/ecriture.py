"""The folder that a derivation writes: whole, or nothing."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from duicheck.errors import UsageError
from duicheck_tddui.derivation.recolte import JOURNAL, REGISTRE

__all__ = ["ecrire", "verifier_la_place"]

MANIFESTE = "livraison.toml"
_TITRES = {"registre": REGISTRE, "journal": JOURNAL}


def verifier_la_place(dossier: Path) -> None:
    """Say at once that a folder cannot be written to.

    Raises:
        UsageError: it holds something, or is no folder.
    """
    try:
        if dossier.exists() and (not dossier.is_dir() or any(dossier.iterdir())):
            message = f"« {dossier} » existe et n'est pas un dossier vide : choisissez-en un autre"
            raise UsageError(message)
    except OSError as error:
        message = f"« {dossier} » ne peut pas être lu ({error.strerror})"
        raise UsageError(message) from None


def ecrire(
    dossier: Path, tables: Mapping[str, Sequence[tuple[str, ...]]], texte: str | None, date_mesure: date | None
) -> list[str]:
    """Write the tables, and the manifest where the text and the date are known; return the names of the files.

    Raises:
        UsageError: the system refuses.
    """
    contenus = {f"{table}.csv": _csv(_TITRES[table], lignes) for table, lignes in tables.items()}
    if texte is not None and date_mesure is not None:
        contenus = {MANIFESTE: _manifeste(texte, date_mesure, tables), **contenus}
    cree = not dossier.exists()
    try:
        dossier.mkdir(parents=True, exist_ok=True)
        provisoire = Path(tempfile.mkdtemp(prefix=".derivation-", dir=dossier))
        try:
            for nom, contenu in contenus.items():
                (provisoire / nom).write_bytes(contenu.encode("utf-8"))
            # The manifest last: a folder that has one is whole.
            for nom in sorted(contenus, key=lambda nom: nom == MANIFESTE):
                (provisoire / nom).replace(dossier / nom)
        finally:
            shutil.rmtree(provisoire, ignore_errors=True)
    except OSError as error:
        if cree:
            with suppress(OSError):
                dossier.rmdir()
        message = f"« {dossier} » ne peut pas être écrit ({error.strerror})"
        raise UsageError(message) from None
    return list(contenus)


def _csv(titres: Sequence[str], lignes: Sequence[tuple[str, ...]]) -> str:
    texte = io.StringIO()
    ecrivain = csv.writer(texte, lineterminator="\n")
    ecrivain.writerow(titres)
    ecrivain.writerows(lignes)
    return texte.getvalue()


def _manifeste(texte: str, date_mesure: date, tables: Mapping[str, Sequence[tuple[str, ...]]]) -> str:
    lignes = [
        "# Manifeste d'une livraison duicheck, écrit par « duicheck derive ».",
        "# Ajoutez-y l'export d'indicateurs à contrôler.",
        "",
        "format = 1",
        f'texte = "{texte}"',
        f"date_mesure = {date_mesure.isoformat()}",
    ]
    for table in tables:
        lignes += ["", "[[fichiers]]", f'role = "{table}"', f'chemin = "{table}.csv"']
    return "\n".join(lignes) + "\n"
