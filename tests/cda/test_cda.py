"""Documents as files: what reading them may never do, and what their rules may never say."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from outils_cda import REGLES, controler

from duicheck.findings import Location, Outcome
from duicheck.model import DocumentTransporte
from duicheck_cda import equipe
from duicheck_cda.conventions import bound
from duicheck_cda.encodage import decoder
from duicheck_cda.executant import Travail
from duicheck_cda.lecture import lire
from duicheck_cda.paquet import PaquetCda
from duicheck_cda.schematron.saxon import available

FIXTURES = Path(__file__).parents[2] / "fixtures"
PROJET = FIXTURES / "livraisons" / "petite-cda" / "cda" / "projet.xml"
PAQUET = FIXTURES / "paquets" / "petit"
GRAVES = ("cda/xml-mal-forme", "cda/doctype", "cda/borne-depassee", "cda/encodage-faux", "cda/racine-inconnue")


@pytest.fixture
def ecrire(tmp_path: Path):
    def fichier(octets: bytes, nom: str = "document.xml") -> Path:
        chemin = tmp_path / nom
        chemin.write_bytes(octets)
        return chemin

    return fichier


def test_the_document_of_the_fixtures_is_right_in_every_respect() -> None:
    results = controler([PROJET], PAQUET)
    assert {name: result.outcome for name, result in results.items()} == dict.fromkeys(REGLES, Outcome.PASSED)


# Reading


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_words(tmp_path_factory, octets: bytes) -> None:
    fichier = tmp_path_factory.mktemp("octets") / "x.xml"
    fichier.write_bytes(octets)
    lu = lire(fichier)
    assert lu.arbre is not None or lu.defauts
    assert {defaut.regle for defaut in lu.defauts} <= set(GRAVES)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(PROJET.read_bytes()) - 1), st.integers(0, 255))
@example(PROJET.read_bytes().index(b"UTF-8"), 0)
def test_a_damaged_document_is_never_worse_than_refused(tmp_path_factory, place: int, octet: int) -> None:
    octets = bytearray(PROJET.read_bytes())
    octets[place] = octet
    fichier = tmp_path_factory.mktemp("abime") / "x.xml"
    fichier.write_bytes(bytes(octets))
    results = controler([fichier])
    assert Outcome.CRASHED not in {result.outcome for result in results.values()}


@given(st.text(st.characters(codec="latin-1", exclude_characters="\"'<>"), min_size=1, max_size=40))
def test_any_name_of_an_encoding_is_known_or_refused(nom: str) -> None:
    lu = decoder(f'<?xml version="1.0" encoding="{nom}"?><a/>'.encode("latin-1"))
    assert lu.texte is not None or lu.cause is not None


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80), st.sampled_from(["utf-8", "utf-16"]))
def test_an_honest_encoding_is_never_called_false(texte: str, codec: str) -> None:
    document = f'<?xml version="1.0" encoding="{codec}"?><a>{texte}</a>'
    lu = decoder(document.encode(codec))
    assert (lu.texte, lu.cause) == (document, None)


@given(st.text("éèàçêôûïœ’€", min_size=1, max_size=40))
def test_windows_bytes_under_a_utf8_declaration_are_always_caught(texte: str) -> None:
    # Spaces between: side by side, a few of these bytes happen to be UTF-8.
    document = f'<?xml version="1.0" encoding="UTF-8"?>\n<a>\n{" ".join(texte)} </a>'
    lu = decoder(document.encode("cp1252"))
    assert (lu.texte, lu.ligne) == (None, 3)


def test_nothing_is_fetched_and_no_file_of_the_machine_is_read(ecrire, tmp_path: Path, monkeypatch) -> None:
    def interdit(*_: object, **__: object) -> None:
        message = "réseau"
        raise AssertionError(message)

    monkeypatch.setattr(socket, "socket", interdit)
    (tmp_path / "secret.txt").write_text("SECRET", encoding="utf-8")
    for texte in (
        f'<!DOCTYPE a [<!ENTITY x SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]><a>&x;</a>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>',
        (
            '<?xml-stylesheet href="http://127.0.0.1:9/a.xsl"?><ClinicalDocument xmlns="urn:hl7-org:v3"'
            ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:hl7-org:v3 http://127.0.0.1:9/a.xsd">'
            '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="secret.txt" parse="text"/></ClinicalDocument>'
        ),
    ):
        results = controler([ecrire(texte.encode())], PAQUET)
        assert Outcome.CRASHED not in {result.outcome for result in results.values()}
        assert "SECRET" not in repr(results)


def test_a_bomb_is_refused_before_it_opens(ecrire) -> None:
    etages = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    fichier = ecrire(f'<!DOCTYPE a [<!ENTITY e0 "ha">{etages}]><a>&e11;</a>'.encode())
    assert [defaut.regle for defaut in lire(fichier).defauts] == ["cda/doctype"]


def test_a_document_that_is_too_large_is_not_read(ecrire, monkeypatch) -> None:
    monkeypatch.setattr("duicheck_cda.lecture.bound", lambda name: 200 if name == "octets" else bound(name))
    assert [defaut.regle for defaut in lire(ecrire(PROJET.read_bytes())).defauts] == ["cda/borne-depassee"]
    monkeypatch.setattr("duicheck_cda.lecture.bound", lambda name: 20 if name == "elements" else bound(name))
    assert [defaut.regle for defaut in lire(ecrire(PROJET.read_bytes())).defauts] == ["cda/borne-depassee"]


def test_a_large_embedded_file_is_read(ecrire) -> None:
    octets = PROJET.read_bytes().replace(b"JVBERi0x", b"JVBERi0x" + b"QUFB" * 4_000_000, 1)
    results = controler([ecrire(octets)], None, "cda/contenu-trompeur", "cda/xml-mal-forme")
    assert {result.outcome for result in results.values()} == {Outcome.PASSED}


def test_lines_are_those_of_an_editor_beyond_65535_or_the_next(ecrire) -> None:
    """libxml2 keeps sixteen bits: beyond, it gives the line of the text that follows."""
    octets = PROJET.read_bytes().replace(b"<recordTarget>", b"<recordTarget>" + b"\n" * 70_000, 1)
    octets = octets.replace(b"291041305512869", b"291041305512870")
    (finding,) = controler([ecrire(octets)], None, "cda/ins-cle-fausse")["cda/ins-cle-fausse"].findings
    attendue = octets[: octets.index(b"291041305512870")].count(b"\n") + 1
    assert finding.at.line in {attendue, attendue + 1}


@pytest.mark.parametrize("fin", [b"\r\n", b"\n"])
def test_line_ends_of_windows_count_once(ecrire, fin: bytes) -> None:
    octets = PROJET.read_bytes().replace(b"291041305512869", b"291041305512870").replace(b"\n", fin)
    (finding,) = controler([ecrire(octets)], None, "cda/ins-cle-fausse")["cda/ins-cle-fausse"].findings
    assert finding.at.line == octets[: octets.index(b"291041305512870")].count(b"\n") + 1


def test_prefixes_change_nothing(ecrire) -> None:
    texte = PROJET.read_text(encoding="utf-8").replace("<", "<v3:").replace("<v3:/", "</v3:").replace("<v3:?", "<?")
    texte = texte.replace('xmlns="urn:hl7-org:v3"', 'xmlns:v3="urn:hl7-org:v3"')
    results = controler([ecrire(texte.encode())], PAQUET)
    assert {result.outcome for result in results.values()} == {Outcome.PASSED}


def test_a_document_carried_by_a_bundle_stands_where_its_carrier_holds_it() -> None:
    octets = PROJET.read_bytes().replace(b"291041305512869", b"291041305512870")
    porte = DocumentTransporte(Location("lot.json", 12, None, "/entry/0/resource/content/0/attachment/data"), octets)
    results = controler([], PAQUET, portes=[porte])
    (finding,) = results["cda/ins-cle-fausse"].findings
    assert (finding.at.file, finding.at.line) == ("lot.json", 12)
    assert finding.at.pointer == f"{porte.at.pointer} /ClinicalDocument/recordTarget/patientRole/id[1]"
    assert results["cda/structuration-minimale"].outcome is Outcome.PASSED


# Silence


def test_no_value_of_a_person_is_in_a_result(ecrire) -> None:
    """Every rule that can be broken is, with values that are easy to find."""
    texte = PROJET.read_text(encoding="utf-8")
    for avant, apres in (
        ("291041305512869", "2910413055SECRET"),
        ('root="1.2.250.1.213.1.1.9.901" extension="IPP-0042"', 'root="1.2.250.1.213.1.4.SECRET" extension="SECRET"'),
        ('code="F"', 'code="M"'),
        ("810100004240", "8SECRET"),
        ("1970302287", "1SECRET"),
        ('code="80788-3"', 'code="SECRET"'),
        ('value="19910412"', 'value="SECRET"'),
        ('<versionNumber value="1"/>', '<versionNumber value="SECRET"/>'),
        ("INVENTE", "SECRET"),
        ("application/pdf", "application/SECRET"),
        ("<title>Projet personnalisé</title>", ""),
    ):
        assert avant in texte
        texte = texte.replace(avant, apres)
    results = controler([ecrire(texte.encode())], PAQUET)
    assert sum(result.outcome is Outcome.FAILED for result in results.values()) >= 6
    assert "SECRET" not in repr(results)


# Packages


def test_a_rule_that_needs_a_package_is_not_checked_without_one() -> None:
    results = controler([PROJET])
    sans = {name for name, result in results.items() if result.outcome is Outcome.NOT_CHECKED}
    assert {"cda/xsd-non-conforme", "cda/structuration-minimale", "cda/modele-de-contenu", "cda/non-verifie"} <= sans
    assert all("paquets" in results[name].missing for name in sans)


def test_a_package_that_lacks_a_part_leaves_only_that_part_unchecked(tmp_path: Path) -> None:
    dossier = tmp_path / "demi"
    (dossier / "schematrons").mkdir(parents=True)
    source = PAQUET / "schematrons" / "CI-SIS_ModelesDeContenusCDA.sch"
    (dossier / "schematrons" / source.name).write_bytes(source.read_bytes())
    results = controler([PROJET], dossier)
    assert results["cda/modele-de-contenu"].outcome is Outcome.PASSED
    for regle in ("cda/structuration-minimale", "cda/xsd-non-conforme", "cda/type-de-document-inconnu"):
        assert results[regle].outcome is Outcome.NOT_CHECKED


@pytest.mark.parametrize("nom", ["xsd/CDA.xsd", "schematrons/ASIP-STRUCT-MIN-StrucMin.sch"])
def test_a_damaged_package_is_never_green(tmp_path: Path, nom: str) -> None:
    import shutil

    dossier = tmp_path / "abime"
    shutil.copytree(PAQUET, dossier)
    (dossier / nom).write_text("<schema", encoding="utf-8")
    results = controler([PROJET], dossier)
    regle = "cda/xsd-non-conforme" if nom.endswith("xsd") else "cda/structuration-minimale"
    assert results[regle].outcome is Outcome.NOT_CHECKED


# Several documents at once


def test_a_team_says_what_one_process_says_in_the_same_order(tmp_path: Path) -> None:
    paquet = PaquetCda.ouvrir([PAQUET])
    travaux = []
    for rang in range(7):
        fichier = tmp_path / f"document {rang} é.xml"
        titre = b"" if rang % 2 else b"<title>Projet personnalis\xc3\xa9</title>"
        fichier.write_bytes(PROJET.read_bytes().replace(b"<title>Projet personnalis\xc3\xa9</title>", titre))
        travaux.append(Travail(fichier, tuple(paquet.schematrons)))
    seul, ensemble = (equipe.executer(paquet, travaux, processus) for processus in (1, 2))
    assert [each.as_json() for each in ensemble] == [each.as_json() for each in seul]
    assert [bool(each.rapports["ASIP-STRUCT-MIN-StrucMin.sch"].failures) for each in seul] == [False, True] * 3 + [
        False
    ]


def test_a_worker_that_dies_takes_one_document_with_it(tmp_path: Path, monkeypatch) -> None:
    """A worker that ends on one document, as a crash in a library would end it."""
    programme = tmp_path / "duicheck_cda_mortel.py"
    programme.write_text(
        "import os, sys, json\n"
        "from duicheck_cda import executant\n"
        "faire = executant.Executant.faire\n"
        "def mourir(self, travail):\n"
        "    if travail.source.name == 'mortel.xml':\n"
        "        os._exit(3)\n"
        "    return faire(self, travail)\n"
        "executant.Executant.faire = mourir\n"
        "executant.main()\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(equipe, "_PROGRAMME", [str(programme)])
    travaux = []
    for nom in ("un.xml", "mortel.xml", "deux.xml", "trois.xml"):
        (tmp_path / nom).write_bytes(PROJET.read_bytes())
        travaux.append(Travail(tmp_path / nom, ("IHE.sch",)))
    results = equipe.executer(PaquetCda.ouvrir([PAQUET]), travaux, 2)
    assert [list(each.rapports) for each in results] == [["IHE.sch"], [], ["IHE.sch"], ["IHE.sch"]]
    assert "fait tomber" in results[1].raisons["IHE.sch"]


def test_a_worker_that_hangs_is_given_up(tmp_path: Path, monkeypatch) -> None:
    programme = tmp_path / "duicheck_cda_lent.py"
    programme.write_text(
        "import time\n"
        "from duicheck_cda import executant\n"
        "executant.Executant.faire = lambda self, travail: time.sleep(60)\n"
        "executant.main()\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(equipe, "_PROGRAMME", [str(programme)])
    monkeypatch.setattr(equipe, "bound", lambda name: 2 if name == "secondes" else bound(name))
    travaux = [Travail(PROJET, ("IHE.sch",))] * 2
    results = equipe.executer(PaquetCda.ouvrir([PAQUET]), travaux, 2)
    assert all("abandonné" in each.raisons["IHE.sch"] for each in results)


def test_workers_that_cannot_start_leave_the_work_to_this_process(monkeypatch) -> None:
    monkeypatch.setattr(equipe, "_PROGRAMME", ["-c", "import sys; sys.exit(1)"])
    results = equipe.executer(PaquetCda.ouvrir([PAQUET]), [Travail(PROJET, ("IHE.sch",))] * 3, 2)
    assert [list(each.rapports) for each in results] == [["IHE.sch"]] * 3


def test_a_hole_is_never_green_in_the_report(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(
        "duicheck_cda.equipe.executer",
        lambda _paquet, travaux: [equipe.Resultat({}, dict.fromkeys(travail.schemas, "tombé")) for travail in travaux],
    )
    results = controler([PROJET], PAQUET)
    assert results["cda/non-verifie"].outcome is Outcome.FAILED
    assert results["cda/structuration-minimale"].outcome is Outcome.NOT_CHECKED
    assert results["cda/modele-de-contenu"].outcome is Outcome.NOT_CHECKED


# SaxonC


@pytest.mark.skipif(not available(), reason="saxonche n'est pas installé")
def test_saxon_says_the_same() -> None:
    ours, theirs = (
        controler([PROJET], PAQUET, "cda/structuration-minimale", moteur=each) for each in ("duicheck", "saxon")
    )
    assert theirs == ours


def test_saxon_absent_is_said_and_never_green(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "saxonche.py").write_text("raise ImportError", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)  # the worker takes our path
    result = controler([PROJET], PAQUET, "cda/structuration-minimale", moteur="saxon")["cda/structuration-minimale"]
    assert result.outcome is Outcome.NOT_CHECKED
    assert "pip install duicheck[saxon]" in (result.reason or "")
