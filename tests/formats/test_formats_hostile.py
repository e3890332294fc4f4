"""Files that are not what they say: one clear finding each, and never an exception."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import Any

import pytest
from workbook import workbook

from duicheck.formats import rawfile, xlsxtable


def the_cause(found: Any) -> str:
    """The cause of the one `fichier-illisible` that a file deserves."""
    assert found.rules == ["livraison/fichier-illisible"]
    assert (found.reading.rows, found.reading.rejected, found.reading.readable) == (0, 0, False)
    return str(found.problems[0].facts["cause"])


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "mot de passe"),
        (b"PAR1" + bytes(40), "Parquet"),
        (b"PK\x03\x04tronque", "endommag"),
        (b"\x89PNG\r\n", "image"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        ("\ufeffid;type\n".encode("utf-16"), "UTF-16"),
        ("id_evenement;type\nE1;x\n".encode("utf-16-le"), "nuls"),
        (b"\x00\x01\x02\x03" * 30, "nuls"),
        (b"7z\xbc\xaf\x27\x1c", "archive"),
        (gzip.compress(b"%PDF-1.7", mtime=0), "PDF"),
        (gzip.compress(b"a,b\n" * 1000, mtime=0)[:-12], "tronqué"),
        (gzip.compress(b"a,b\n" * 1000, mtime=0)[:20] + b"\xff" * 40, "endommagé"),
        (zipped(a=b"x"), "archive zip"),
        (zipped(mimetype=b"application/vnd.oasis"), "OpenDocument"),
        (b"id_evenement\xe9\x81\xff\n", "indécodables"),
        (b"rien;de;connu\n1;2;3\n", "aucun titre"),
        (b"id_personne,ID Personne,finess_et,date_entree\n", "deux colonnes"),
    ],
)
def test_one_sentence_each(read: Any, content: bytes, word: str) -> None:
    assert word in the_cause(read(content, "registre"))


def test_a_gzip_bomb_is_not_unfolded(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rawfile, "_SUSPECT_FROM", 1 << 20)
    assert "suspecte" in the_cause(read(gzip.compress(bytes(30 << 20)), "registre"))


def test_a_workbook_bomb_is_not_unfolded(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsxtable, "_SUSPECT_FROM", 1 << 20)
    bomb = zipped(**{"[Content_Types].xml": b"", "xl__workbook.xml": bytes(30 << 20)})
    assert "suspect" in the_cause(read(bomb, "registre"))


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b" \r\n"])
def test_an_empty_file(read: Any, content: bytes) -> None:
    assert read(content, "registre").rules == ["livraison/fichier-vide"]


def test_headings_alone(read: Any) -> None:
    found = read("id_personne;finess_et;date_entree\r\n", "registre")
    assert found.rules == ["livraison/fichier-vide"]
    assert found.reading.readable


def test_another_role_is_named(read: Any) -> None:
    found = read(
        "id_personne,id_dossier,finess_et,date_entree,date_sortie,projet_possible\nP,D,010000024,2025-01-01,,\n"
    )
    assert set(found.rules) == {"livraison/colonne-manquante"}
    assert {each.column for each in found.problems} == {"id_evenement", "horodatage", "type"}
    assert {each.facts["role_probable"] for each in found.problems} == {"registre"}


def test_the_nearest_heading_is_proposed(read: Any) -> None:
    found = read("id_personne,finess_et,date_entrees,couleur\nP,010000024,2025-01-01,x\n", "registre")
    assert [(each.regle, each.column, each.facts.get("proche")) for each in found.problems] == [
        ("livraison/colonne-manquante", "date_entree", "date_entrees")
    ]


def test_an_unknown_heading_is_a_warning_and_no_more(read: Any) -> None:
    found = read("id_personne,finess_et,date_entree,dat_sortie\nP,010000024,2025-01-01,x\n", "registre")
    assert [(each.regle, each.line, each.column, each.facts.get("proche")) for each in found.problems] == [
        ("livraison/colonne-inconnue", 1, "dat_sortie", "date_sortie")
    ]
    assert found.reading.rows == 1


def test_the_manifest_names_headings(read: Any) -> None:
    found = read(
        "Qui;Où;Quand\nP1;010000024;01/02/2025\n",
        "registre",
        columns={
            "qui": "id_personne",
            "OÙ": "finess_et",
            "Quand": "date_entree",
        },
    )
    assert (found.problems, found.reading.rows) == ([], 1)


GOOD = "P1,010000024,2025-01-01"
HEAD = "id_personne,finess_et,date_entree\n"


@pytest.mark.parametrize(
    ("bad", "keyword"),
    [
        (b"P2,010000024", "csv"),
        (b"P2,010000024,2025-01-01,x", "csv"),
        (b'"P2,010000024,2025-01-01', "csv"),
        (b'"P2"x,010000024,2025-01-01', "csv"),
        (b"P\x002,010000024,2025-01-01", "encodage"),
        (b"P\xff\xfe2,010000024,2025-01-01", "encodage"),
    ],
)
def test_a_broken_record_spoils_itself_alone(read: Any, bad: bytes, keyword: str) -> None:
    accents = "é" * 20  # enough well-formed UTF-8 to know what the file is meant to be
    text = f"{HEAD}{GOOD}\n{accents},010000024,2025-01-01\n".encode() + bad + f"\n{GOOD}\n{GOOD}\n".encode()
    found = read(text, "registre")
    assert [(each.line, each.facts["mot_cle"]) for each in found.problems] == [(4, keyword)]
    assert found.lines == [2, 3, 5, 6]


def test_trailing_empty_cells_do_no_harm(read: Any) -> None:
    found = read(f"{HEAD.strip()},,\n{GOOD},,\n{GOOD}\n{GOOD},,,,\n", "registre")
    assert found.faults() == [(3, None, "csv")]
    assert found.lines == [2, 4]


def test_a_cell_under_no_heading_is_refused(read: Any) -> None:
    found = read(f"{HEAD.strip()},\n{GOOD},\n{GOOD},secret\n", "registre")
    assert found.faults() == [(3, None, "csv")]
    assert "secret" not in str(found.problems)


def test_title_rows_above_the_headings(read: Any) -> None:
    found = read(f"Registre des personnes\nÉdité le 16/09/2025,,\n\n{HEAD}{GOOD}\n", "registre")
    assert (found.problems, found.lines) == ([], [5])


def test_an_unknown_encoding_is_said(read: Any) -> None:
    assert "ebcdic" in the_cause(read(HEAD, "registre", encoding="ebcdic"))


def test_nothing_of_a_cell_is_ever_repeated(read: Any) -> None:
    word = "ABRACADABRA"
    rows = [f"{word},{word},{word}", f"{word}\x01,01{word},9{word}", f'"{word}', f"{word}"]
    found = read(HEAD + "\n".join(rows) + "\n", "registre")
    assert found.reading.rejected == len(rows)
    assert word not in str(found.problems)


# -- workbooks ---------------------------------------------

TITLES = ["N° FINESS", "Indicateur", "Date de début", "Date de fin", "Numérateur", "Dénominateur", "Taux"]


def test_a_workbook_without_rows(read: Any) -> None:
    assert read(workbook({"Feuille": []}), "indicateurs").rules == ["livraison/fichier-vide"]


def test_two_sheets_alike_are_not_chosen_between(read: Any) -> None:
    found = read(workbook({"A": [TITLES], "B": [TITLES]}), "indicateurs")
    assert "« A », « B »" in the_cause(found)
