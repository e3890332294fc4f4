"""The program in this process, and an environment of its own for what is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pytest
from programme import Call, calling


@pytest.fixture
def duicheck(capsys, monkeypatch, tmp_path) -> Call:
    """Run the program in this process, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return calling(capsys, monkeypatch)


@pytest.fixture
def elsewhere(tmp_path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """A virtual environment that sees everything of ours and keeps to itself what is installed in it.

    Nothing comes from the network: pip builds with the hatchling that the tests have.
    """
    folder = tmp_path / "venv"
    venv.create(folder, with_pip=False)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / Path(sys.executable).name
    if not python.exists():
        python = scripts / "python"
    library = sysconfig.get_path("purelib", "nt_venv" if os.name == "nt" else "posix_venv", {"base": str(folder)})
    ours = sysconfig.get_path("purelib")
    Path(library, "nous.pth").write_text(f"import site; site.addsitedir({ours!r})\n", encoding="utf-8")
    dropped = {"PYTHONPATH", "DUICHECK_DISABLED_PLUGINS", "PYTEST_ADDOPTS"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    kept = {name: value for name, value in kept.items() if not name.startswith(("COV_", "PYTEST_XDIST"))}
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INDEX": "1", "NO_COLOR": "1", "PYTHONUTF8": "1"}

    def call(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python, *map(str, arguments)],
            cwd=cwd,
            env=kept | quiet,
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=120,
        )

    return call
