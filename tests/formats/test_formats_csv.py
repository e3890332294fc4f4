"""CSV: the habits that are accepted, the doubts that are said, the traps that each reader has."""

from __future__ import annotations

import gzip
from datetime import date, datetime
from typing import Any

import pytest

from duicheck.formats import read_table

REGISTRE = "id_personne,id_dossier,finess_et,date_entree,date_sortie,projet_possible"
EXPORT = "finess_et;indicateur;periode_debut;periode_fin;numerateur;denominateur;taux"


def export(*cells: str) -> str:
    """An export of one row, the French way."""
    row = dict(zip(EXPORT.split(";"), ["010000024", "dmp", "2025-06-15", "14/09/2025", "1", "2", "50"], strict=True))
    names = iter(cells)
    row |= dict(zip(names, names, strict=True))
    return EXPORT + "\n" + ";".join(row.values()) + "\n"


# -- what French files do ---------------------------------------------


def test_a_french_export_reads_like_an_english_one(read: Any) -> None:
    french = (
        "N° FINESS géographique;Indicateur;DÉBUT de période;Fin de période;Numérateur;Dénominateur;Taux (%)\r\n"
        "010000024;dossiers_actifs;15/06/2025;14/09/2025;1\u202f234;1 500;82,27 %\r\n"
    )
    english = (
        "finess_et,indicateur,periode_debut,periode_fin,numerateur,denominateur,taux\n"
        "010000024,dossiers_actifs,2025-06-15,2025-09-14,1234,1500,82.27\n"
    )
    for encoding in ("utf-8", "utf-8-sig"):
        found = read(french.encode(encoding), "indicateurs")
        assert found.problems == []
        assert found.rows == read(english, "indicateurs").rows
    assert found.rows[0]["taux"] == "82.27"
    assert found.rows[0]["periode_fin"] == date(2025, 9, 14)
    legacy = french.replace("\u202f", "\u00a0")
    for encoding in ("cp1252", "latin-1", "iso8859-15"):
        for declared in (None, encoding):
            assert read(legacy.encode(encoding), "indicateurs", encoding=declared).rows == found.rows


@pytest.mark.parametrize(
    ("text", "rate"),
    [("85,3 %", "85.3"), ("85,30%", "85.30"), ("85.3", "85.3"), ("85,3\u202f%", "85.3"), ("120", "120")],
)
def test_rates_keep_the_precision_that_was_written(read: Any, text: str, rate: str) -> None:
    assert read(export("taux", text), "indicateurs").rows[0]["taux"] == rate


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("oui", True),
        ("Non", False),
        ("VRAI", True),
        ("faux", False),
        ("1", True),
        ("0", False),
        ("O", True),
        ("", True),
    ],
)
def test_booleans(read: Any, word: str, value: bool) -> None:  # noqa: FBT001
    found = read(f"{REGISTRE}\nP1,,010000024,2025-01-01,,{word}\n", "registre")
    assert found.rows[0]["projet_possible"] is value


@pytest.mark.parametrize(
    ("column", "text", "word"),
    [
        ("periode_debut", "03/04/25", "deux chiffres"),
        ("periode_debut", "3/4/2025", "un seul chiffre"),
        ("taux", "1.234,5", "virgule"),
        ("taux", "1,234.5", "virgule"),
        ("numerateur", "1.234", "milliers"),
        ("numerateur", "1,234", "milliers"),
        ("finess_et", "10000024", "zéro"),
    ],
)
def test_what_is_ambiguous_is_said_and_not_guessed(read: Any, column: str, text: str, word: str) -> None:
    found = read(export(column, text), "indicateurs")
    assert [(each.regle, each.line, each.column) for each in found.problems] == [
        ("livraison/valeur-ambigue", 2, column)
    ]
    assert word in found.problems[0].facts["cause"]
    assert (found.reading.rows, found.reading.rejected) == (0, 1)


@pytest.mark.parametrize(
    ("column", "text", "keyword"),
    [
        ("numerateur", "-1", "minimum"),
        ("numerateur", "12,5", "type"),
        ("numerateur", "1e2", "type"),
        ("numerateur", "1_000", "type"),
        ("numerateur", "0x10", "type"),
        ("numerateur", "+1", "type"),
        ("numerateur", "12 34", "type"),
        ("numerateur", "١٢", "type"),
        ("numerateur", "12345678901234567890", "maximum"),
        ("numerateur", "", "required"),
        ("taux", "NaN", "type"),
        ("indicateur", "DMP", "enum"),
        ("finess_et", "0100000", "pattern"),
        ("finess_et", "01000002４", "pattern"),
        ("periode_debut", "2025-02-29", "format"),
        ("periode_debut", "31/04/2025", "format"),
        ("periode_debut", "2025-6-1", "format"),
        ("periode_debut", "09/15/2025", "format"),
    ],
)
def test_a_bad_cell_is_refused_with_its_keyword(read: Any, column: str, text: str, keyword: str) -> None:
    found = read(export(column, text), "indicateurs")
    assert found.faults() == [(2, column, keyword)]
    assert found.problems[0].facts["attendu"]
    assert text == "" or text not in str(found.problems[0])  # never what the cell holds
    assert found.reading.rejected == 1


@pytest.mark.parametrize("text", ["12", "012", "12.0", "12,0", " 12 ", "12\u00a0"])
def test_an_integer_however_it_is_dressed(read: Any, text: str) -> None:
    assert read(export("numerateur", text), "indicateurs").rows[0]["numerateur"] == 12


def test_a_midnight_is_a_date(read: Any) -> None:
    assert read(export("periode_debut", "2025-06-15 00:00:00"), "indicateurs").rows[0]["periode_debut"] == date(
        2025, 6, 15
    )


# -- instants ---------------------------------------------


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2025-04-01T00:30:00+02:00", datetime(2025, 3, 31, 22, 30)),
        ("2025-04-01T00:30:00-03:30", datetime(2025, 4, 1, 4, 0)),
        ("2025-04-01T00:30:00Z", datetime(2025, 4, 1, 0, 30)),
        ("2025-04-01t00:30:00.5z", datetime(2025, 4, 1, 0, 30, 0, 500000)),
        ("2025-04-01T00:30:00.999999999+00:00", datetime(2025, 4, 1, 0, 30, 0, 999999)),
        ("1850-01-01T00:00:00+23:59", datetime(1849, 12, 31, 0, 1)),
    ],
)
def test_instants_are_kept_in_utc(read: Any, event: Any, journal: Any, text: str, utc: datetime) -> None:
    found = read(journal(event(horodatage=text)))
    assert [row["horodatage"] for row in found.rows] == [utc], found.problems


@pytest.mark.parametrize(
    "text",
    ["2025-09-18T18:25:18", "2025-09-18 18:25:18", "18/09/2025 18:25", "18/09/2025 18:25:18", "2025-09-18T18:25"],
)
def test_an_instant_without_offset_is_named(read: Any, event: Any, journal: Any, text: str) -> None:
    found = read(journal(event(horodatage=text)))
    assert [(each.regle, each.line, each.column) for each in found.problems] == [
        ("journal/horodatage-sans-fuseau", 2, "horodatage")
    ]
    assert found.reading.rejected == 1


@pytest.mark.parametrize(
    "text",
    [
        "2025-09-18T24:00:00Z",
        "2025-09-18T18:25:60Z",
        "2025-09-18T18:25:18+0200",
        "2025-09-18 18:25:18+02:00",
        "2025-02-29T00:00:00Z",
        "2025-09-18T18:25:18+24:00",
        "0000-01-01T00:00:00Z",
        "1738317600",
        "２025-09-18T18:25:18Z",
        "2025-09-18T18:25:18,5Z",
        "2025-09-18",
    ],
)
def test_lenient_instants_are_refused(read: Any, event: Any, journal: Any, text: str) -> None:
    found = (
        read(journal(event(horodatage=text)).replace("A01", "A01"), separator=",")
        if "," not in text
        else read(journal(event(horodatage=text), separator=";"))
    )
    assert found.faults() == [(2, "horodatage", "format")]


# -- conditions of the log ---------------------------------------------


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"type": "evenement_agenda", "etat": "planifie", "date_evenement": ""}, ("date_evenement", "required")),
        ({"type": "evenement_agenda", "etat": "actif", "date_evenement": "2025-07-01"}, ("etat", "enum")),
        ({"type": "evenement_agenda", "etat": "", "date_evenement": "2025-07-01"}, ("etat", "required")),
        ({"type": "message_mssante", "etat": "envoye", "canal": ""}, ("canal", "required")),
        ({"type": "message_mssante", "etat": "envoye", "canal": "x@patient.mssante.fr"}, ("canal", "enum")),
        ({"type": "mise_a_jour_dossier", "id_dossier": ""}, ("id_dossier", "required")),
        ({"type": "autre"}, ("type", "enum")),
        ({"id_evenement": "x" * 129}, ("id_evenement", "maxLength")),
        ({"id_evenement": "a\x07b"}, ("id_evenement", "pattern")),
    ],
)
def test_what_a_type_asks_for(
    read: Any, event: Any, journal: Any, cells: dict[str, str], fault: tuple[str, str]
) -> None:
    found = read(journal(event(**cells)))
    assert found.faults() == [(2, *fault)]


@pytest.mark.parametrize(
    "cells",
    [
        {"type": "message_mssante", "etat": "recu", "canal": "citoyenne", "id_dossier": ""},
        {"type": "mise_a_jour_dossier", "etat": "peu importe", "canal": "autre"},
        {"type": "import_eprescription"},
        {"id_evenement": "é" * 128, "auteur": "Équipe  du\u00a0soir"},
        {"id_evenement": "{3F2504E0-4F89-11D3-9A0C-0305E82C3301}"},
    ],
)
def test_what_a_type_leaves_free(read: Any, event: Any, journal: Any, cells: dict[str, str]) -> None:
    found = read(journal(event(**cells)))
    assert found.problems == []
    for name, text in cells.items():
        assert found.rows[0][name] == (text or None)


def test_several_faults_of_one_row_reject_it_once(read: Any, event: Any, journal: Any) -> None:
    found = read(journal(event(), event(2, type="autre", horodatage="hier", finess_et="10000024"), event(3)))
    assert {(each.line, each.column) for each in found.problems} == {(3, "type"), (3, "horodatage"), (3, "finess_et")}
    assert (found.reading.rows, found.reading.rejected, found.lines) == (2, 1, [2, 4])


# -- dialects ---------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quotes", [False, True])
def test_every_dialect_gives_the_same_rows(
    read: Any,
    event: Any,
    journal: Any,
    separator: str,
    newline: str,
    quotes: bool,  # noqa: FBT001
) -> None:
    rows = [event(1), event(2, id_dossier="", type="message_mssante", etat="envoye", canal="citoyenne"), event(3)]
    text = journal(*rows, separator=separator, newline=newline)
    if quotes:
        text = newline.join(
            separator.join(f'"{cell}"' for cell in line.split(separator)) for line in text.split(newline) if line
        )
    found = read(text)
    assert found.problems == []
    assert [row["id_evenement"] for row in found.rows] == ["E000001", "E000002", "E000003"]
    assert found.rows[1]["id_dossier"] is None
    assert found.lines == [2, 3, 4]


def test_mixed_line_endings_and_blank_lines(read: Any, event: Any, journal: Any) -> None:
    text = journal(event(1), newline="\r\n") + "\n\r\n" + ",".join(event(2).values()) + "\n,,,,,,,,,\n \n"
    found = read(text + ",".join(event(3).values()))
    assert found.problems == []
    assert found.lines == [2, 5, 8]


def test_a_separator_inside_quotes(read: Any) -> None:
    text = (
        "finess_et,indicateur,periode_debut,periode_fin,numerateur,denominateur,taux,commentaire\n"
        '"010000024","dmp","15/06/2025","14/09/2025","7","9","77,78 %","a, ""b"", c"\n'
    )
    found = read(text, "indicateurs")
    assert found.rules == ["livraison/colonne-inconnue"]
    assert found.rows[0]["taux"] == "77.78"


def test_columns_may_come_in_any_order_and_optional_ones_may_be_missing(read: Any) -> None:
    found = read("date_entree|finess_et|id_personne\n2025-01-01|010000024|P1\n", "registre")
    assert found.problems == []
    assert found.rows == [
        {
            "id_personne": "P1",
            "id_dossier": None,
            "finess_et": "010000024",
            "date_entree": date(2025, 1, 1),
            "date_sortie": None,
            "projet_possible": True,
        }
    ]
    assert found.reading.columns_present == {"id_personne", "finess_et", "date_entree"}


def test_leading_zeros_and_digits_stay_text(read: Any, event: Any, journal: Any) -> None:
    found = read(journal(event(finess_et="010100000", id_dossier="0042", auteur="007")))
    assert (found.rows[0]["finess_et"], found.rows[0]["id_dossier"], found.rows[0]["auteur"]) == (
        "010100000",
        "0042",
        "007",
    )


def test_rows_of_several_files_follow_each_other(
    read: Any, tmp_path: Any, connection: Any, event: Any, journal: Any
) -> None:
    connection.execute("DROP TABLE IF EXISTS suite")
    rows = 0
    for number in (1, 2, 3):
        path = tmp_path / f"{number}.csv"
        path.write_text(journal(*(event(number * 10 + k) for k in range(3))), encoding="utf-8")
        reading = read_table(
            path,
            file=path.name,
            schema="journal",
            connection=lambda: connection,
            table="suite",
            first_rowid=rows,
            on_problem=print,
            workdir=tmp_path,
        )
        assert reading.first_rowid == rows
        rows += reading.rows
    found = connection.execute("SELECT id_evenement FROM suite ORDER BY rowid").fetchall()
    assert [name for (name,) in found] == [f"E{n * 10 + k:06d}" for n in (1, 2, 3) for k in range(3)]


def test_progress_adds_up_to_the_size(read: Any, event: Any, journal: Any) -> None:
    text = journal(*(event(number) for number in range(100)))
    steps: list[int] = []
    read(text, progress=steps.append)
    assert sum(steps) == len(text.encode())


def test_gzip_is_read_by_its_content(read: Any, event: Any, journal: Any) -> None:
    found = read(gzip.compress(journal(event()).encode()), name="journal.csv")
    assert (found.problems, found.lines) == ([], [2])
