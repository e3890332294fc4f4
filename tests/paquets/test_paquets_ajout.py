"""Adding a pack: what is recognised, what is repaired, what is said, and that it is whole or not there at all."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from outils_paquets import PACKAGE, SOLUTIONS, write, zipped

from duicheck.errors import PackError
from duicheck.model import Paquet
from duicheck.paquets.adding import add, remove
from duicheck.paquets.lock import read_lock
from duicheck.paquets.verification import differences


def natures(paquet: Paquet) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in paquet.reparations:
        found.setdefault(each.nature, []).append(f"{each.fichier} : {each.texte}")
    return found


def kinds(paquet: Paquet) -> dict[str, list[str]]:
    return {each.contenu: [file.chemin for file in each.fichiers] for each in paquet.contenus}


def test_what_a_package_holds_is_told_by_content(package: Path, home: Path) -> None:
    found = kinds(add(package, home))
    assert found["cda-schematrons"] == [
        "schematrons/CI-SIS_BON_2024.01.sch",
        "schematrons/profils/GENERAL.sch",
        "schematrons/profils/entete/ENTETE.sch",
        "schematrons/profils/entete/include/voc-1.2.3.4-DYNAMIC.xml",
        "schematrons/profils/entete/include/voc-9.9-DYNAMIC.xml",
        "schematrons/profils/terminologies/schematron/terminologie.sch",
    ]
    assert found["jeux-de-valeurs"] == ["jeuxDeValeurs/JDV_Alpha.xml", "jeuxDeValeurs/JDV_Beta.xml"]
    assert found["cda-xsd"] == ["xsd/CDA_extended.xsd", "xsd/general/types.xsd"]
    assert found["terminologies"] == ["terminologies/1.2.3.rdf", "terminologies/2.16.840.1.6.8.xml"]


def test_every_repair_is_said(package: Path, home: Path) -> None:
    said = natures(add(package, home))
    include, listed = said["casse"]
    assert "« include/Sections/S_un.sch » a été retrouvé sous « schematrons/include/sections/S_un.sch »" in include
    assert "« JDV_beta.xml » a été retrouvé sous « jeuxDeValeurs/JDV_Beta.xml »" in listed
    (rebuilt,) = said["reconstruit"]
    assert "« voc-1.2.3.4-DYNAMIC.xml » manque" in rebuilt
    (missing,) = said["manquant"]
    assert "JDV_Absent.xml" in missing
    aside = said["ecarte"]
    assert any("CI-SIS_CASSE_2023.01.sch" in each and "« part.sch »" in each for each in aside)
    assert any("JDV_Vide.xml" in each and "vide" in each for each in aside)
    assert len(aside) == 2


def test_a_schema_is_one_file_that_reads_its_lists_from_where_they_are(package: Path, home: Path) -> None:
    paquet = add(package, home)
    for path in paquet.chemins("cda-schematrons"):
        if path.suffix != ".sch":
            continue
        text = path.read_text(encoding="utf-8")
        assert "<include" not in text
        root = etree.fromstring(text.encode())
        for value in (value for each in root.iter() for value in each.attrib.values()):
            if value.startswith("'../") and value.endswith(".xml'") and "Absent" not in value:
                assert (path.parent / value.strip("'")).resolve().is_file(), value
    bon = (paquet.dossier / "schematrons/CI-SIS_BON_2024.01.sch").read_text(encoding="utf-8")
    assert "JDV_Beta.xml" in bon
    assert 'id="un"' in bon
    terminology = paquet.dossier / "schematrons/profils/terminologies/schematron/terminologie.sch"
    folder = terminology.read_text(encoding="utf-8").partition("value=\"'")[2].partition("'\"")[0]
    assert (terminology.parent / folder / "1.2.3.rdf").is_file()


def test_a_missing_list_is_rebuilt_in_the_shape_that_the_header_reads(package: Path, home: Path) -> None:
    paquet = add(package, home)
    path = paquet.dossier / "schematrons/profils/entete/include/voc-1.2.3.4-DYNAMIC.xml"
    codes = etree.parse(str(path)).xpath("/*/valueSet/conceptList/concept/@code")
    assert codes == ["A", "B"]


def test_without_the_value_set_of_that_oid_nothing_is_invented(tmp_path: Path, home: Path) -> None:
    files = {name: text for name, text in PACKAGE.items() if "Alpha" not in name}
    said = natures(add(write(tmp_path / "p", files), home))
    assert "reconstruit" not in said
    assert any("voc-1.2.3.4-DYNAMIC.xml" in each for each in said["manquant"])


def test_a_flat_copy_is_followed_by_names(tmp_path: Path, home: Path) -> None:
    """As people keep them: schemas expanded side by side, far from their lists."""
    files = {
        "schemas/GENERAL.sch": PACKAGE["schematrons/profils/GENERAL.sch"].replace(
            '<include href="../include/sections/S_deux.sch"/>', ""
        ),
        "jdv/JDV_Alpha.xml": PACKAGE["jeuxDeValeurs/JDV_Alpha.xml"],
    }
    paquet = add(write(tmp_path / "copie", files), home)
    assert "références suivies : 1 ; Schematrons : 1" in natures(paquet)["deplace"][0]
    text = (paquet.dossier / "schematrons/GENERAL.sch").read_text(encoding="utf-8")
    assert "'../jeuxDeValeurs/JDV_Alpha.xml'" in text


def test_terminologies_that_are_not_there_are_said(tmp_path: Path, home: Path) -> None:
    files = {name: text for name, text in PACKAGE.items() if "/terminologie/" not in name}
    paquet = add(write(tmp_path / "p", files), home)
    assert any("terminologies ne sont pas dans la source" in each for each in natures(paquet)["manquant"])


@pytest.mark.parametrize("prefix", ["", "TestContenuCDA-3-0-main/"])
def test_a_zip_gives_the_same_files_as_the_folder(package: Path, tmp_path: Path, home: Path, prefix: str) -> None:
    from_folder = [(each.contenu, each.sha256) for each in add(package, home).contenus]
    archive = zipped(tmp_path / "p.zip", PACKAGE, prefix)
    from_zip = add(archive, tmp_path / "ailleurs")
    assert [(each.contenu, each.sha256) for each in from_zip.contenus] == from_folder
    assert from_zip.origine == "p.zip"


def test_the_same_source_gives_the_same_lock(package: Path, home: Path, tmp_path: Path) -> None:
    add(package, home)
    add(package, tmp_path / "autre")
    assert (home / "duicheck-paquets.lock").read_bytes() == (tmp_path / "autre" / "duicheck-paquets.lock").read_bytes()


def test_the_lock_gives_back_what_was_added(package: Path, home: Path) -> None:
    paquet = add(package, home)
    (entry,) = read_lock(home)
    assert entry.paquet == paquet
    assert differences(entry.paquet) == []


def test_a_list_of_solutions_is_a_pack(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(SOLUTIONS, encoding="utf-8")
    paquet = add(path, home)
    assert paquet.nom == "solutions"
    assert kinds(paquet) == {"solutions": ["solutions.csv"]}


def test_a_table_of_something_else_is_refused(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text("a;b\n1;2\n", encoding="utf-8")
    with pytest.raises(PackError, match=r"liste\.csv : ce n'est pas une liste de solutions"):
        add(path, home)
    assert read_lock(home) == []


# Refusals leave nothing


def left(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir()) if home.exists() else []


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a.txt": "x"}, "ni Schematron, ni jeu de valeurs"),
        ({"a.xml": "<a/>"}, "ni Schematron, ni jeu de valeurs"),
        ({"../dehors.sch": "x"}, "sort du dossier"),
        ({"C:/x.sch": "x"}, "sort du dossier"),
        ({"a.sch": "x", "A.sch": "y"}, "portent le même nom"),
    ],
)
def test_a_zip_that_cannot_be_trusted_or_holds_nothing(
    tmp_path: Path, home: Path, files: dict[str, str], words: str
) -> None:
    with pytest.raises(PackError, match=words):
        add(zipped(tmp_path / "p.zip", files), home)
    assert left(home) == []
    assert not (tmp_path / "dehors.sch").exists()


def test_a_zip_with_a_link_or_a_bomb(tmp_path: Path, home: Path) -> None:
    linked = tmp_path / "lien.zip"
    with zipfile.ZipFile(linked, "w") as archive:
        info = zipfile.ZipInfo("a.sch")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/hostname")
    with pytest.raises(PackError, match="lien symbolique"):
        add(linked, home)
    bomb = tmp_path / "bombe.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", b" " * (17 * 2**20))
    with pytest.raises(PackError, match="bombe"):
        add(bomb, home)
    assert left(home) == []


def test_a_damaged_archive(package: Path, tmp_path: Path, home: Path) -> None:
    del package
    path = zipped(tmp_path / "p.zip", PACKAGE)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(PackError, match=r"p\.zip : ce n'est pas une archive zip lisible"):
        add(path, home)


def test_a_doctype_sets_a_file_aside(tmp_path: Path, home: Path) -> None:
    evil = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    files = {**PACKAGE, "schematrons/CI-SIS_MAL_2024.01.sch": evil + PACKAGE["schematrons/profils/GENERAL.sch"]}
    paquet = add(write(tmp_path / "p", files), home)
    assert any("DOCTYPE" in each and "MAL" in each for each in natures(paquet)["ecarte"])
    assert not any("MAL" in chemin for chemin in kinds(paquet)["cda-schematrons"])


def test_an_include_cannot_leave_the_source_nor_go_round(tmp_path: Path, home: Path) -> None:
    secret = tmp_path / "secret.sch"
    secret.write_text(PACKAGE["schematrons/include/sections/S_un.sch"], encoding="utf-8")
    head = PACKAGE["schematrons/moteur/colle.sch"].removesuffix("</schema>")
    files = {
        **PACKAGE,
        "schematrons/CI-SIS_DEHORS.sch": f'{head}<include href="../../secret.sch"/></schema>',
        "schematrons/CI-SIS_ABSOLU.sch": f'{head}<include href="{secret}"/></schema>',
        "schematrons/CI-SIS_ROND.sch": f'{head}<include href="CI-SIS_ROND.sch"/></schema>',
    }
    said = natures(add(write(tmp_path / "p", files), home))["ecarte"]
    for name in ("DEHORS", "ABSOLU", "ROND"):
        assert any(f"CI-SIS_{name}.sch" in each for each in said), name


def test_links_of_a_folder_are_not_followed(package: Path, tmp_path: Path, home: Path) -> None:
    secret = tmp_path / "secret.sch"
    secret.write_text(PACKAGE["schematrons/profils/GENERAL.sch"], encoding="utf-8")
    try:
        (package / "schematrons" / "CI-SIS_LIEN.sch").symlink_to(secret)
    except OSError:
        pytest.skip("this system makes no links")
    assert not any("LIEN" in chemin for chemin in kinds(add(package, home))["cda-schematrons"])


# One pack for each kind


def test_the_same_name_replaces_and_leaves_nothing_behind(package: Path, home: Path) -> None:
    first = add(package, home)
    (package / "jeuxDeValeurs" / "JDV_Beta.xml").write_text(
        PACKAGE["jeuxDeValeurs/JDV_Alpha.xml"].replace("1.2.3.4", "1.2.3.5"), encoding="utf-8"
    )
    second = add(package, home)
    assert first.dossier != second.dossier
    assert not first.dossier.exists()
    assert [each.paquet.nom for each in read_lock(home)] == ["cda"]
    assert left(home) == sorted([second.dossier.name, "duicheck-paquets.lock"])


def test_adding_again_mends_what_was_altered(package: Path, home: Path) -> None:
    paquet = add(package, home)
    (paquet.dossier / "schematrons/profils/GENERAL.sch").write_text("autre", encoding="utf-8")
    assert differences(paquet) == ["schematrons/profils/GENERAL.sch : modifié"]
    assert differences(add(package, home)) == []


def test_two_packs_never_bring_the_same_kind(package: Path, home: Path) -> None:
    add(package, home, name="premier")
    with pytest.raises(PackError, match=r"« premier » apporte déjà .*cda-schematrons.*packs remove premier"):
        add(package, home, name="second")
    remove("premier", home)
    assert left(home) == ["duicheck-paquets.lock"]
    assert add(package, home, name="second").nom == "second"


@pytest.mark.parametrize("name", ["", "..", "A", "a/b", "-x", "x" * 65])
def test_a_name_that_is_no_name(package: Path, home: Path, name: str) -> None:
    with pytest.raises(PackError, match="n'est pas un nom de paquet"):
        add(package, home, name=name)


def test_removing_what_is_not_there(home: Path) -> None:
    with pytest.raises(PackError, match="aucun paquet ne s'appelle « x »"):
        remove("x", home)


# The lock file


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-20],
        lambda text: text.replace('"format": 1', '"format": 2'),
        lambda text: json.dumps({"paquets": []}),
        lambda text: text.replace('"nom": "cda"', '"nom": "../cda"'),
        lambda text: text.replace('"dossier": "cda-', '"dossier": "../cda-'),
        lambda text: "",
    ],
)
def test_a_lock_that_is_not_ours_says_what_to_do(package: Path, home: Path, spoil) -> None:
    add(package, home)
    path = home / "duicheck-paquets.lock"
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(PackError, match="supprimez-le et remettez les paquets"):
        read_lock(home)


def test_verify_names_each_difference(package: Path, home: Path) -> None:
    paquet = add(package, home)
    (paquet.dossier / "schematrons/profils/GENERAL.sch").unlink()
    (paquet.dossier / "jeuxDeValeurs/JDV_Alpha.xml").write_text("x", encoding="utf-8")
    (paquet.dossier / "jeuxDeValeurs/JDV_Neuf.xml").write_text("x", encoding="utf-8")
    assert differences(paquet) == [
        "jeuxDeValeurs/JDV_Alpha.xml : modifié",
        "schematrons/profils/GENERAL.sch : absent",
        "jeuxDeValeurs/JDV_Neuf.xml : ajouté",
    ]
    shutil.rmtree(paquet.dossier)
    assert "n'est plus là" in differences(paquet)[0]


def test_a_lock_that_contradicts_itself(package: Path, home: Path) -> None:
    """Someone who changes a file and its line forgets the digest of the whole."""
    paquet = add(package, home)
    lock = home / "duicheck-paquets.lock"
    value = json.loads(lock.read_text(encoding="utf-8"))
    file = value["paquets"][0]["contenus"][0]["fichiers"][0]
    file["sha256"] = "0" * 64
    lock.write_text(json.dumps(value), encoding="utf-8")
    (entry,) = read_lock(home)
    assert entry.paquet.nom == paquet.nom
    assert any("se contredit" in each for each in differences(entry.paquet))


def test_two_at_once_do_not_mix(package: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("duicheck.paquets.lock._PATIENCE", 0.1)
    home.mkdir()
    (home / ".occupe").touch()
    with pytest.raises(PackError, match="un autre duicheck change les paquets"):
        add(package, home)
    assert left(home) == [".occupe"]
