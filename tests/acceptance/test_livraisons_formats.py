"""The deliveries of acceptance in every format: the same figures everywhere, and schemas kept."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from partage import LIVRAISONS, needs

sys.path.insert(0, str(Path(__file__).parents[1] / "render_formats"))

from chiffres import LECTEURS
from rapports import formats, plugins, render
from test_equal_figures import compare
from test_format_junit import assert_valid
from test_format_sarif import schema

from duicheck.harness import check

pytestmark = needs(LIVRAISONS)


@cache
def rapport(path: Path) -> dict[str, Any]:
    return check(path, plugins())


@pytest.mark.parametrize("livraison", LIVRAISONS, ids=lambda path: path.name)
@pytest.mark.parametrize("format_", sorted(formats()))
def test_every_format_shows_the_same_figures(livraison: Path, format_: str) -> None:
    report = rapport(livraison)
    compare(format_, report, LECTEURS[format_](render(format_, report)))


@pytest.mark.parametrize("livraison", LIVRAISONS, ids=lambda path: path.name)
def test_what_has_a_schema_keeps_it(livraison: Path) -> None:
    report = rapport(livraison)
    assert [error.message for error in schema().iter_errors(json.loads(render("sarif", report)))] == []
    assert_valid(render("junit", report))
