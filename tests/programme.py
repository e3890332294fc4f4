"""The program, run in this process: fast, and what it writes is caught."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from duicheck.cli.program import run


class Said(NamedTuple):
    code: int
    out: str
    err: str


Call = Callable[..., Said]


def calling(capture: Any, monkeypatch: pytest.MonkeyPatch, columns: int = 100) -> Call:
    """The program as a function of its arguments, whatever the developer's own environment says.

    `capture` is the fixture `capsys`, or `capfd`.
    """
    for name in ("NO_COLOR", "FORCE_COLOR", "DUICHECK_DEBUG", "DUICHECK_LANG", "DUICHECK_DISABLED_PLUGINS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", str(columns))

    def call(*arguments: object) -> Said:
        capture.readouterr()
        return Said(run([str(each) for each in arguments]), *capture.readouterr())

    return call
