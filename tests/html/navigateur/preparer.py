"""Install what the browser tests need into the folder given, exactly as locked; `tox -e navigateur` runs it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def prepare(folder: Path) -> int:
    """Copy the lock and install from it; the exit code is npm's."""
    npm = shutil.which("npm")
    if npm is None:
        sys.stderr.write("non vérifié : npm absent\n")
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder / name)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    return subprocess.run(command, cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(prepare(Path(sys.argv[1])))
