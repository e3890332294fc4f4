"""A workbook as rows of text, and the row of headings that says which export it is."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from duicheck.errors import UsageError

__all__ = ["DISPOSITIONS", "Disposition", "feuilles", "mots", "titres"]

_PLUS_GROS = 64 << 20  # bytes of a workbook; the largest export that was seen has 3 MB
_DEPLIE = 20 * _PLUS_GROS
_TITRES = 30  # rows among which the headings are looked for


class Disposition(Struct, frozen=True):
    """One layout: the headings that mean each of our fields, as `mots` writes them."""

    nom: str
    titres: Mapping[str, str]
    exigees: frozenset[str]


DISPOSITIONS: Final = (
    Disposition(
        "rapport Segur (« N° exigence », « Énoncé »)",
        {
            "exigence conditionnelle": "conditionnelle",
            "profil": "profil",
            "section": "section",
            "fonction": "fonction",
            "nature": "nature",
            "exigence": "id",
            "enonce": "enonce",
            "scenario": "scenario",
            "preuve": "preuve",
        },
        frozenset({"no exigence", "enonce"}),
    ),
    Disposition(
        "export Convergence (« ID », « Exigence »)",
        {
            "id": "id",
            "chapitre": "chapitre",
            "fonction": "fonction",
            "exigence": "enonce",
            "profil": "profil",
            "scenario": "scenario",
            "scenario de conformite": "scenario",
            "preuve": "preuve",
            "criticite": "nature",
        },
        frozenset({"id", "exigence"}),
    ),
)
"""The layouts, tried in order. « N° » before a heading is what tells an identifier from its wording."""

_NUMEROTES = {"exigence": "id", "scenario": "scenario_id", "preuve": "preuve_id"}


def feuilles(chemin: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """The sheets of a workbook as rows of text.

    Raises:
        UsageError: it is not there, or is no workbook that can be read.
    """
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 -- heavy

    try:
        with zipfile.ZipFile(chemin) as archive:
            deplie = sum(each.file_size for each in archive.infolist())
        if chemin.stat().st_size > _PLUS_GROS or deplie > _DEPLIE:
            message = f"{chemin.name} : classeur de plus de {_PLUS_GROS >> 20} Mio, ce n'est pas un export d'exigences"
            raise UsageError(message)
        with CalamineWorkbook.from_path(str(chemin)) as classeur:
            for nom in classeur.sheet_names:
                feuille = classeur.get_sheet_by_name(nom)
                yield (
                    nom,
                    [[_texte(cellule) for cellule in ligne] for ligne in feuille.to_python(skip_empty_area=False)],
                )
    except FileNotFoundError:
        message = f"{chemin} : ce fichier n'existe pas"
        raise UsageError(message) from None
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        message = f"{chemin.name} : ce n'est pas un classeur XLSX lisible ; enregistrez-le en .xlsx, sans mot de passe"
        raise UsageError(message) from None


def _texte(cellule: object) -> str:
    if isinstance(cellule, float) and cellule.is_integer():
        return str(int(cellule))
    return str(cellule).strip()


def mots(titre: str) -> tuple[bool, str]:
    """A heading without accents, marks, final rank; and whether « N° » (or « ID ») begins it."""
    texte = unicodedata.normalize("NFKD", re.sub(r"[°º]", "o", titre))
    trouves = re.findall(r"[a-z]+", "".join(signe for signe in texte if not unicodedata.combining(signe)).casefold())
    numero = bool(trouves) and trouves[0] in ("n", "no", "num", "numero")
    return numero, " ".join(trouves[1:] if numero else trouves)


def titres(lignes: Sequence[Sequence[str]]) -> tuple[int, Disposition, list[str | None]] | None:
    """The row of headings: its index, its layout, and what each column is (None: nothing of ours)."""
    for rang, ligne in enumerate(lignes[:_TITRES]):
        simples = [mots(titre) for titre in ligne]
        noms = {f"no {nom}" if numero else nom for numero, nom in simples}
        for disposition in DISPOSITIONS:
            if disposition.exigees <= noms:
                return rang, disposition, [_colonne(disposition, numero, nom) for numero, nom in simples]
    return None


def _colonne(disposition: Disposition, numero: bool, nom: str) -> str | None:  # noqa: FBT001 -- half of a heading
    if numero:
        return _NUMEROTES.get(nom)
    return disposition.titres.get(nom)
