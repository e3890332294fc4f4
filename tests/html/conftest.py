"""The frozen reports, one page each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pages_html import NAMES, load, render


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def page_of() -> Callable[[str], str]:
    """The page of a frozen report, made once."""
    pages: dict[str, str] = {}

    def page(name: str) -> str:
        if name not in pages:
            pages[name] = render(load(name))
        return pages[name]

    return page
