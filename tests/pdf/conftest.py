"""The frozen reports of the other formats, as documents."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "html"))  # its frozen reports, and the report that has everything

from pages_html import NAMES, load
from pages_pdf import render


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def pdf_of() -> Callable[[str], bytes]:
    """The document of a frozen report, made once."""
    made: dict[str, bytes] = {}

    def pdf(name: str) -> bytes:
        if name not in made:
            made[name] = render(load(name))
        return made[name]

    return pdf
