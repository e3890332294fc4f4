"""rapport.json: its schema, and the same bytes for the same delivery."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from duicheck import check, load_plugins, to_bytes
from duicheck.formats import load_schema, validator

PETITE = Path(__file__).parents[1] / "fixtures" / "livraisons" / "petite"


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return check(PETITE, load_plugins())


def _errors(report: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator("rapport").iter_errors(report)]


def test_a_report_is_valid(report: dict[str, Any]) -> None:
    assert _errors(json.loads(to_bytes(report))) == []


def test_a_report_without_a_log_is_valid(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PETITE, tmp_path / "livraison"))
    (folder / "journal.csv").unlink()
    found = check(folder, load_plugins())
    assert found["verdict"] != "conforme"
    assert _errors(found) == []


def test_same_bytes_on_a_second_run_and_from_another_folder(report: dict[str, Any], tmp_path: Path) -> None:
    elsewhere = shutil.copytree(PETITE, tmp_path / "ailleurs" / "livraison copiée")
    assert to_bytes(check(PETITE, load_plugins())) == to_bytes(report)
    assert to_bytes(check(Path(elsewhere), load_plugins())) == to_bytes(report)


def test_same_bytes_from_a_zip(report: dict[str, Any], tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "livraison"), "zip", PETITE)
    assert to_bytes(check(Path(archive), load_plugins())) == to_bytes(report)


def test_every_rule_is_there_once(report: dict[str, Any]) -> None:
    assert [rule["id"] for rule in report["regles"]] == sorted(load_plugins().rules)


def _without(key: str) -> Callable[[dict[str, Any]], object]:
    return lambda report: report.pop(key)


def _set(*path: object) -> Callable[[dict[str, Any]], None]:
    *steps, last, value = path

    def change(report: dict[str, Any]) -> None:
        target: Any = report
        for step in steps:
            target = target[step]
        target[last] = value

    return change


@pytest.mark.parametrize(
    "break_it",
    [
        _without("verdict"),
        _without("cibles"),
        _set("surprise", 1),
        _set("format", 2),
        _set("verdict", "vert"),
        _set("date_mesure", "15/09/2025"),
        _set("date_mesure", "2025-02-31"),
        _set("fenetre", {"debut": "2025-06-15"}),
        _set("texte", "sha256", "abc"),
        _set("regles", 0, "resultat", "verte"),
        _set("regles", 0, "constats", -1),
        _set("regles", 0, {"id": "a/b", "resultat": "respectee", "constats": 1, "raison": None}),
        _set("regles", 0, {"id": "a/b", "resultat": "non_verifiee", "constats": 0, "raison": None}),
        _set("regles", 0, {"id": "a/b", "resultat": "enfreinte", "constats": 0, "raison": None}),
        _set("etablissements", 0, "indicateurs", 0, "conforme", "oui"),
        _set("etablissements", 0, "indicateurs", 0, "recalcule", {"numerateur": -1, "denominateur": 1}),
        _set("etablissements", 0, "indicateurs", 0, "cible_sur", "hasard"),
        _set("constats", [{"regle": "x"}]),
    ],
)
def test_the_schema_is_strict(report: dict[str, Any], break_it: Callable[[dict[str, Any]], object]) -> None:
    broken = copy.deepcopy(report)
    break_it(broken)
    assert _errors(broken) != []


def _subschemas(value: object, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        yield path, value
        for key, item in value.items():
            if key != "examples":
                yield from _subschemas(item, f"{path}/{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _subschemas(item, f"{path}/{number}")


def test_every_property_has_a_title_a_description_and_a_valid_example() -> None:
    schema = load_schema("rapport")
    whole = validator("rapport")
    for path, part in _subschemas(schema):
        for name, found in part.get("properties", {}).items() if "type" in part else ():
            if "$ref" in found:
                continue
            assert found.get("title"), f"{path}/{name}"
            assert found.get("description"), f"{path}/{name}"
            for example in found["examples"]:
                assert list(whole.evolve(schema={**found, "$defs": schema["$defs"]}).iter_errors(example)) == [], path


def test_every_object_is_closed() -> None:
    for path, part in _subschemas(load_schema("rapport")):
        if part.get("type") == "object":
            assert "additionalProperties" in part, path
