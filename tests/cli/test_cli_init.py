"""`duicheck init`: a manifest from what is there."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from duicheck.cli import streams
from duicheck.exits import ExitCode

ASKED = ("--texte", "2025-40", "--date-mesure", "15/09/2025")


@pytest.fixture
def folder(petite: Path) -> Path:
    (petite / "livraison.toml").unlink()
    return petite


def _files(folder: Path) -> dict[str, str]:
    manifest = tomllib.loads((folder / "livraison.toml").read_text(encoding="utf-8"))
    return {entry["chemin"]: entry["role"] for entry in manifest["fichiers"]}


def test_the_manifest_written_leads_to_the_same_verdict(duicheck: Callable[..., Any], folder: Path) -> None:
    said = duicheck("init", folder, *ASKED)
    assert said.code == 0
    assert _files(folder) == {"indicateurs.csv": "indicateurs", "journal.csv": "journal", "registre.csv": "registre"}
    assert duicheck("check", folder, "-q").code == ExitCode.CONFORME


def test_it_says_what_it_left_out_and_why(duicheck: Callable[..., Any], folder: Path) -> None:
    (folder / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "vide.csv").write_bytes(b"")
    (folder / "rapport.json").write_text('{"verdict": "conforme", "constats": []}', encoding="utf-8")
    (folder / "abime.xlsx").write_bytes(b"PK\x03\x04rien")
    (folder / "coupe.csv.gz").write_bytes(b"\x1f\x8b\x08")
    out = " ".join(duicheck("init", folder, *ASKED).out.split())
    for words in (
        "photo.png : image.",
        "vide.csv : fichier vide.",
        "rapport.json : rapport de duicheck",
        "abime.xlsx : archive ou classeur qui ne s'ouvre pas",
        "coupe.csv.gz : fichier qui ne s'ouvre pas.",
        "LISEZMOI.md : aucun titre de colonne reconnu.",
    ):
        assert words in out


def test_roles_are_known_by_headings_whatever_the_names_and_formats(duicheck: Callable[..., Any], folder: Path) -> None:
    (folder / "journal.csv").rename(folder / "export1.csv")
    lines = (folder / "registre.csv").read_text(encoding="utf-8").splitlines()
    heads = lines[0].split(",")
    rows = [dict(zip(heads, line.split(","), strict=True)) for line in lines[1:]]
    (folder / "registre.csv").unlink()
    (folder / "a.json").write_text(json.dumps({"lignes": rows}), encoding="utf-8")
    (folder / "cda").mkdir()
    for number in (1, 2):
        (folder / "cda" / f"{number}.xml").write_text('<?xml version="1.0"?><ClinicalDocument/>', encoding="utf-8")
    (folder / "claims.json").write_text('{"format": 1, "couloir": "hopital", "exigences": []}', encoding="utf-8")
    assert duicheck("init", folder, *ASKED).code == 0
    assert _files(folder) == {
        "a.json": "registre",
        "cda/*.xml": "cda",
        "claims.json": "referencement",
        "export1.csv": "journal",
        "indicateurs.csv": "indicateurs",
    }


def test_an_unknown_heading_gets_a_proposal_that_nobody_has_confirmed(
    duicheck: Callable[..., Any], folder: Path
) -> None:
    export = folder / "indicateurs.csv"
    export.write_text(
        export.read_text(encoding="utf-8").replace("numerateur", "Nb numérateur retenu", 1), encoding="utf-8"
    )
    said = duicheck("init", folder, *ASKED)
    text = (folder / "livraison.toml").read_text(encoding="utf-8")
    assert '# "Nb numérateur retenu" = "numerateur"' in text
    assert "ressemble à numerateur" in said.out
    entry = tomllib.loads(text)["fichiers"][0]
    assert "colonnes" not in entry


def test_on_a_terminal_it_asks_only_for_what_it_cannot_see(
    duicheck: Callable[..., Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = folder / "indicateurs.csv"
    export.write_text(export.read_text(encoding="utf-8").replace("numerateur", "Nb numérateur", 1), encoding="utf-8")
    monkeypatch.setattr(streams, "is_terminal", lambda _: True)
    monkeypatch.setattr(
        "click.prompt", lambda *_, **options: options["type"].convert(_[1:] or "2025-09-15", None, None)
    )
    monkeypatch.setattr("click.confirm", lambda *_, **__: True)
    assert duicheck("init", folder, "--texte", "2025-40").code == 0
    manifest = tomllib.loads((folder / "livraison.toml").read_text(encoding="utf-8"))
    assert manifest["date_mesure"].isoformat() == "2025-09-15"
    assert manifest["fichiers"][0]["colonnes"] == {"Nb numérateur": "numerateur"}
    assert duicheck("check", folder, "-q").code == ExitCode.CONFORME


def test_digests_are_written_when_asked_and_hold(duicheck: Callable[..., Any], folder: Path) -> None:
    assert duicheck("init", folder, *ASKED, "--empreintes").code == 0
    assert duicheck("check", folder, "-q").code == ExitCode.CONFORME
    with (folder / "registre.csv").open("a", encoding="utf-8") as stream:
        stream.write("\n")
    assert duicheck("check", folder, "-q").code == ExitCode.NON_CONFORME


def test_nothing_is_overwritten(duicheck: Callable[..., Any], petite: Path) -> None:
    before = (petite / "livraison.toml").read_bytes()
    said = duicheck("init", petite, *ASKED)
    assert said.code == ExitCode.USAGE
    assert "n'est pas écrasé" in said.err
    assert (petite / "livraison.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--date-mesure", "2025-09-15"), "précisez --texte"),
        (("--texte", "2025-40"), "précisez --date-mesure"),
        (("--texte", "2025-99", "--date-mesure", "2025-09-15"), "inconnu"),
    ],
)
def test_what_cannot_be_seen_must_be_said(
    options: tuple[str, ...], words: str, duicheck: Callable[..., Any], folder: Path
) -> None:
    said = duicheck("init", folder, *options)
    assert said.code == ExitCode.USAGE
    assert words in said.err
    assert not (folder / "livraison.toml").exists()


def test_a_folder_without_anything_known(duicheck: Callable[..., Any], tmp_path: Path) -> None:
    assert duicheck("init", tmp_path / "absent", *ASKED).code == ExitCode.ILLISIBLE
    said = duicheck("init", tmp_path, *ASKED)
    assert said.code == ExitCode.ILLISIBLE
    assert "aucun fichier reconnu" in said.err
