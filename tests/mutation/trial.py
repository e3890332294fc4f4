"""Whether the tests notice a mutant: they run in a fork of a process where all else is already loaded."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

__all__ = ["Fate", "Laboratory"]

_PATIENCE = 4
"""A mutant may take that many times as long as the right code, and ten seconds more, before it counts as stuck."""


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "tué"
    STUCK = "tué (délai dépassé)"
    SURVIVED = "survit"


class Laboratory:
    """A copy of the tree, with the cases and tests that are to notice.

    Args:
        root: the copy; its `src` and `plugins` come first on the path of this process.
        cases: files of `fixtures/cas`, run first and without pytest.
        tests: arguments of pytest.
    """

    def __init__(self, root: Path, cases: Sequence[str], tests: Sequence[str]) -> None:
        self.root = root
        self.cases = cases
        self.tests = tests
        self._seconds = 60.0

    def warm(self, mutated: Sequence[str]) -> float:
        """Run on the right code, then load here what it loaded, but for the tests and the packages of `mutated`.

        Returns:
            How long the right code takes, loading apart.

        Raises:
            RuntimeError: the tests fail on the right code: nothing can be learnt.
        """
        reading, writing = os.pipe()
        if self._try(report=writing, limit=600.0) is not Fate.SURVIVED:
            message = "les tests échouent sur le code juste"
            raise RuntimeError(message)
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as stream:
            names = stream.read().split()
        kept_out = {Path(module).parts[1] for module in mutated}
        for name in [name for name in sys.modules if name.split(".")[0] in kept_out]:
            del sys.modules[name]  # loaded for the target before this one, its right code would hide every mutant
        for name in names:
            if name.split(".")[0] not in kept_out and not name.startswith(("test_", "conftest", "_pytest")):
                with suppress(Exception):  # a module that only a test can load
                    importlib.import_module(name)
        begun = time.monotonic()
        self._try(limit=600.0)
        self._seconds = time.monotonic() - begun
        return self._seconds

    def fate(self, module: str, text: str) -> Fate:
        """Write the mutant in its place, run, put the right code back."""
        path = self.root / module
        right = path.read_bytes()
        path.write_text(text, encoding="utf-8", newline="\n")
        limit = 10 + _PATIENCE * self._seconds
        try:
            found = self._try(limit=limit)
            # A machine that was busy elsewhere, or paused, is no test that noticed: once more.
            return self._try(limit=limit) if found is Fate.STUCK else found
        finally:
            path.write_bytes(right)

    def _try(self, *, limit: float, report: int | None = None) -> Fate:
        with tempfile.TemporaryFile() as said:
            child = os.fork()
            if child == 0:
                os.setpgid(0, 0)
                os.dup2(said.fileno(), 1)
                os.dup2(said.fileno(), 2)
                status = 1
                try:
                    os.chdir(self.root)
                    status = self._noticed()
                    if report is not None:
                        _report(report)
                except BaseException:  # noqa: BLE001 -- whatever ends a process
                    traceback.print_exc()
                finally:
                    sys.stdout.flush()
                    sys.stderr.flush()
                    os._exit(status)
            fate = _wait(child, limit)
            if report is not None and fate is not Fate.SURVIVED:
                said.seek(0)
                sys.stderr.write(said.read().decode(errors="replace"))
            return fate

    def _noticed(self) -> int:
        import pytest
        from hypothesis import Phase, settings

        from duicheck.testing import assert_case, load_cases

        try:
            for name in self.cases:
                for case in load_cases(self.root / "fixtures" / "cas" / name):
                    assert_case(case)
        except Exception:  # noqa: BLE001 -- a mutant may raise anything
            traceback.print_exc()
            return 1
        if not self.tests:
            return 0
        # Random examples would make a mutant's fate depend on luck; nobody reads the smallest one.
        settings.register_profile("mutation", derandomize=True, database=None, phases=[Phase.explicit, Phase.generate])
        quiet = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # duicheck is loaded already, and is no test
        return int(
            pytest.main(["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-profile=mutation", *quiet, *self.tests])
        )


def _report(pipe: int) -> None:
    """The names of all modules that have been loaded."""
    with os.fdopen(pipe, "w", encoding="utf-8") as stream:
        stream.write(" ".join(name for name, module in sys.modules.items() if hasattr(module, "__file__")))


def _wait(child: int, limit: float) -> Fate:
    end = time.monotonic() + limit
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return Fate.SURVIVED if status == 0 else Fate.KILLED
        time.sleep(0.005)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return Fate.STUCK
