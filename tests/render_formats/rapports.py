"""Reports to render: the frozen ones, and the same with every figure and answer changed."""

from __future__ import annotations

import copy
import importlib.util
import itertools
import json
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from duicheck.cli.outputs import renderers
from duicheck.model import Renderer
from duicheck.plugins import Plugins, load_plugins

TESTS = Path(__file__).parents[1]
GOLDEN = TESTS.parent / "fixtures" / "golden"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.json") if path.stem != "regles")
OURS = ("csv", "junit", "markdown", "sarif", "xlsx")


@cache
def plugins() -> Plugins:
    return load_plugins()


@cache
def formats() -> dict[str, Renderer]:
    """Every output format that is one of the report, by name; those of plugins answer for themselves."""
    return {name: one for name, one in renderers(plugins()).items() if name not in plugins().renderers()}


def load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return found


def render(name: str, report: dict[str, Any]) -> bytes:
    return formats()[name].render(report)


def truque(report: dict[str, Any]) -> dict[str, Any]:
    """The report with every answer turned and every integer of its figures another, none twice the same."""
    found = copy.deepcopy(report)
    numbers = itertools.count(1_001, 7)
    turned = {"conforme": "non_conforme", "non_conforme": "indetermine", "indetermine": "conforme"}
    targets = {
        "atteintes": "non_atteintes",
        "non_atteintes": "indeterminees",
        "indeterminees": "sans_objet",
        "sans_objet": "atteintes",
    }
    for part in (found, *found["etablissements"]):
        part["verdict"] = turned[part["verdict"]]
        part["cibles"] = targets[part["cibles"]]
        part["sous_derogations"] = not part["sous_derogations"]
    for rows in (found["projet"]["indicateurs"], *(one["indicateurs"] for one in found["etablissements"])):
        for row in rows:
            for side in ("exporte", "recalcule"):
                if row[side]:
                    for key in ("numerateur", "denominateur"):
                        if row[side][key] is not None:
                            row[side][key] = next(numbers)
            row["conforme"] = {True: False, False: None, None: True}[row["conforme"]]
            row["atteinte"] = {True: False, False: None, None: True}[row["atteinte"]]
            row["manquants"], row["marge"] = next(numbers), next(numbers)
            if row["cible"] is not None:
                row["cible"] = next(numbers) % 89 + 0.5
    for rule in found["regles"]:
        if rule["constats"]:
            rule["constats"] += next(numbers)
    return found


@cache
def rapport_entier() -> ModuleType:
    """The builder of a report that holds all that its schema allows."""
    path = TESTS / "html" / "rapport_entier.py"
    spec = importlib.util.spec_from_file_location("rapport_entier_des_formats", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
