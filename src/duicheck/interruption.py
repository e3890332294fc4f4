"""Ctrl-C: in the middle of a query DuckDB raises an error of its own instead, which is nobody's fault."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from threading import Event, current_thread, main_thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["heed", "listening", "pressed"]

_PRESSED = Event()


@contextmanager
def listening() -> Iterator[None]:
    """Take note of Ctrl-C: whatever it becomes on the way, KeyboardInterrupt leaves the context, and nothing else does.

    What was noted is forgotten at the beginning. For the program alone, since a process has one handler: where
    somebody else has set one, or in another thread than the main one, nothing is noted.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed; also where something swallowed it, as nobody knows what was lost with it.
    """
    _PRESSED.clear()
    usual = signal.default_int_handler
    if current_thread() is not main_thread() or signal.getsignal(signal.SIGINT) is not usual:
        yield
        return

    def note(number: int, frame: FrameType | None) -> None:
        _PRESSED.set()
        usual(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield
        heed()
    except Exception as error:
        heed(error)
        raise
    finally:
        signal.signal(signal.SIGINT, usual)


def pressed() -> bool:
    """Whether Ctrl-C was pressed since the program listens."""
    return _PRESSED.is_set()


def heed(error: BaseException | None = None) -> None:
    """For who would keep an error, or go on without a part: one that comes after Ctrl-C means nothing.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed.
    """
    if pressed():
        raise KeyboardInterrupt from error
