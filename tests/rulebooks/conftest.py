"""Each text in turn."""

from __future__ import annotations

import pytest
from outils_rulebooks import BOOKS, IDS

from duicheck.rulebook import Rulebook


@pytest.fixture(params=IDS)
def book(request: pytest.FixtureRequest) -> Rulebook:
    """Each shipped text in turn."""
    found: Rulebook = BOOKS[request.param]
    return found
