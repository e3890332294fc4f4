"""Progress bars on stderr, for a person, and only when it takes long."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Self

from duicheck.cli import streams
from duicheck.discretion import mask
from duicheck.langue import _, habits

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, TaskID

    from duicheck.bundle.reading import Progress as Reading

__all__ = ["download_bar", "reading_bar"]

PATIENCE: Final = 0.8
"""Seconds before anything is shown: a bar that flashes informs nobody, and rich costs 60 ms."""


@contextmanager
def reading_bar(*, wanted: bool) -> Iterator[Reading | None]:
    """What the harness calls while it reads; None when nobody looks at stderr."""
    if not (wanted and streams.is_terminal(sys.stderr)):
        yield None
        return
    with _Bar() as bar:
        yield _Reading(bar).advance


@contextmanager
def download_bar() -> Iterator[Callable[[int, int | None], None] | None]:
    """What a download calls with the bytes that came, of how many; None when nobody looks at stderr."""
    if not streams.is_terminal(sys.stderr):
        yield None
        return
    with _Bar() as bar:
        yield _Download(bar).advance


class _Bar:
    """Lines that are made once PATIENCE has run out, and taken away at the end."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._made: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        if self._made is not None:
            self._made.stop()

    def lines(self, columns: Callable[[], Sequence[ProgressColumn]]) -> Progress | None:
        """The lines; None as long as nobody has waited."""
        if self._made is None and time.monotonic() - self._started >= PATIENCE:
            from rich.console import Console  # noqa: PLC0415
            from rich.progress import Progress  # noqa: PLC0415

            console = Console(stderr=True, force_terminal=True, no_color=not streams.colour(sys.stderr))
            self._made = Progress(*columns(), console=console, transient=True)
            self._made.start()
        return self._made


class _Reading:
    """One line per file, then one for the rules."""

    def __init__(self, bar: _Bar) -> None:
        self._bar = bar
        self._tasks: dict[str, TaskID] = {}
        self._rules: TaskID | None = None

    def advance(self, file: str, done: int, size: int) -> None:
        """Say that `done` bytes of `size` are read."""
        lines = self._bar.lines(_reading_columns)
        if lines is None:
            return
        if self._rules is not None:
            lines.remove_task(self._rules)
            self._rules = None
        if file not in self._tasks:
            self._tasks[file] = lines.add_task(
                _("Lecture de {file}").format(file=mask(file)), total=size or None, share=""
            )
        share = f"{100 * done // size}{habits().percent}" if size else ""
        lines.update(self._tasks[file], completed=done, share=share)
        if done >= size:  # another file may follow; if not, the rules run, and nobody knows for how long
            self._rules = lines.add_task(_("Calcul et contrôles"), total=None, share="")


class _Download:
    """One line."""

    def __init__(self, bar: _Bar) -> None:
        self._bar = bar
        self._task: TaskID | None = None

    def advance(self, done: int, size: int | None) -> None:
        """Say that `done` bytes of `size` have come."""
        lines = self._bar.lines(_download_columns)
        if lines is None:
            return
        if self._task is None:
            self._task = lines.add_task(_("Téléchargement"), total=size)
        lines.update(self._task, completed=done, total=size)


def _reading_columns() -> Sequence[ProgressColumn]:
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    share = TextColumn("{task.fields[share]}")
    return TextColumn("{task.description}"), BarColumn(), share, TimeRemainingColumn()


def _download_columns() -> Sequence[ProgressColumn]:
    from rich.progress import BarColumn, DownloadColumn, TextColumn  # noqa: PLC0415

    return TextColumn("{task.description}"), BarColumn(), DownloadColumn()
