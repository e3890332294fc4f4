"""`duicheck packs` as a person uses it, and what a check makes of installed packs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from outils_paquets import SOLUTIONS

from duicheck.cli.program import run
from duicheck.errors import NotAvailable
from duicheck.formats import validator
from duicheck.harness import Options, check, examine
from duicheck.model import CDA_SCHEMATRONS, Paquets, Solutions
from duicheck.model import SOLUTIONS as LISTE
from duicheck.paquets.adding import add
from duicheck.paquets.home import home as where
from duicheck.plugins import load_plugins

PETITE = Path(__file__).parents[2] / "fixtures" / "livraisons" / "petite"
PLUGINS = load_plugins()


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(["packs", *arguments])
    found = capsys.readouterr()
    assert "Traceback" not in found.err
    return int(code), found.out, found.err


def test_a_life_of_a_pack(package: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "list")
    assert (code, "Aucun paquet dans" in out) == (0, True)
    code, out, _ = said(capsys, "add", str(package))
    assert code == 0
    assert "cda — de TestContenuCDA" in out
    assert "6 réparations ou manques" in out
    code, listed, _ = said(capsys, "list")
    assert out.strip() in listed
    assert said(capsys, "verify")[:2] == (0, "cda\u00a0: intact\n")
    (file,) = home.glob("cda-*/schematrons/profils/GENERAL.sch")
    file.write_text("autre", encoding="utf-8")
    code, out, _ = said(capsys, "verify", "cda")
    assert code == 5
    assert "schematrons/profils/GENERAL.sch\u00a0: modifié" in out
    code, out, _ = said(capsys, "verify", "--format", "json")
    assert code == 5
    assert json.loads(out) == [
        {"nom": "cda", "intact": False, "differences": ["schematrons/profils/GENERAL.sch : modifié"]}
    ]
    assert said(capsys, "remove", "cda")[0] == 0
    assert "Aucun paquet" in said(capsys, "list")[1]


def test_json_says_all(package: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del home
    added = json.loads(said(capsys, "add", str(package), "--format", "json")[1])
    (listed,) = json.loads(said(capsys, "list", "--format", "json")[1])
    assert added.items() <= listed.items()
    assert {each["nature"] for each in listed["reparations"]} == {"casse", "reconstruit", "manquant", "ecarte"}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["add", "nulle-part"], 5, "ce dossier ou ce fichier n'existe pas"),
        (["pull", "http://exemple.fr/p.zip"], 5, "doit commencer par https"),
        (["pull", "a", "b"], 2, "donnez une adresse"),
        (["pull", "solutions"], 5, "n'est pas une URL"),
        (["verify"], 2, "aucun paquet n'est installé"),
        (["verify", "x"], 2, "aucun paquet ne s'appelle"),
        (["remove", "x"], 5, "aucun paquet ne s'appelle"),
    ],
)
def test_each_mistake_is_one_sentence(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    del home
    found, out, err = said(capsys, *arguments)
    assert found == code
    assert out == ""
    assert err.count("\n") == 1
    assert words in err.replace("\u00a0", " ")


def test_the_lock_holds_to_its_schema(package: Path, home: Path) -> None:
    add(package, home)
    value = json.loads((home / "duicheck-paquets.lock").read_text(encoding="utf-8"))
    assert list(validator("paquets").iter_errors(value)) == []
    assert str(package) not in json.dumps(value), "a path of this machine is nobody's business"


# Where packs live


def test_the_variable_says_where(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DUICHECK_PAQUETS", str(tmp_path / "là"))
    assert where() == tmp_path / "là"
    monkeypatch.setenv("DUICHECK_PAQUETS", " ")
    assert where().name == "paquets"
    assert where().parent.name == "duicheck"


# What a check makes of them


def test_without_a_pack_the_command_is_named(home: Path) -> None:
    del home
    with examine(PETITE, PLUGINS) as dataset, pytest.raises(NotAvailable) as caught:
        dataset.get(Paquets).de(CDA_SCHEMATRONS)
    assert caught.value.roles == {"paquets"}
    assert "duicheck packs add" in str(caught.value)


def test_an_altered_pack_is_refused_and_never_green(package: Path, home: Path) -> None:
    paquet = add(package, home)
    (paquet.dossier / "jeuxDeValeurs/JDV_Alpha.xml").write_text("x", encoding="utf-8")
    with examine(PETITE, PLUGINS) as dataset, pytest.raises(NotAvailable) as caught:
        dataset.get(Paquets).de(CDA_SCHEMATRONS)
    assert caught.value.roles == frozenset(), "not a role: the verdict must stay open"
    assert "JDV_Alpha.xml : modifié" in str(caught.value)
    assert "duicheck packs verify cda" in str(caught.value)


def test_a_damaged_lock_is_refused_and_never_green(home: Path) -> None:
    home.mkdir()
    (home / "duicheck-paquets.lock").write_text("{", encoding="utf-8")
    with examine(PETITE, PLUGINS) as dataset, pytest.raises(NotAvailable) as caught:
        dataset.get(Paquets).de(CDA_SCHEMATRONS)
    assert caught.value.roles == frozenset()


def test_the_list_of_solutions_of_a_pack_is_read_like_a_delivered_one(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(SOLUTIONS, encoding="utf-8")
    add(path, home)
    with examine(PETITE, PLUGINS) as dataset:
        found = dataset.get(Solutions)
        assert found.rows("SELECT solution, version, domaine FROM solutions") == [("DUI d'essai", "4.x", "PA")]
        assert found.at(0).file == "solutions.csv (paquet solutions)"
        assert [each.nom for each in dataset.get(Paquets).utilises] == ["solutions"]


def test_a_delivered_list_wins(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(SOLUTIONS, encoding="utf-8")
    add(path, home)
    folder = Path(shutil.copytree(PETITE, tmp_path / "petite"))
    (folder / "la_leur.csv").write_text("solution;domaine\nAutre;PH\n", encoding="utf-8")
    with (folder / "livraison.toml").open("a", encoding="utf-8") as manifest:
        manifest.write('\n[[fichiers]]\nrole = "solutions"\nchemin = "la_leur.csv"\n')
    with examine(folder, PLUGINS) as dataset:
        assert dataset.get(Solutions).rows("SELECT solution FROM solutions") == [("Autre",)]
        assert dataset.built(Paquets) is None


def test_without_any_list_both_ways_are_named(home: Path) -> None:
    del home
    with examine(PETITE, PLUGINS) as dataset, pytest.raises(NotAvailable) as caught:
        dataset.get(Solutions)
    assert caught.value.roles == {"paquets", "solutions"}
    assert "packs pull solutions URL" in str(caught.value)


def test_the_report_names_the_packs_that_were_used(package: Path, home: Path) -> None:
    """A check that reads none says nothing of them: the same delivery gives the same bytes on any machine."""
    bare = check(PETITE, PLUGINS)
    paquet = add(package, home)
    report = check(PETITE, PLUGINS)
    assert report == bare
    assert "paquets" not in report
    with examine(PETITE, PLUGINS, Options(paquets=home)) as dataset:
        packs = dataset.get(Paquets)
        packs.de(CDA_SCHEMATRONS)
        from duicheck.report import _paquets

        value = _paquets(packs)
    assert value["paquets"][0]["source"] == paquet.source
    assert [each["contenu"] for each in value["paquets"][0]["contenus"]] == [each.contenu for each in paquet.contenus]
    assert any("JDV_Absent.xml" in each for each in value["paquets"][0]["reparations"])
    assert list(validator("rapport").iter_errors({**report, **value})) == []


def test_a_kind_that_another_pack_has_is_still_missing(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(SOLUTIONS, encoding="utf-8")
    add(path, home)
    with examine(PETITE, PLUGINS) as dataset:
        packs = dataset.get(Paquets)
        assert packs.de(LISTE).nom == "solutions"
        with pytest.raises(NotAvailable, match="packs add"):
            _ = packs.dossiers
