"""The garbage collector of a program that starts, works and ends.

Python's settings suit programs that last: starting makes tens of thousands of objects that all stay, and they are
looked through dozens of times, and once more at the end. Only the process that `main` owns is touched, never that of a
caller.
"""

from __future__ import annotations

import gc
from typing import Final

__all__ = ["settle", "spare"]

_OBJECTS: Final = 50_000
"""How many objects more before cycles are looked for among them; a wrong row makes a few, so memory stays bounded."""


def spare() -> None:
    """Look for cycles seldom. For the process that is ours."""
    gc.set_threshold(_OBJECTS)


def settle() -> None:
    """Once everything is loaded: leave it out of what is looked through. In a process of somebody else, nothing."""
    if gc.get_threshold()[0] == _OBJECTS:
        gc.freeze()
