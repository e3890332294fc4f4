"""The tests of the diagnosis import what the other tests share."""

from __future__ import annotations

import sys
from pathlib import Path

_TESTS = Path(__file__).parent.parent
sys.path[:0] = [str(_TESTS), str(_TESTS / "recalcul"), str(Path(__file__).parent)]
