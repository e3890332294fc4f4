"""Damaged files of every format: always counts and findings, never an exception."""

from __future__ import annotations

import gzip
import json
import os
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from workbook import workbook

TITLES = ["id_personne", "id_dossier", "finess_et", "date_entree", "date_sortie", "projet_possible"]
ROUNDS = 40


def rows() -> list[list[Any]]:
    return [[f"P{n}", f"D{n}", "010000024", "2025-01-31", None if n % 3 else "2025-03-31", True] for n in range(40)]


def csv_file(_: Any, __: Path) -> bytes:
    lines = [";".join("" if cell is None else str(cell) for cell in row) for row in [TITLES, *rows()]]
    return ("\r\n".join(lines) + "\r\n").encode()


def quoted_file(_: Any, __: Path) -> bytes:
    lines = [",".join(f'"{"" if cell is None else cell}"' for cell in row) for row in [TITLES, *rows()]]
    return ("\n".join(lines) + "\n").encode("utf-8-sig")


def gzip_file(connection: Any, folder: Path) -> bytes:
    return gzip.compress(csv_file(connection, folder))


def json_file(_: Any, __: Path) -> bytes:
    return json.dumps({"lignes": [dict(zip(TITLES, row, strict=True)) for row in rows()]}, indent=1).encode()


def ndjson_file(_: Any, __: Path) -> bytes:
    return "".join(json.dumps(dict(zip(TITLES, row, strict=True))) + "\n" for row in rows()).encode()


def xlsx_file(_: Any, __: Path) -> bytes:
    native = [[date(2025, 1, 31) if cell == "2025-01-31" else cell for cell in row] for row in rows()]
    return workbook({"Registre": [TITLES, *native]})


def parquet_file(connection: Any, folder: Path) -> bytes:
    path = folder / "modele.parquet"
    connection.execute(
        "COPY (SELECT 'P' || i AS id_personne, '010000024' AS finess_et, DATE '2025-01-31' AS date_entree "
        f"FROM range(40) t(i)) TO '{path}' (FORMAT parquet)"
    )
    return path.read_bytes()


def damaged(content: bytes, chance: random.Random) -> bytes:
    """A few bytes changed, cut out, doubled; or the end missing."""
    hurt = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(len(hurt) or 1)
        way = chance.randrange(6)
        if way == 0:
            hurt[at : at + 1] = bytes([chance.randrange(256)])
        elif way == 1:
            hurt[at : at + chance.randrange(1, 30)] = b""
        elif way == 2:
            hurt[at:at] = chance.choice([b'"', b"\n", b"\r", b"\0", b"\xff", b"{", b"}", b"[", b",", b"\\", b";"])
        elif way == 3:
            hurt[at:at] = hurt[at : at + chance.randrange(1, 200)]
        elif way == 4:
            del hurt[at:]
        else:
            hurt[at : at + 4] = bytes(4)
    return bytes(hurt)


@pytest.mark.parametrize("make", [csv_file, quoted_file, gzip_file, json_file, ndjson_file, xlsx_file, parquet_file])
def test_damage_is_always_told(read: Any, connection: Any, tmp_path: Path, make: Callable[[Any, Path], bytes]) -> None:
    whole = make(connection, tmp_path)
    right = read(whole, "registre")
    assert (right.reading.rows, right.problems) == (40, [])
    chance = random.Random(make.__name__)
    for _ in range(ROUNDS):
        content = damaged(whole, chance)
        found = read(content, "registre")
        if not found.reading.readable:
            assert found.problems
            assert (found.reading.rows, found.reading.rejected) == (0, 0)
        assert bool(found.reading.rejected) <= bool(found.problems)
        assert len(found.lines) == len(found.rows)


@pytest.mark.parametrize("before", [0, 1_000, 4_000, 100_000])
@pytest.mark.parametrize("length", [200_000, 300_000, 3_000_000])
def test_a_very_long_cell_of_an_unknown_column(before: int, length: int, read: Any) -> None:
    """Wherever it stands, whatever the blocks that the file is read in."""
    rows = [f"P{number},,010000024,2025-01-01\n" for number in range(before + 2)]
    rows[before] = f"P{before},{'x' * length},010000024,2025-01-01\n"
    found = read("id_personne,note,finess_et,date_entree\n" + "".join(rows), "registre")
    assert found.rules == ["livraison/colonne-inconnue"]
    assert found.lines == list(range(2, before + 4))


def test_a_line_without_end_is_no_table(read: Any) -> None:
    found = read("id_personne,finess_et,date_entree\n" + "x" * 9_000_000, "registre")
    assert len(found.rules) == 1
    assert found.rules[0] in {"livraison/format-non-conforme", "livraison/fichier-illisible"}
    assert found.reading.rows == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file name that is not text")
@pytest.mark.parametrize("make", [csv_file, gzip_file, ndjson_file, xlsx_file, parquet_file])
def test_a_name_that_is_no_text_is_read_all_the_same(read: Any, connection: Any, tmp_path: Path, make: Any) -> None:
    content = make(connection, tmp_path)
    folder = tmp_path / os.fsdecode(b"d\xe9p\xf4t")
    folder.mkdir()
    path = folder / os.fsdecode(b"journ\xe9e")
    path.write_bytes(content)
    expected = read(content, "registre")
    found = read(path, "registre")
    assert expected.reading.rows > 0
    assert (found.rows, found.problems) == (expected.rows, expected.problems)
