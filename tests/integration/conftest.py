"""A repository that holds a delivery, and duicheck installed by pip without a network."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from outils_integration import PETITE, run_shell


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    """A wheel that brings the program `duicheck` of the tests to whatever environment installs it."""
    path = tmp_path_factory.mktemp("roue") / "duicheck_pont-1.0-py3-none-any.whl"
    info = "duicheck_pont-1.0.dist-info"
    content = {
        "duicheck_pont.pth": f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: duicheck-pont\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\nduicheck = duicheck.cli:main\n",
    }
    content[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in (*content, f"{info}/RECORD"))
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return path


@pytest.fixture
def repository(tmp_path) -> Path:
    """A repository whose delivery stands in a folder with a space and an accent."""
    folder = tmp_path / "depot"
    shutil.copytree(PETITE, folder / "export été" / "livraison")
    return folder


@pytest.fixture
def delivery(repository) -> Path:
    return repository / "export été" / "livraison"


@pytest.fixture
def spoil(delivery) -> Callable[[], None]:
    """Change one figure of the export: line 6, one finding against the log."""

    def change() -> None:
        export = delivery / "indicateurs.csv"
        before = export.read_text(encoding="utf-8")
        after = before.replace("dmp,2025-06-15,2025-09-14,7,10,70.00", "dmp,2025-06-15,2025-09-14,8,10,80.00", 1)
        assert after != before
        export.write_text(after, encoding="utf-8", newline="\n")

    return change


@pytest.fixture
def shell(repository) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a script in the repository, as `run_shell` does."""
    return lambda interpreter, script, **environment: run_shell(repository, interpreter, script, **environment)
