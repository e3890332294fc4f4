"""`duicheck init-plugin`: what it writes works as it is; what it refuses leaves nothing behind."""

from __future__ import annotations

import errno
import json
import re
import tomllib
from pathlib import Path

import pytest

from duicheck.cli import skeleton as skeletons
from duicheck.cli.skeleton import skeleton
from duicheck.exits import ExitCode
from duicheck.hookspecs import API

ROOT = Path(__file__).parents[2]
PETITE = ROOT / "fixtures" / "livraisons" / "petite"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_skeleton_is_green_as_soon_as_it_is_installed(duicheck, elsewhere, tmp_path):
    """The promise of the command, in an environment of its own and without a network."""
    assert duicheck("init-plugin", "ma-region").code == ExitCode.CONFORME
    folder = tmp_path / "ma-region"
    command = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", ".")
    installed = elsewhere(*command, cwd=folder)
    assert installed.returncode == 0, installed.stdout + installed.stderr

    tests = elsewhere("-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=folder)
    assert tests.returncode == 0, tests.stdout + tests.stderr
    assert re.search(r"^6 passed", tests.stdout, re.MULTILINE), tests.stdout

    listed = json.loads(elsewhere("-m", "duicheck", "plugins", "--format", "json", cwd=folder).stdout)
    (ours,) = (plugin for plugin in listed if plugin["nom"] == "ma-region")
    assert (ours["distribution"], ours["regles"]) == ("duicheck-ma-region", ["ma-region/aucun-rendez-vous"])

    checked = elsewhere("-m", "duicheck", "check", "tests/livraison", "--format", "json", cwd=folder)
    assert checked.returncode == ExitCode.CONFORME, checked.stderr
    results = {rule["id"]: rule["resultat"] for rule in json.loads(checked.stdout)["regles"]}
    assert results["ma-region/aucun-rendez-vous"] == "respectee"

    # What tests and installation leave behind is what the skeleton's .gitignore names.
    left = {path.split("/")[0] for path in contents(folder)} - {path.split("/")[0] for path in skeleton("ma-region")}
    assert left <= {".pytest_cache"}


def test_every_file_is_in_the_words_of_the_plugin():
    written = skeleton("ma-region")
    assert {"pyproject.toml", "README.md", ".gitignore", "src/duicheck_ma_region/__init__.py"} <= written.keys()
    assert "tests/cas/ma-region/aucun-rendez-vous.toml" in written
    for path, content in written.items():
        assert "__" not in path.replace("__init__", "")
        assert not re.search(r"\$\w|\$\{|__nom__|__paquet__", content.decode("utf-8")), path
        assert b"\r" not in content
        assert content == b"" or content.endswith(b"\n")
    for path in written:
        if path.endswith(".py"):
            compile(written[path], path, "exec")


def test_the_project_asks_for_the_releases_that_keep_the_promise(monkeypatch):
    project = tomllib.loads(skeleton("ici")["pyproject.toml"].decode("utf-8"))
    assert project["project"]["name"] == "duicheck-ici"
    assert project["project"]["entry-points"] == {"duicheck": {"ici": "duicheck_ici"}}
    assert "license" not in project["project"], "the author's choice"
    assert f"DUICHECK_API = {API}\n" in skeleton("ici")["src/duicheck_ici/__init__.py"].decode("utf-8")
    for version, bounds in (("0.1.0", ">=0.1,<0.2"), ("0.9.3rc1", ">=0.9,<0.10"), ("1.4.2", ">=1.4,<2.0")):
        monkeypatch.setattr(skeletons, "__version__", version)
        project = tomllib.loads(skeleton("ici")["pyproject.toml"].decode("utf-8"))
        assert project["project"]["dependencies"] == [f"duicheck{bounds}"]


def test_its_delivery_is_our_smallest_right_one():
    written = skeleton("ici")
    for name in ("indicateurs.csv", "journal.csv", "registre.csv", "livraison.toml"):
        assert written[f"tests/livraison/{name}"] == (PETITE / name).read_bytes()


def test_the_folder_is_chosen_and_the_next_steps_are_said(duicheck, tmp_path):
    said = duicheck("init-plugin", "ici", "--dossier", "ailleurs")
    assert said.code == ExitCode.CONFORME
    assert contents(tmp_path / "ailleurs") == skeleton("ici")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ailleurs"]
    for line in ("cd ailleurs", "pip install -e .", "pytest", "licence"):
        assert line in said.out


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Ma Région", "ma-region"),
        ("œuvre_d'été", "oeuvre-d-ete"),
        ("DUICHECK-Truc", "truc"),
        ("duicheck-truc", "truc"),
        ("--ars--", "ars"),
        ("2e-lot", "e-lot"),
        ("ici/la", "ici-la"),
        ("..", None),
        ("", None),
        ("é", None),
        ("a" * 41, "a" * 40),
    ],
)
def test_a_bad_name_is_refused_with_the_nearest_good_one(duicheck, tmp_path, name, near):
    said = duicheck("init-plugin", "--", name)
    assert said.code == ExitCode.USAGE
    assert (f"«\u00a0{near}\u00a0»" in said.err) if near else ("par exemple" not in said.err)
    assert said.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["duicheck", "exemple", "tests", "con", "nul", "com1"])
def test_a_reserved_name_is_refused(duicheck, tmp_path, name):
    said = duicheck("init-plugin", name)
    assert (said.code, "nom réservé" in said.err) == (ExitCode.USAGE, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["cda", "registre"])
def test_the_name_and_the_groups_of_rules_of_a_plugin_are_taken(duicheck, tmp_path, name):
    """`registre` is no plugin: it is a group of rules of the plugin `journal`."""
    said = duicheck("init-plugin", name)
    assert said.code == ExitCode.USAGE
    assert "est pris par l'extension" in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("there", ["folder", "file", "link"])
def test_nothing_is_overwritten(duicheck, tmp_path, there):
    place = tmp_path / "ici"
    if there == "folder":
        place.mkdir()
        (place / "notes.txt").write_text("à moi", encoding="utf-8")
    elif there == "file":
        place.write_text("à moi", encoding="utf-8")
    else:
        try:
            place.symlink_to(tmp_path / "nulle-part")
        except OSError:
            pytest.skip("no symbolic links here")
    before = contents(tmp_path)
    said = duicheck("init-plugin", "ici")
    assert said.code == ExitCode.USAGE
    assert "existe déjà" in said.err
    assert contents(tmp_path) == before


def test_a_place_that_is_not_there_is_refused(duicheck, tmp_path):
    said = duicheck("init-plugin", "ici", "--dossier", Path("absent", "ici"))
    assert said.code == ExitCode.USAGE
    assert "n'existe pas" in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("after", [0, 1, 7])
def test_a_full_disk_leaves_nothing_half_written(duicheck, tmp_path, monkeypatch, after):
    written = []
    write = Path.write_bytes

    def full(self: Path, content: bytes) -> int:
        written.append(self)
        if len(written) > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    said = duicheck("init-plugin", "ici")
    assert said.code == ExitCode.USAGE
    assert "ne peut pas être écrit" in said.err
    assert list(tmp_path.iterdir()) == []
