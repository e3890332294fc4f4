"""A dossier: personal data stops everything but their own findings; every role that the text asks for is due."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from canaris import numero
from programme import Call, calling

from duicheck.errors import UsageError
from duicheck.harness import Options, check
from duicheck.plugins import load_plugins

PETITE = Path(__file__).parents[2] / "fixtures" / "livraisons" / "petite"
DOSSIER = Options(mode="dossier")


@pytest.fixture
def petite(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PETITE, tmp_path / "petite"))


@pytest.fixture
def nominative(petite: Path) -> Path:
    """The same, with a NIR in the register and a wrong figure in the export."""
    path = petite / "registre.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("p-03", numero()), encoding="utf-8")
    export = petite / "indicateurs.csv"
    export.write_text(export.read_text(encoding="utf-8").replace(",9,10,90.00,", ",8,10,80.00,"), encoding="utf-8")
    return petite


@pytest.fixture
def dit(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    return calling(capfd, monkeypatch)


def test_in_a_control_the_finding_is_one_among_others(nominative: Path) -> None:
    report = check(nominative, load_plugins())
    rules = {each["regle"] for each in report["constats"]}
    assert {"confidentialite/nir", "journal/ecart-indicateur"} <= rules
    assert report["etablissements"]


def test_in_a_dossier_it_is_alone(nominative: Path) -> None:
    report = check(nominative, load_plugins(), DOSSIER)
    assert report["verdict"] == "non_conforme"
    assert {each["regle"] for each in report["constats"]} == {"confidentialite/nir"}
    assert report["etablissements"] == []
    assert report["projet"] == {"indicateurs": []}
    assert {each["id"] for each in report["regles"]} == set(load_plugins().rules)
    for each in report["regles"]:
        if each["id"] == "journal/ecart-indicateur":
            assert each["resultat"] == "non_verifiee"
            assert each["raison"].startswith("arrêt du contrôle avant cette règle")


def test_other_outputs_are_refused_with_a_sentence(nominative: Path, tmp_path: Path, dit: Call) -> None:
    kept, refused = tmp_path / "rapport.json", tmp_path / "liste.csv"
    arguments = [
        "--mode",
        "dossier",
        "--avec-identifiants",
        "--output",
        f"json={kept}",
        "--output",
        f"a-faire={refused}",
    ]
    code, out, err = dit("check", nominative, *arguments)
    assert code == 1
    assert "sorties refusées" in err
    assert "a-faire" in err
    assert not refused.exists()
    assert json.loads(kept.read_text(encoding="utf-8"))["verdict"] == "non_conforme"
    assert "NON CONFORME" in out


def test_a_clean_dossier_goes_on_and_asks_for_every_role(petite: Path, dit: Call) -> None:
    report = check(petite, load_plugins(), DOSSIER)
    assert report["etablissements"]
    assert report["verdict"] == "indetermine"
    assert report["livraison"]["roles_manquants"] == ["projet", "referencement", "structures"]
    assert "roles_manquants" not in check(petite, load_plugins())["livraison"]
    code, out, _ = dit("check", petite, "--mode", "dossier")
    assert code == 3
    assert "projet, referencement, structures" in out


def test_warnings_of_the_group_do_not_stop_a_dossier(petite: Path) -> None:
    path = petite / "registre.csv"
    rows = "".join(f"p-{rank},d-{rank},970302287,2024-01-08,,true\n" for rank in range(20, 60))
    path.write_text(path.read_text(encoding="utf-8") + rows, encoding="utf-8")
    report = check(petite, load_plugins(), DOSSIER)
    assert "confidentialite/pseudonyme-previsible" in {each["regle"] for each in report["constats"]}
    assert report["etablissements"]


def test_a_dossier_is_not_checked_without_the_rules_of_privacy(petite: Path) -> None:
    with pytest.raises(UsageError, match="confidentialité"):
        check(petite, load_plugins(disabled=["confidentialite"]), DOSSIER)


def test_a_rule_of_privacy_that_crashes_stops_a_dossier(petite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("duicheck_confidentialite.balayage.Balayage.lire", crash)
    report = check(petite, load_plugins(), DOSSIER)
    assert report["verdict"] == "indetermine"
    assert report["etablissements"] == []
    assert report["constats"] == []
