"""What every test is given: a machine without packs nor FINESS extract, and one database engine for all checks."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import settings

# A busy machine makes an example slow, which is no defect: how long things take is for the benchmarks.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")


def pytest_collection_finish() -> None:
    """Leave what was collected out of garbage collection: it lasts, and thousands of tests are long to walk through."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Give it back, or what holds a database would be told as leaked at the very end."""
    gc.unfreeze()


@pytest.fixture(autouse=True, scope="session")
def nothing_installed() -> Iterator[None]:
    """Packs, or an extract, of the developer would change what some rules say."""
    names = ("DUICHECK_PAQUETS", "DUICHECK_FINESS")
    before = {name: os.environ.get(name) for name in names}
    with tempfile.TemporaryDirectory(prefix="duicheck-sans-rien-") as folder:
        os.environ.update({name: str(Path(folder, name)) for name in names})
        yield
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


class Lent:
    """A DuckDB connection that its borrower closes: it is emptied, for the next one."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, idle: list[duckdb.DuckDBPyConnection]) -> None:
        self._connection = connection
        self._idle = idle

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def close(self) -> None:
        try:
            self._empty()
        except duckdb.Error:  # a transaction that failed, a database left attached: not worth mending
            self._connection.close()
        else:
            self._idle.append(self._connection)

    def _empty(self) -> None:
        left = self._connection.execute(
            "SELECT 'VIEW', database_name, view_name FROM duckdb_views() WHERE NOT internal"
            " UNION ALL SELECT 'TABLE', database_name, table_name FROM duckdb_tables()"
        ).fetchall()
        for kind, database, name in left:
            self._connection.execute(f'DROP {kind} "{database}"."{name}"')
        attached = self._connection.execute("SELECT count(*) FROM duckdb_databases() WHERE NOT internal").fetchone()
        if attached != (1,):
            raise duckdb.Error


@pytest.fixture(autouse=True, scope="session")
def one_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Opening and closing DuckDB is a third of a small check, and there are thousands."""
    from duicheck.bundle import database

    opening, idle, folder = database.connect, [], tmp_path_factory.mktemp("moteur")

    def lend(workdir: Path, expected: int = database.SMALL) -> Any:
        if expected >= database.ALONE:
            return opening(workdir, expected)
        return Lent(idle.pop() if idle else opening(folder, expected), idle)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "connect", lend)
        yield
    for connection in idle:
        connection.close()


@pytest.fixture(autouse=True, scope="session")
def one_list_of_plugins() -> Iterator[None]:
    """What is installed is looked for once per path of modules: every run of the program would list it again."""
    from duicheck import plugins

    listing, known = plugins.entry_points, {}

    def listed(*, group: str) -> Any:
        key = (group, *sys.path)
        if key not in known:
            known[key] = listing(group=group)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plugins, "entry_points", listed)
        yield
