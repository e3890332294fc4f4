"""`duicheck dossier` as it is read, and the folder that it prepares."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
from pathlib import Path

import html5lib
import pytest
from outils_dossier import COMPLET, LACUNAIRE, copie, lignes, liste
from programme import Call, Said, calling

from duicheck.cli.program import run
from duicheck.dossier.book import render_book
from duicheck.dossier.folder import prepare
from duicheck.dossier.page import render_page
from duicheck.dossier.terminal import render_terminal
from duicheck.errors import DeliveryError
from duicheck.formats.schemas import load_schema, validator
from duicheck.langue import speaking

NIR = "1 85 05 78 006 084 36"


@pytest.fixture
def dit(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    call = calling(capfd, monkeypatch)

    def _dit(*arguments: object, colonnes: int = 80) -> Said:
        monkeypatch.setenv("COLUMNS", str(colonnes))
        return call(*arguments)

    return _dit


@pytest.fixture(scope="module")
def prepare_une_fois(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("prepare") / "À déposer"
    assert run(["dossier", str(COMPLET), "--preparer", str(place), "-q"]) == 0
    return place


@pytest.mark.parametrize(("livraison", "code"), [(COMPLET, 0), (LACUNAIRE, 1)])
def test_the_terminal(dit: Call, livraison: Path, code: int) -> None:
    found, out, _ = dit("dossier", livraison)
    assert found == code
    assert out == render_terminal(liste(livraison)[0], width=80, colour=False)
    assert ("DOSSIER COMPLET" in out) == (code == 0)
    assert "duicheck n'envoie rien" in out
    for width in (80, 140):
        text = render_terminal(liste(livraison)[0], width=width, colour=False)
        assert max(map(len, text.splitlines())) <= width


def test_uncertain_has_the_code_of_what_is_not_known(tmp_path: Path, dit: Call) -> None:
    livraison = copie(tmp_path)
    path = livraison / "structures.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("non,non,non,2025-05-05", "non,non,,2025-05-05"), "utf-8")
    code, out, _ = dit("dossier", livraison)
    assert code == 3
    assert "DOSSIER INCERTAIN" in out


def test_json_is_of_its_schema_and_french_whatever_the_language(dit: Call) -> None:
    _, english, _ = dit("--lang", "en", "dossier", LACUNAIRE, "--etape", "depot", "--format", "json")
    assert list(validator("dossier").iter_errors(json.loads(english))) == []
    assert json.loads(english) == liste(LACUNAIRE, "depot")[0]


def test_every_example_of_the_schema_is_valid() -> None:
    schema = load_schema("dossier")
    whole = validator("dossier")

    def visit(node: object) -> None:
        if isinstance(node, list):
            for each in node:
                visit(each)
        if not isinstance(node, dict):
            return
        for example in node.get("examples", ()) if isinstance(node.get("examples"), list) else ():
            assert list(whole.evolve(schema={**node, "$defs": schema["$defs"]}).iter_errors(example)) == []
        for key, each in node.items():
            if key != "examples":
                visit(each)

    visit(schema)


@pytest.mark.parametrize("langue", ["fr", "en"])
def test_the_page_needs_nothing_else(langue: str) -> None:
    with speaking(langue):
        page = render_page(liste(LACUNAIRE, "depot", langue=langue)[0]).decode("utf-8")
    tree = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False).parse(page)
    assert tree.find("./head/meta[@name='color-scheme']") is not None
    assert not list(tree.iter("script"))
    assert not re.search(r"""(?:src|href|url\()\s*=?\s*["']?(?:https?:)?//""", page)
    ids = [each.get("id") for each in tree.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    anchors = {each.get("href")[1:] for each in tree.iter("a")}
    assert anchors <= set(ids)
    for table in tree.iter("table"):
        assert table.find("caption") is not None
        assert all(each.get("scope") for each in table.iter("th"))
    for region in tree.iterfind(".//div[@role='region']"):
        assert region.get("tabindex") == "0"


def test_same_list_same_bytes() -> None:
    dossier, _ = liste(LACUNAIRE, "depot")
    assert render_book(dossier) == render_book(dossier)
    assert render_page(dossier) == render_page(dossier)


def test_the_workbook_has_every_line() -> None:
    from python_calamine import CalamineWorkbook

    dossier, _ = liste(LACUNAIRE, "depot")
    book = CalamineWorkbook.from_filelike(io.BytesIO(render_book(dossier)))
    summary, lines, files = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    assert "DOSSIER INCOMPLET" in summary[2][1]
    assert [row[-1] for row in lines[1:]] == [ligne["code"] for s in dossier["sections"] for ligne in s["lignes"]]
    assert [row[0] for row in files[1:]] == [
        file["nom"] for ligne in lignes(dossier).values() for file in ligne["fichiers"]
    ]


# The folder


def test_the_folder_holds_the_pieces_and_says_which_is_which(prepare_une_fois: Path) -> None:
    beside = {path.name for path in prepare_une_fois.iterdir()}
    assert beside == {
        *("pieces", "LISEZMOI.txt", "index.csv", "rapport.json", "rapport.html"),
        *("liste-de-controle.html", "liste-de-controle.json", "liste-de-controle.xlsx"),
    }
    rows = list(
        csv.DictReader(io.StringIO((prepare_une_fois / "index.csv").read_text(encoding="utf-8-sig")), delimiter=";")
    )
    copied = {path.name: path.read_bytes() for path in (prepare_une_fois / "pieces").iterdir()}
    indexed = {row["fichier"]: row for row in rows if row["fichier"]}
    assert indexed.keys() == copied.keys()
    for name, content in copied.items():
        assert hashlib.sha256(content).hexdigest() == indexed[name]["sha256"]
        assert content == (COMPLET / indexed[name]["fichier_origine"]).read_bytes()
        assert re.fullmatch(r"\d\d-[a-z0-9-]+\.[a-z0-9]+", name)
    assert indexed["09-plan-financement.pdf"]["fichier_origine"] == "pieces/Plan de financement (v3).pdf"
    assert {"10-lettre-engagement-1.pdf", "10-lettre-engagement-2.pdf"} <= copied.keys()
    assert not any(row["fichier_origine"].endswith(("journal.csv", "registre.csv")) for row in rows)


def test_the_report_of_the_folder_is_that_of_the_list(prepare_une_fois: Path) -> None:
    dossier = json.loads((prepare_une_fois / "liste-de-controle.json").read_bytes())
    assert dossier["rapport_sha256"] == hashlib.sha256((prepare_une_fois / "rapport.json").read_bytes()).hexdigest()


def test_a_folder_with_gaps_says_them(tmp_path: Path) -> None:
    place = tmp_path / "prêt"
    place.mkdir()  # empty: it may be used
    assert run(["dossier", str(LACUNAIRE), "--etape", "depot", "-q", "--preparer", str(place)]) == 1
    words = " ".join((place / "LISEZMOI.txt").read_text(encoding="utf-8-sig").replace("\u00a0", " ").split())
    assert "DOSSIER INCOMPLET" in words
    assert "Lettre d'engagement (manquante) : elle est absente" in words
    assert "annuaire" not in {path.stem for path in (place / "pieces").iterdir()}
    assert len(list((place / "pieces").iterdir())) == 6
    assert [path.name for path in tmp_path.iterdir()] == ["prêt"]


def test_a_zip_gives_the_same_pieces(tmp_path: Path, prepare_une_fois: Path) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "livraison"), "zip", COMPLET))
    place = tmp_path / "prêt"
    assert run(["dossier", str(archive), "-q", "--preparer", str(place)]) == 0
    found, expected = (
        {path.name: path.read_bytes() for path in (each / "pieces").iterdir()} for each in (place, prepare_une_fois)
    )
    assert found == expected


def test_places_that_are_refused(tmp_path: Path, dit: Call) -> None:
    livraison = copie(tmp_path)
    taken = tmp_path / "pris"
    taken.mkdir()
    (taken / "lettre.txt").write_text("à moi", encoding="utf-8")
    for place, words in (
        (taken, "n'est pas vide"),
        (taken / "lettre.txt", "n'est pas vide"),
        (tmp_path / "rien" / "ici", "n'existe pas"),
        (livraison / "prêt", "serait dans la livraison"),
    ):
        code, _, err = dit("dossier", livraison, "--preparer", place)
        assert code == 2
        assert words in err
    assert [path.name for path in taken.iterdir()] == ["lettre.txt"]
    code, _, err = dit("dossier", livraison / "projet.json")
    assert code == 2
    assert "projet et ses pièces" in err


def test_nothing_is_left_of_a_folder_that_fails(tmp_path: Path) -> None:
    dossier, _ = liste(COMPLET)
    sources = {
        file["chemin"]: COMPLET / "projet.json" for ligne in lignes(dossier).values() for file in ligne["fichiers"]
    }
    with pytest.raises(DeliveryError, match="a changé pendant le contrôle"):
        prepare(tmp_path / "prêt", dossier, sources, {})
    assert list(tmp_path.iterdir()) == []


def test_personal_data_stop_everything(tmp_path: Path, dit: Call) -> None:
    livraison = copie(tmp_path)
    (livraison / "pieces" / "planning_projet.txt").write_text(f"Dossier de {NIR}.\n", encoding="utf-8")
    place, page, kept = tmp_path / "prêt", tmp_path / "liste.html", tmp_path / "liste.json"
    code, out, err = dit(
        *("dossier", livraison, "--preparer", place, "--output", f"html={page}", "--output", f"json={kept}")
    )
    assert code == 1
    assert "Des données personnelles sont dans la livraison" in err
    assert not place.exists()
    assert not page.exists()
    assert "planning_projet.txt" in out
    dossier = json.loads(kept.read_bytes())
    assert list(validator("dossier").iter_errors(dossier)) == []
    assert lignes(dossier)["confidentialite/nir"]["etat"] == "fausse"
    assert NIR not in kept.read_text(encoding="utf-8") + out + err


def test_a_stage_is_said_of_a_dossier_only(dit: Call) -> None:
    code, _, err = dit("check", COMPLET, "--etape", "depot")
    assert code == 2
    assert "--mode dossier" in err
    code, _, _ = dit("check", COMPLET, "--mode", "dossier", "--etape", "depot")
    assert code == 0


def test_a_list_of_pieces_that_crashes_is_no_traceback(dit: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("duicheck_grappe.liste_pieces.conditions", crash)
    code, out, err = dit("dossier", LACUNAIRE, "--etape", "depot")
    assert (code, err) == (1, "")
    assert "erreur de programme" in out
