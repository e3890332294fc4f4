"""`duicheck init` knows a transfer of data and traces when it sees them."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

from lots_tddui import PETITE, lot

from duicheck.cli.program import run


def test_exchanges_are_given_their_role(tmp_path: Path) -> None:
    folder = tmp_path / "livraison"
    shutil.copytree(PETITE / "traces", folder / "traces")
    (folder / "tddui").mkdir()
    for number in range(2):  # one of them longer than what is looked at
        text = json.dumps({**lot(), "x": "a" * (number << 19)})
        (folder / "tddui" / f"{number}.json").write_text(text, encoding="utf-8")
    (folder / "syslog.log").write_text("<110>1 - - - - - <AuditMessage/>", encoding="utf-8")
    (folder / "xml").mkdir()
    (folder / "xml" / "lot.xml").write_text('<Bundle xmlns="http://hl7.org/fhir"/>', encoding="utf-8")
    assert run(["init", str(folder), "--texte", "2025-40", "--date-mesure", "2025-09-15"]) == 0
    manifest = tomllib.loads((folder / "livraison.toml").read_text(encoding="utf-8"))
    assert {entry["chemin"]: entry["role"] for entry in manifest["fichiers"]} == {
        "tddui/*.json": "tddui",
        "traces/depot.xml": "traces",
        "traces/messages.er7": "traces",
        "syslog.log": "traces",
        "xml/lot.xml": "tddui",
    }


def test_a_glob_names_nothing_else(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(json.dumps(lot()), encoding="utf-8")
    (tmp_path / "c.json").write_text('{"autre": 1}', encoding="utf-8")
    assert run(["init", str(tmp_path), "--texte", "2025-40", "--date-mesure", "2025-09-15"]) == 0
    manifest = tomllib.loads((tmp_path / "livraison.toml").read_text(encoding="utf-8"))
    assert [entry["chemin"] for entry in manifest["fichiers"]] == ["a.json", "b.json"]
