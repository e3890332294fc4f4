"""`check` never touches the network: with every socket forbidden, each delivery gives the report it always gives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from outils_paquets import SOLUTIONS

from duicheck.harness import check
from duicheck.paquets.adding import add
from duicheck.plugins import load_plugins
from duicheck.report import to_bytes

ROOT = Path(__file__).parents[2]
DELIVERIES = sorted(path.parent for path in (ROOT / "fixtures").rglob("livraison.toml"))

PROGRAM = """
import hashlib, json, sys
from pathlib import Path

FORBIDDEN = ("socket.", "urllib.", "http.", "ftplib.", "smtplib.")

def forbid(event, arguments):
    if event.startswith(FORBIDDEN):
        sys.stderr.write(event + "\\n")
        raise RuntimeError("réseau : " + event)

sys.addaudithook(forbid)
sys.modules["requests"] = None
sys.modules["urllib3"] = None
from duicheck.harness import check
from duicheck.plugins import load_plugins
from duicheck.report import to_bytes

plugins = load_plugins()
found = {each: hashlib.sha256(to_bytes(check(Path(each), plugins))).hexdigest() for each in json.load(sys.stdin)}
if sys.argv[1:] == ["--essai"]:
    import socket
    try:
        socket.create_connection(("127.0.0.1", 9), 0.1)
    except RuntimeError:
        found["interdit"] = True
print(json.dumps(found))
"""


def test_no_check_opens_a_socket(package: Path, tmp_path: Path, home: Path) -> None:
    from hashlib import sha256

    add(package, home)
    path = tmp_path / "liste.csv"
    path.write_text(SOLUTIONS, encoding="utf-8")
    add(path, home)
    assert len(DELIVERIES) > 3
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "--essai"],
        input=json.dumps([str(each) for each in DELIVERIES]),
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("interdit"), "the prohibition must work, or this test shows nothing"
    plugins = load_plugins()
    assert found == {str(each): sha256(to_bytes(check(each, plugins))).hexdigest() for each in DELIVERIES}
    assert len(done.stderr.splitlines()) == 1, "only the attempt of this very test"


def test_only_the_download_imports_a_client() -> None:
    """A module that could reach the network is named here, or does not exist."""
    clients = ("import requests", "import urllib3", "from urllib3", "from requests", "urllib.request", "http.client")
    clients = (*clients, "import socket", "import ssl", "import ftplib", "import smtplib")
    found = {
        path.relative_to(ROOT).as_posix()
        for room in ("src", "plugins")
        for path in (ROOT / room).rglob("*.py")
        if any(each in path.read_text(encoding="utf-8") for each in clients)
    }
    assert found == {
        "src/duicheck/paquets/connection.py",
        "src/duicheck/paquets/download.py",
        "src/duicheck/paquets/failures.py",
    }
