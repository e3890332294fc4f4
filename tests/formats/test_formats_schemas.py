"""The shipped schemas: complete, strict, and compiled entirely into patterns."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import jsonschema
import pytest

from duicheck.formats import explain, load_schema, schema_dir, schema_names, validator
from duicheck.formats.cells import BLANKS, DATE
from duicheck.formats.columns import columns_of
from duicheck.formats.dialect import Dialect
from duicheck.formats.headings import ROW_SCHEMAS, Headings, normalise
from duicheck.formats.jsonpattern import json_record, layout_of
from duicheck.formats.linepattern import csv_line
from duicheck.formats.patterns import ASCII_PRINTABLE, Unsupported, narrow, optional
from duicheck.formats.plan import Plan, _unfold, alternatives, plan_of
from duicheck.formats.schemas import is_date


@pytest.mark.parametrize("name", schema_names())
def test_every_schema_is_valid_and_named_after_its_file(name: str) -> None:
    schema = load_schema(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"].endswith(f"/{name}.schema.json")
    assert (schema_dir() / f"{name}.schema.json").is_file()


@pytest.mark.parametrize("name", ROW_SCHEMAS)
def test_every_property_is_documented_and_its_examples_are_valid(name: str) -> None:
    for key, each in load_schema(name)["properties"].items():
        assert each["title"], key
        assert each["description"], key
        assert each["examples"], key
        for example in each["examples"]:
            assert validator(name, part=each).is_valid(example), (key, example)


@pytest.mark.parametrize("name", ROW_SCHEMAS)
def test_no_heading_means_two_columns(name: str) -> None:
    seen: dict[str, str] = {}
    for column in columns_of(load_schema(name)):
        for heading in {column.name, column.schema["title"], *column.schema["x-titres"]}:
            assert seen.setdefault(normalise(heading), column.name) == column.name, heading


@pytest.mark.parametrize("name", ROW_SCHEMAS)
def test_every_row_schema_is_understood_entirely(name: str) -> None:
    """A schema edit that the compiler does not follow would silently send every row to the slow path."""
    plan = plan_of(name)
    assert plan.cases
    headings = Headings(plan.columns)
    for style in ("bare", "quoted", "either"):
        assert csv_line(plan, headings, Dialect(",", "\n", (style,) * len(plan.columns))) is not None


def test_the_log_in_json_is_compiled_too() -> None:
    plan = plan_of("journal")
    raw = "{" + ", ".join(f'"{column.name}": "x"' for column in plan.columns) + "}"
    layout = layout_of(raw.encode(), b"\n")
    assert layout is not None
    assert json_record(plan, {column.name: column for column in plan.columns}, layout) is not None


@pytest.mark.parametrize(
    "change",
    [
        {"not": {}},
        {"dependentRequired": {"etat": ["type"]}},
        {"allOf": [{"if": {"properties": {"type": {"const": "dmp"}}}, "then": {}}]},  # true when type is absent
        {"allOf": [{"if": {"properties": {"auteur": {"const": "x"}}, "required": ["auteur"]}, "then": {}}]},
        {"allOf": [{"$ref": "#/$defs/x"}]},
        {"allOf": [{"if": {"properties": {"type": {"pattern": "a"}}, "required": ["type"]}, "then": {}}]},
    ],
)
def test_a_keyword_that_is_not_understood_is_never_ignored(change: dict[str, Any]) -> None:
    schema = load_schema("journal") | change
    with pytest.raises(Unsupported):
        _unfold(schema, columns_of(schema))


@pytest.mark.parametrize(
    "extra",
    [
        {"not": {"const": "x"}},
        {"contentEncoding": "base64"},
        {"minimum": 1, "type": "integer"},
        {"maximum": 9, "type": "integer"},
    ],
)
def test_nor_in_a_property(extra: dict[str, Any]) -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "pattern": "^a$"} | extra}}
    with pytest.raises(Unsupported):
        _unfold(schema, columns_of(schema))


def test_a_schema_that_is_not_understood_is_judged_row_by_row(
    read: Any, event: Any, journal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    blind = Plan(plan_of("journal").columns, None, ())
    for module in ("csvtable", "judge"):
        monkeypatch.setattr(f"duicheck.formats.{module}.plan_of", lambda _name: blind)
    rows = [event(1), event(2, type="evenement_agenda"), event(3, finess_et="10000024"), event(4, auteur="")]
    found = read(journal(*rows))
    assert found.lines == [2, 5]
    assert {(each.line, each.column) for each in found.problems} == {
        (3, "etat"),
        (3, "date_evenement"),
        (4, "finess_et"),
    }


# -- the small regular language ---------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        ("^[0-9A-Za-z]{9}$", ["010000024", "2A0000154"], ["01000002", "0100000245", "01000002\n", "01000002é"]),
        ("^(?:ab|c[^d]?)+e{2,}$", ["abee", "ccxabeee"], ["abe", "cdee", "ee"]),
        (r"^\d\.\u0041[\-\]]$", ["1.A-", "2.A]"], ["1xA-", "1.A\\"]),
        ("^[^\\u0000-\\u0020]+(?: +[^\\u0000-\\u0020]+)*$", ["ab"], ["", "a b"]),  # no blank in the alphabet
        ("^.$", ["a"], ["", "ab", "\n"]),
        ("^a?b*$", ["", "a", "abbb"], ["aa", "ba"]),
    ],
)
def test_narrowed_patterns(pattern: str, good: list[str], bad: list[str]) -> None:
    compiled = re.compile(narrow(pattern, ASCII_PRINTABLE).encode("latin-1"))
    for text in good:
        assert compiled.fullmatch(text.encode()), text
        assert re.search(pattern, text), text
    for text in bad:
        assert not compiled.fullmatch(text.encode()), text


@pytest.mark.parametrize(
    "pattern",
    [
        "abc",
        "^abc",
        "abc$",
        "^a|b$",
        "^(?=a)a$",
        "^a+?$",
        r"^\p{L}$",
        r"^\bx$",
        "^(?<n>a)$",
        "^[é]$",
        "^a{,2}$",
        "^a)$",
    ],
)
def test_patterns_that_cannot_be_said_are_refused(pattern: str) -> None:
    with pytest.raises(Unsupported):
        narrow(pattern, ASCII_PRINTABLE)


def test_a_length_is_kept_or_refused() -> None:
    assert re.fullmatch(narrow("^[a-z]+$", ASCII_PRINTABLE, 2, 4), "abcd")
    assert not re.fullmatch(narrow("^[a-z]+$", ASCII_PRINTABLE, 2, 4), "a")
    assert not re.fullmatch(narrow("^[a-z]+$", ASCII_PRINTABLE, 2, 4), "abcde")
    with pytest.raises(Unsupported):
        narrow("^(?:ab)+$", ASCII_PRINTABLE, 0, 5)


def test_a_cell_that_is_one_class_gives_nothing_back() -> None:
    assert narrow("^[a-z]{1,3}$", ASCII_PRINTABLE).endswith("{1,3}+")
    assert re.fullmatch(narrow("^[a-z]{1,3}$", ASCII_PRINTABLE), "abc")
    assert narrow("^[a-z]{3}$", ASCII_PRINTABLE).endswith("{3}")
    assert re.fullmatch(narrow("^[a-z]{1,3}z$", ASCII_PRINTABLE), "abz"), "what follows in the cell may be of the class"


@pytest.mark.parametrize("regex", ["[a-c]{1,4}", "[a-c]{1,4}+", "[a-c]{2,4}", "(?:ab|c)", "a"])
def test_an_optional_regex_matches_what_it_did_and_nothing(regex: str) -> None:
    maybe = re.compile(f"<{optional(regex)}>")
    for text in ("", "a", "ab", "abc", "c", "abcc", "abcca", "d"):
        assert bool(maybe.fullmatch(f"<{text}>")) == (not text or bool(re.fullmatch(regex, text))), text


def test_alternatives_share_what_they_can() -> None:
    assert alternatives([["a", "x", "z"], ["a", "y", "z"]]) == "a(?:x|y)z"
    compiled = re.compile(alternatives([["a", "b", "c"], ["a", "d", "e"], ["f", "b", "c"]]))
    assert [text for text in ("abc", "ade", "fbc", "fde", "adc") if compiled.fullmatch(text)] == ["abc", "ade", "fbc"]


# -- strictness and explanations ---------------------------------------------


@pytest.mark.parametrize(
    "text", ["2025-09-14\n", "2025-9-14", "20250914", "2025-02-29", "0000-01-01", "２025-09-14", "2025-W01-1"]
)
def test_lenient_dates_are_refused(text: str) -> None:
    assert not validator("x", part={"format": "date"}).is_valid(text)


def test_pattern_is_strict_about_the_end_and_about_digits() -> None:
    strict = validator("x", part={"pattern": r"^\d+$"})
    assert strict.is_valid("12")
    assert not strict.is_valid("12\n")
    assert not strict.is_valid("１２")
    assert validator("x", part={"pattern": r"^[$]\$$"}).is_valid("$$")


def test_explanations_name_the_place_and_the_condition() -> None:
    schema = load_schema("journal")
    row = {
        "id_evenement": 1,
        "horodatage": "hier",
        "finess_et": "010000024",
        "type": "evenement_agenda",
        "etat": "actif",
    }
    found = {
        (each.pointer, each.column, each.mot_cle): each.attendu
        for each in explain(validator("journal").iter_errors(row), schema)
    }
    assert found["/id_evenement", "id_evenement", "type"] == "un texte"
    assert "RFC 3339" in found["/horodatage", "horodatage", "format"]
    assert "« planifie », « realise », « annule »" in found["/etat", "etat", "enum"]
    assert "quand « type » vaut « evenement_agenda »" in found["/etat", "etat", "enum"]
    assert "quand « type » ne vaut pas « message_mssante »" in found["", "id_dossier", "required"]


def test_explanations_of_an_envelope() -> None:
    schema = {
        "properties": {"a": {"items": {"additionalProperties": False, "properties": {"b": {"minimum": 2}}}}},
        "dependentRequired": {"a": ["c"]},
        "minProperties": 3,
    }
    errors = validator("x", part=schema).iter_errors({"a": [{"b": 1, "z/": 2}]})
    found = [(each.pointer, each.mot_cle, each.attendu) for each in explain(errors, schema)]
    assert ("/a/0/b", "minimum", "un nombre au moins égal à 2") in found
    assert ("/a/0/z~1", "additionalProperties", "rien à ce nom ; propriétés connues : « b »") in found
    assert ("", "dependentRequired", "une valeur : elle est obligatoire") in found
    assert ("", "minProperties", "au moins 3 propriétés") in found


def test_importing_formats_is_light() -> None:
    code = (
        "import sys; import duicheck.formats; "
        "heavy = {'duckdb', 'jsonschema', 'python_calamine', 're2', 'referencing'} & set(sys.modules); "
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_blanks_are_those_that_spreadsheets_add() -> None:
    assert set(BLANKS) == set(" \t\u00a0\u202f")


def test_the_fast_patterns_of_a_day_are_the_calendar() -> None:
    iso, either = (re.compile(each) for each in ((DATE.json({}) or "")[1:-1], DATE.fast(ASCII_PRINTABLE, {})))
    for year in (1899, 1900, 1904, 1999, 2000, 2023, 2024, 2096, 2099, 2100):
        for month in range(14):
            for day in range(33):
                text, french = f"{year}-{month:02}-{day:02}", f"{day:02}/{month:02}/{year}"
                real = is_date(text) and year in range(1900, 2100)
                assert bool(iso.fullmatch(text)) == real, text
                assert bool(either.fullmatch(text)) == bool(either.fullmatch(french)) == real, french
                assert not iso.fullmatch(french)
