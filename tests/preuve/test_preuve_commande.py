"""`duicheck verify` as people and programs meet it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from duicheck.exits import ExitCode
from duicheck.preuve.archive import write_zip
from duicheck.preuve.names import RAPPORT


@pytest.fixture
def preuve(unsigned, tmp_path):
    path = tmp_path / "preuve.zip"
    path.write_bytes(unsigned.data)
    return path


@pytest.fixture(autouse=True)
def _without_pdf(monkeypatch):
    """As the packs here were made."""
    from preuve_outils import light

    from duicheck.cli import outputs

    monkeypatch.setattr(outputs, "renderers", light)


def test_what_is_said_is_what_was_done(duicheck, preuve, petite):
    said = duicheck("verify", preuve)
    assert said.code == ExitCode.CONFORME
    assert "PREUVE COHÉRENTE" in said.out
    assert "ni signataire reconnu, ni contrôle rejoué" in " ".join(said.out.split())
    assert "document non signé" in said.out.lower()
    said = duicheck("verify", preuve, "--entrees", petite)
    assert said.code == ExitCode.CONFORME
    assert "PREUVE VÉRIFIÉE" in said.out


def test_an_altered_pack_shows_no_verdict(duicheck, unsigned, preuve):
    preuve.write_bytes(write_zip({**unsigned.files, RAPPORT: unsigned.files[RAPPORT] + b" "}))
    said = duicheck("verify", preuve)
    assert said.code == ExitCode.NON_CONFORME
    assert "PREUVE ALTÉRÉE" in said.out
    assert "« rapport.json » a été modifié" in said.out
    assert "Son verdict" not in said.out


def test_quiet_says_nothing_and_the_code_all(duicheck, unsigned, preuve):
    assert duicheck("verify", preuve, "-q") == (ExitCode.CONFORME, "", "")
    preuve.write_bytes(unsigned.data + b" ")
    assert duicheck("verify", preuve, "-q") == (ExitCode.NON_CONFORME, "", "")


def test_as_json(duicheck, unsigned, preuve, petite):
    found = json.loads(duicheck("verify", preuve, "--format", "json").out)
    assert (found["format"], found["conclusion"], found["verdict"]) == (1, "coherente", "conforme")
    assert [each["etape"] for each in found["controles"]][:2] == ["archive", "empreintes"]
    found = json.loads(duicheck("verify", preuve, "--format", "json", "--entrees", petite).out)
    assert found["conclusion"] == "verifiee"
    preuve.write_bytes(unsigned.data + b" ")
    found = json.loads(duicheck("verify", preuve, "--format", "json").out)
    assert (found["conclusion"], found["verdict"]) == ("alteree", None)
    assert [each["etat"] for each in found["controles"]] == ["altere"]


@pytest.mark.parametrize("content", [b"", b"PK\3\4", b"un texte", b"PK\5\6" + bytes(17)])
def test_what_is_no_pack_is_one_sentence(content, duicheck, tmp_path):
    path = tmp_path / "preuve.zip"
    path.write_bytes(content)
    said = duicheck("verify", path)
    assert said.code == ExitCode.ILLISIBLE
    assert said.out == ""
    assert said.err.startswith("Erreur : preuve.zip : ce n'est pas une archive zip")
    assert said.err.count("\n") == 1


def test_a_zip_that_is_no_pack_is_named_so(duicheck, tmp_path):
    path = tmp_path / "preuve.zip"
    path.write_bytes(write_zip({"a.txt": b"x"}))
    said = duicheck("verify", path)
    assert said.code == ExitCode.NON_CONFORME
    assert "Ce n'est pas une preuve de duicheck : il y manque MANIFESTE.sha256" in " ".join(said.out.split())
    path.write_bytes(write_zip({}))
    assert duicheck("verify", path).code == ExitCode.NON_CONFORME


def test_places_that_are_not_there(duicheck, preuve, tmp_path):
    assert duicheck("verify", tmp_path / "rien.zip").code == ExitCode.ILLISIBLE
    said = duicheck("verify", preuve, "--entrees", tmp_path / "rien")
    assert said.code == ExitCode.ILLISIBLE
    assert "--entrees" in said.err
    said = duicheck("verify", preuve, "--precedent", tmp_path / "rien.json")
    assert said.code == ExitCode.USAGE
    said = duicheck("verify", preuve, "--entrees", tmp_path, "--precedent", tmp_path / "rien.json")
    assert said.code == ExitCode.USAGE


def test_another_language_does_not_change_what_is_compared(duicheck, preuve, petite):
    assert duicheck("--lang", "en", "verify", preuve, "--entrees", petite).code == ExitCode.CONFORME


def test_a_hostile_name_reaches_no_terminal(duicheck, tmp_path):
    name = b"a\x1b[2Jpport.json"
    data = write_zip({"aXXXXpport.json": b"{}"}).replace(b"aXXXXpport.json", name)
    (tmp_path / "preuve.zip").write_bytes(data)
    said = duicheck("verify", tmp_path / "preuve.zip")
    assert said.code == ExitCode.NON_CONFORME
    assert "\x1b" not in said.out + said.err


def test_the_help_pages_load_nothing_heavy():
    for name in ("pack", "verify"):
        code = (
            "import sys\n"
            f"sys.argv = ['duicheck', {name!r}, '--help']\n"
            "from duicheck.cli import main\n"
            "main()\n"
            "assert {'cryptography', 'pyhanko', 'duckdb', 'jsonschema'}.isdisjoint(sys.modules), sorted(sys.modules)\n"
        )
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


def test_the_stage_of_a_dossier_is_kept_and_replayed(duicheck, tmp_path):
    livraison = Path(__file__).parents[2] / "fixtures" / "livraisons" / "dossier-complet"
    proof = tmp_path / "depot.zip"
    assert duicheck("pack", livraison, "-o", proof, "--mode", "dossier", "--etape", "depot").code == 0
    code, out, _ = duicheck("verify", proof, "--entrees", livraison)  # the pieces that the project names included
    assert code == 0
    assert "mêmes octets" in " ".join(out.split())
    changed = shutil.copytree(livraison, tmp_path / "changee")
    (changed / "pieces" / "planning_projet.txt").write_text("Autre planning.\n", encoding="utf-8")
    code, out, _ = duicheck("verify", proof, "--entrees", changed)
    assert code == 1
    assert "planning_projet.txt » (piece) : ce fichier n'est plus celui" in " ".join(out.split())
    code, _, err = duicheck("pack", livraison, "-o", proof, "--etape", "depot")
    assert code == 2
    assert "--mode dossier" in err
