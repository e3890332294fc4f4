"""Rows and documents in JSON: strict types, strict keys, exact places."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest

from duicheck.formats import read_document


def objects(event: Any, count: int) -> list[dict[str, Any]]:
    rows = [event(number) for number in range(count)]
    return [{name: value or None for name, value in row.items()} for row in rows]


def dumped(rows: list[Any], style: str) -> str:
    if style == "ndjson":
        return "".join(json.dumps(row) + "\n" for row in rows)
    if style == "ndjson-crlf":
        return "\r\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    if style == "compact":
        return json.dumps(rows, separators=(",", ":"))
    if style == "lignes":
        return json.dumps({"format": 1, "lignes": rows, "fin": [1, {"a": 2}]})
    if style == "indented":
        return "\n" + json.dumps({"lignes": rows}, indent=2)
    return json.dumps(rows, indent="\t", ensure_ascii=False)


STYLES = ["ndjson", "ndjson-crlf", "compact", "lignes", "indented", "tabs"]


def expected_places(text: str, style: str, count: int) -> tuple[list[int], list[str | None]]:
    """The line of each object (where its brace stands) and its pointer."""
    lines, at = [], 0
    for number in range(count):
        at = text.index(f'E{number:06d}"', at)
        lines.append(text.count("\n", 0, text.rindex("{", 0, at)) + 1)
    if style.startswith("ndjson"):
        return lines, [None] * count
    prefix = "/lignes" if style in ("lignes", "indented") else ""
    return lines, [f"{prefix}/{number}" for number in range(count)]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("holes", [False, True])
def test_every_way_of_writing_rows(read: Any, event: Any, style: str, holes: bool) -> None:  # noqa: FBT001
    rows = objects(event, 30)
    if holes:
        rows = [{name: value for name, value in row.items() if value is not None} for row in rows]
        rows[7]["etat"] = None
        rows[9] = dict(reversed(rows[9].items()))
    text = dumped(rows, style)
    found = read(text, name="essai.json")
    assert found.problems == []
    assert [row["id_evenement"] for row in found.rows] == [f"E{number:06d}" for number in range(30)]
    if not (holes and style != "x" and rows[9]):
        assert (found.lines, found.pointers) == expected_places(text, style, 30)
    assert found.rows == read(text.encode("utf-8-sig"), name="essai.json").rows


@pytest.mark.parametrize("style", STYLES)
def test_bad_rows_leave_the_others_where_they_stand(read: Any, event: Any, style: str) -> None:
    rows: list[Any] = objects(event, 40)
    chance = random.Random(5)
    bad = sorted(chance.sample(range(1, 40), 12))
    for number in bad:
        rows[number] = rows[number] | {"type": "autre"}
    text = dumped(rows, style)
    lines, pointers = expected_places(text, style, 40)
    found = read(text, name="essai.json")
    kept = [number for number in range(40) if number not in bad]
    assert found.lines == [lines[number] for number in kept]
    assert found.pointers == [pointers[number] for number in kept]
    assert [each.line for each in found.problems] == [lines[number] for number in bad]
    if not style.startswith("ndjson"):
        assert [each.pointer for each in found.problems] == [f"{pointers[number]}/type" for number in bad]


@pytest.mark.parametrize(
    ("cells", "column", "keyword"),
    [
        ({"id_evenement": 12}, "id_evenement", "type"),
        ({"finess_et": 750803447}, "finess_et", "type"),
        ({"id_dossier": ""}, "id_dossier", "pattern"),
        ({"id_dossier": " D1"}, "id_dossier", "pattern"),
        ({"id_dossier": "D1\n"}, "id_dossier", "pattern"),
        ({"date_evenement": "15/09/2025"}, "date_evenement", "format"),
        ({"type": ["mise_a_jour_dossier"]}, "type", "type"),
        ({"auteur": {"nom": "x"}}, "auteur", "type"),
        ({"auteur": True}, "auteur", "type"),
        ({"horodatage": 1738317600}, "horodatage", "type"),
    ],
)
def test_types_are_strict(read: Any, event: Any, cells: dict[str, Any], column: str, keyword: str) -> None:
    rows = objects(event, 3)
    rows[1] |= cells
    found = read(dumped(rows, "ndjson"), name="essai.ndjson")
    assert (2, column, keyword) in found.faults()
    assert {each.line for each in found.problems} == {2}
    assert found.reading.rejected == 1


def test_numbers_of_an_export(read: Any) -> None:
    row = {"finess_et": "010000024", "indicateur": "dmp", "periode_debut": "2025-06-15", "periode_fin": "2025-09-14"}
    lines = [
        json.dumps(row)[:-1] + tail
        for tail in (
            ', "numerateur": 12, "denominateur": 12.0, "taux": 93.60}',
            ', "numerateur": 1e1, "denominateur": null, "taux": 5}',
            ', "numerateur": "12"}',
            ', "numerateur": 12.5}',
            ', "numerateur": -1}',
            ', "numerateur": 12345678901234567890}',
            ', "numerateur": 1, "taux": NaN}',
            ', "numerateur": 1, "numerateur": 1}',
            ', "numerateur": 01}',
        )
    ]
    found = read("\n".join(lines), "indicateurs", name="essai.ndjson")
    assert [(row["numerateur"], row["denominateur"], row["taux"]) for row in found.rows] == [
        (12, 12, "93.60"),
        (10, None, "5"),
    ]
    assert [(line, keyword) for line, _, keyword in found.faults()] == [
        (3, "type"),
        (4, "type"),
        (5, "minimum"),
        (6, "maximum"),
        (7, "json"),
        (8, "json"),
        (9, "json"),
    ]


def test_a_repeated_key_is_refused_even_among_plain_rows(read: Any, event: Any) -> None:
    rows = [json.dumps(each) for each in objects(event, 5)]
    rows[2] = rows[2][:-1] + ', "auteur": "A02"}'
    found = read("\n".join(rows) + "\n", name="essai.ndjson")
    assert found.faults() == [(3, None, "json")]
    assert "répétée" in found.problems[0].facts["attendu"]
    array = read("[" + ",".join(rows) + "]", name="essai.json")
    assert [each.pointer for each in array.problems] == ["/2"]


def test_unknown_keys_are_said_once(read: Any, event: Any) -> None:
    rows = [row | {"auteurs": "x", "autre": {"a": ["}"]}} for row in objects(event, 300)]
    found = read(dumped(rows, "compact"), name="essai.json")
    assert [(each.regle, each.column) for each in found.problems] == [
        ("livraison/colonne-inconnue", "auteurs"),
        ("livraison/colonne-inconnue", "autre"),
    ]
    assert found.reading.rows == 300


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('[{"id_personne": "P1", "finess_et": "010000024", "date_entree": "2025-01-01"}', "tronqué"),
        ('[{"id_personne": "P1", "finess_et": "010000024", "date_entree": "2025-01-01"}, {"id_pers', "tronqué"),
        ('[{"id_personne": "P1", "finess_et": "010000024", "date_entree": "2025-01-01"},]', "virgule"),
        ('[{"id_personne": "P1", "finess_et": "010000024", "date_entree": "2025-01-01"}] x', "autour"),
        ('{"lignes": [{"id_personne": "P1", "finess_et": "010000024", "date_entree": "2025-01-01"}]', "autour"),
        ('{"a": 1, "a": 2, "lignes": []}', "répétée"),
        ('{"a": 1,\n "b": 2}', "sans lignes"),
        ('[{"id_personne": "P1" "finess_et": 2}]', "mal formé"),
    ],
)
def test_a_broken_document(read: Any, text: str, word: str) -> None:
    found = read(text, "registre", name="essai.json")
    illegible = [each for each in found.problems if each.regle == "livraison/fichier-illisible"]
    assert len(illegible) == 1
    assert word in illegible[0].facts["cause"]
    assert (found.reading.rows, found.reading.readable) == (0, False)


def test_a_bad_line_of_ndjson_spoils_itself_alone(read: Any, event: Any) -> None:
    rows = dumped(objects(event, 5), "ndjson").splitlines()
    rows[1:1] = ["{", "", "3", "[]", '"x"']
    found = read("\n".join(rows).encode() + b'\n{"a": "\xff"}\n', name="essai.ndjson")
    assert [line for line, *_ in found.faults()] == [2, 4, 5, 6, 11]
    assert found.lines == [1, 7, 8, 9, 10]


def test_empty_tables(read: Any) -> None:
    for text in ("[]", '{"lignes": []}', " [ ]\n"):
        assert read(text, name="essai.json").rules == ["livraison/fichier-vide"]


def test_gzipped_ndjson_with_mapped_keys(read: Any) -> None:
    rows = [{"Qui": f"P{n}", "N° FINESS": "010000024", "Entrée": "2025-01-01"} for n in range(500)]
    content = gzip.compress("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode())
    found = read(content, "registre", columns={"Qui": "id_personne"}, name="registre.ndjson.gz")
    assert (found.problems, found.reading.rows) == ([], 500)
    assert found.rows[499]["id_personne"] == "P499"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b'{"a": 1, "a": 2}', "répétée"),
        (b'{"a": {"b": 1, "b": 1}}', "répétée"),
        (b'{"a": ', "tronqué"),
        (b'{"a": 1,}', "mal formé"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": "\xe9"}', "UTF-8"),
        (b"", "vide"),
        ('{"a": 1}'.encode("utf-16"), "UTF-16"),
        (b"[" * 100_000, "imbriqué"),
        (b"1" * 5000, "mesure"),
    ],
)
def test_bad_documents(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "projet.json"
    path.write_bytes(content)
    value, problems = read_document(path)
    assert value is None
    assert [each.regle for each in problems] == ["livraison/fichier-illisible"]
    assert word in problems[0].facts["cause"]


def test_a_good_document(tmp_path: Path) -> None:
    path = tmp_path / "projet.json"
    path.write_bytes(b'\xef\xbb\xbf{"a": [1, 2.5, null, "\xc3\xa9"]}')
    assert read_document(path) == ({"a": [1, 2.5, None, "é"]}, [])


def test_a_brace_in_a_key_is_not_the_end_of_an_object(read: Any, event: Any) -> None:
    rows = [row | {"no}te": 1, "{": None} for row in objects(event, 20)]
    for style in ("ndjson", "compact"):
        found = read(dumped(rows, style), name="essai.json")
        assert (found.reading.rows, found.reading.rejected) == (20, 0)
