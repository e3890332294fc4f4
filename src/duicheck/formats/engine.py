"""The regular expression engine that runs over raw blocks: RE2 where it is installed, else Python's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec

__all__ = ["Matcher", "available", "matcher"]

Matcher = Callable[[bytes, int], int]
"""(block, position) -> the position after the last record that matches, in a row, from there on."""

_RE2_MEMORY = 64 << 20  # bytes for its automaton; at its default of 8 MiB it may fall back to a slow search


def available() -> tuple[str, ...]:
    """The engines that can run here, the preferred one first."""
    return ("re2", "re") if find_spec("re2") else ("re",)


def _with_re(record: str) -> Matcher:
    # Possessive: one record never gives back what the one before it matched, so the time stays linear.
    compiled = re.compile(f"(?:{record})*+".encode("latin-1"))

    def match(block: bytes, start: int) -> int:
        found = compiled.match(block, start)
        return found.end() if found else start

    return match


def _with_re2(record: str) -> Matcher:
    import re2  # noqa: PLC0415 -- an optional extra

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1  # bytes, not code points
    options.never_capture = True
    options.max_mem = _RE2_MEMORY
    automaton = record.replace("}+", "}")  # it never goes back: it has no word for it
    compiled = re2.compile(f"(?:{automaton})*".encode("latin-1"), options)

    def match(block: bytes, start: int) -> int:
        found = compiled.match(block, start)
        return int(found.end()) if found else start

    return match


@lru_cache(maxsize=64)
def matcher(record: str, engine: str | None = None) -> Matcher:
    """A matcher of runs of records. `record` is a bytes regex written as latin-1 text, its line ending included.

    `engine` is `re`, `re2`, or None for the best that is there.
    """
    return _with_re2(record) if (engine or available()[0]) == "re2" else _with_re(record)
