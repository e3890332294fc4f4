"""Where the rows are kept: what is expected of a delivery chooses it, before a row is read."""

from __future__ import annotations

import gzip
import os
import shutil
from pathlib import Path

import pytest

from duicheck.bundle import open_delivery
from duicheck.bundle.database import ALONE, SMALL, connect

FIXTURES = Path(__file__).parents[2] / "fixtures" / "livraisons"


@pytest.mark.parametrize(
    ("expected", "alone", "on_disk"),
    [(ALONE - 1, True, False), (ALONE, False, False), (SMALL - 1, False, False), (SMALL, False, True)],
)
def test_a_large_delivery_has_threads_and_a_file(expected: int, alone: bool, on_disk: bool, tmp_path: Path) -> None:  # noqa: FBT001
    with connect(tmp_path, expected) as connection:
        ((threads,),) = connection.execute("SELECT current_setting('threads')").fetchall()
    assert (threads == 1) is (alone or os.cpu_count() == 1)
    assert (tmp_path / "tables.duckdb").exists() is on_disk


@pytest.mark.parametrize(
    ("expected", "millions"),
    [
        (0, 200),
        (SMALL - 1, 200),
        (SMALL, 160),
        (960 * 10**6, 160),
        (3 * 10**9, 500),
        (12 * 10**9, 2000),
        (10**13, 2000),
    ],
)
def test_what_the_database_may_hold_follows_what_is_delivered(expected: int, millions: int, tmp_path: Path) -> None:
    with connect(tmp_path, expected) as connection:
        ((limit,),) = connection.execute("SELECT current_setting('memory_limit')").fetchall()
    number, unit = limit.split()
    assert float(number) * {"MiB": 2**20, "GiB": 2**30}[unit] == pytest.approx(millions * 10**6, rel=0.06)


def test_a_compressed_log_counts_for_about_what_it_holds(tmp_path: Path) -> None:
    plain, packed = tmp_path / "en-clair", tmp_path / "comprime"
    shutil.copytree(FIXTURES / "exemple", plain)
    shutil.copytree(FIXTURES / "exemple", packed)
    log = packed / "journal.csv"
    (packed / "journal.csv.gz").write_bytes(gzip.compress(log.read_bytes()))
    log.unlink()
    manifest = packed / "livraison.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("journal.csv", "journal.csv.gz"), encoding="utf-8")
    sizes = [open_delivery(folder, tmp_path / folder.name).size for folder in (plain, packed)]
    assert sizes[0] / 2 < sizes[1] < sizes[0] * 2
