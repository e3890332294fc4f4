"""A progress bar on stderr, for a person, and only when reading takes long."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from duicheck.cli import streams
from duicheck.discretion import mask
from duicheck.langue import _, habits

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from duicheck.bundle.reading import Progress as Callback

__all__ = ["reading_bar"]

PATIENCE: Final = 0.8
"""Seconds before anything is shown: a bar that flashes informs nobody, and rich costs 60 ms."""


@contextmanager
def reading_bar(*, wanted: bool) -> Iterator[Callback | None]:
    """What the harness calls while it reads; None when nobody looks at stderr."""
    if not (wanted and streams.is_terminal(sys.stderr)):
        yield None
        return
    bar = _Bar()
    try:
        yield bar.advance
    finally:
        bar.stop()


class _Bar:
    """One line per file, then one for the rules; made on the first call after PATIENCE."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._rules: TaskID | None = None

    def advance(self, file: str, done: int, size: int) -> None:
        """Say that `done` bytes of `size` are read."""
        if self._progress is None:
            if time.monotonic() - self._started < PATIENCE:
                return
            self._progress = _make()
            self._progress.start()
        if self._rules is not None:
            self._progress.remove_task(self._rules)
            self._rules = None
        if file not in self._tasks:
            self._tasks[file] = self._progress.add_task(
                _("Lecture de {file}").format(file=mask(file)), total=size or None, share=""
            )
        share = f"{100 * done // size}{habits().percent}" if size else ""
        self._progress.update(self._tasks[file], completed=done, share=share)
        if done >= size:  # another file may follow; if not, the rules run, and nobody knows for how long
            self._rules = self._progress.add_task(_("Calcul et contrôles"), total=None, share="")

    def stop(self) -> None:
        """Take the bar away."""
        if self._progress is not None:
            self._progress.stop()


def _make() -> Progress:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    console = Console(stderr=True, force_terminal=True, no_color=not streams.colour(sys.stderr))
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[share]}"), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True)
