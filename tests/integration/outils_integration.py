"""The files of the integrations, as data; scripts, run as a runner runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PETITE = ROOT / "fixtures" / "livraisons" / "petite"


def read_yaml(name: str) -> Any:
    """A file of the project. Others chose YAML for these; nothing of ours is written in it."""
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def run_shell(folder: Path, interpreter: str, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a folder as a runner does: with a few variables, and none of ours."""
    found = shutil.which(interpreter)
    if found is None or sys.platform == "win32":
        pytest.skip(f"no {interpreter} of a runner here")
    dropped = ("PYTHON", "COV_", "PYTEST", "DUICHECK_", "VIRTUAL_ENV", "PIP_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    kept |= {"PIP_NO_INDEX": "1", "PATH": os.pathsep.join([str(Path(sys.executable).parent), kept["PATH"]])}
    flags = ["--noprofile", "--norc", "-eo", "pipefail"] if interpreter == "bash" else ["-e"]
    return subprocess.run(
        [found, *flags, "-c", script],
        cwd=folder,
        env=kept | environment,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=120,
    )
