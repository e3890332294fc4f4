"""On which line of a TOML file a key stands: the reader of the standard library does not say.

No second TOML parser: the start of a file that ends between two statements is a TOML file, so the statement that
brings a key is found by bisection, with the only parser there is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from typing import Any

__all__ = ["line_of"]


def line_of(text: str, steps: Iterable[str | int]) -> int:
    """The line, from 1, where the statement begins that first brings a value.

    Args:
        text: readable TOML.
        steps: keys and, in lists, ranks from 0 (as numbers or digits); where the value is not there, the nearest
            part that holds it.
    """
    wanted = [str(step) for step in steps]
    lines = [f"{line}\n" for line in text.split("\n")]
    whole = tomllib.loads(text)
    while wanted and not _holds(whole, wanted):
        wanted.pop()
    if not wanted:
        return 1
    before, after = 0, len(lines)
    top = after
    while top - before > 1:
        middle = (before + top) // 2
        end, value = _next_end(lines, middle, after)
        if end == after:  # nothing ends between the middle and there
            top = middle
        elif _holds(value, wanted):
            top = after = end
        else:
            before = end
    statement = range(before, after)
    return 1 + next((rank for rank in statement if _speaks(lines[rank])), before)


def _next_end(lines: Sequence[str], start: int, stop: int) -> tuple[int, Any]:
    """The first place from `start` where a statement ends, and what the file says up to there."""
    for end in range(start, stop):
        try:
            return end, tomllib.loads("".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
    return stop, None


def _holds(value: Any, steps: Iterable[str]) -> bool:  # noqa: ANN401 -- any TOML value
    for step in steps:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return False
    return True


def _speaks(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")
