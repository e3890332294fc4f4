"""Pseudonyms, names and whatever else stands in the cells of a log or a register reach no format.

The formats are those that are registered: a new one is held to this the day it comes.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pypdf
import pytest
from rapports import TESTS, plugins

from duicheck.cli.outputs import renderers
from duicheck.errors import UsageError
from duicheck.harness import check
from duicheck.render.terminal import render_terminal

PETITE = TESTS.parent / "fixtures" / "livraisons" / "petite"
NOMS = ("Zéphyrine", "Quetzalcoatl", "Oktobrine")
PERSONNELS = (
    "255081416802538",
    "2 55 08 14 168 025 38",
    "zephyrine.canari@exemple.fr",
    "06 98 76 54 32",
    "+33698765432",
)


def _plante(folder: Path) -> list[str]:
    """A delivery whose log and register hold canaries in every column, in good cells and bad; the canaries."""
    shutil.copytree(PETITE, folder, dirs_exist_ok=True)
    canaris = [*NOMS, *PERSONNELS]
    for name, keys in (
        ("journal.csv", ("id_evenement", "id_dossier", "id_objet", "auteur")),
        ("registre.csv", ("id_personne", "id_dossier")),
    ):
        with (folder / name).open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            headings = list(reader.fieldnames or ())
            rows = list(reader)
        for row in rows:
            for key in keys:
                if row.get(key):
                    row[key] = f"kanari-{row[key]}-xq"
                    canaris.append(row[key])
        bad = []
        for rank, heading in enumerate(headings):
            for number, text in enumerate((*NOMS, *PERSONNELS)):
                mark = f"{text} bizarroide{rank}{number}"
                bad.append({**rows[0], heading: mark})
                canaris.append(f"bizarroide{rank}{number}")
        headings += [f"Nom de {NOMS[0]}", f"colonne {PERSONNELS[2]}"]
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, headings, restval=NOMS[1])
            writer.writeheader()
            writer.writerows([*rows, *bad])
    return canaris


def lisible(content: bytes) -> str:
    """All that one reads in the bytes of an output, or in what is packed in them."""
    parts = [content]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts += [archive.read(name) for name in archive.namelist()]
    if content.startswith(b"%PDF"):
        document = pypdf.PdfReader(io.BytesIO(content))
        parts += [page.extract_text().encode("utf-8", "replace") for page in document.pages]
        parts += [str(document.metadata).encode("utf-8")]
        parts += [each for attached in document.attachments.values() for each in attached]
    return "\n".join(part.decode("utf-8", "replace") for part in parts)


def plat(text: str) -> str:
    """Without what may hide a value: blanks, dots, dashes, invisible joiners, case."""
    return re.sub(r"[\s.\u00a0\u2060-]", "", text).casefold()


@cache
def _registered() -> list[str]:
    return sorted(renderers(plugins()))


@pytest.fixture(scope="module")
def controle(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], list[str]]:
    folder = tmp_path_factory.mktemp("canaris")
    canaris = _plante(folder)
    return check(folder, plugins()), canaris


@pytest.mark.parametrize("format_", _registered())
def test_nothing_of_a_cell_is_in_any_format(format_: str, controle: tuple[dict[str, Any], list[str]]) -> None:
    report, canaris = controle
    try:
        content = renderers(plugins())[format_].render(report)
    except UsageError as error:  # a list of dossiers, refused where the report names none
        content = str(error).encode("utf-8")
    shown = plat(lisible(content))
    assert [canari for canari in canaris if plat(canari) in shown] == []


def test_nothing_of_a_cell_is_on_the_terminal(controle: tuple[dict[str, Any], list[str]]) -> None:
    report, canaris = controle
    shown = plat(render_terminal(report, plugins().rules, width=140, colour=False))
    assert [canari for canari in canaris if plat(canari) in shown] == []


def test_the_canaries_were_there_to_be_told(controle: tuple[dict[str, Any], list[str]]) -> None:
    """The delivery is wrong in many ways, so that many messages had the occasion."""
    report, canaris = controle
    rules = {finding["regle"] for finding in report["constats"]}
    assert len(canaris) > 80
    assert {"livraison/format-non-conforme", "confidentialite/nir", "confidentialite/courriel"} <= rules
    assert "confidentialite/colonne-nominative" in rules
    assert len(report["constats"]) > 100


@pytest.mark.parametrize("format_", ["csv", "html", "pdf", "sarif", "xlsx"])
def test_this_test_can_fail(format_: str, controle: tuple[dict[str, Any], list[str]]) -> None:
    """What a message says is found in the bytes of these formats, however they are packed."""
    report, _canaris = controle
    first = {**report["constats"][0], "message": f"Voir {NOMS[2]}."}
    told = {**report, "constats": [first, *report["constats"][1:]]}
    assert plat(NOMS[2]) in plat(lisible(renderers(plugins())[format_].render(told)))
