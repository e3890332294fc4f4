"""Running a job in a process of its own, and what it cost. POSIX: the peak memory of one child comes from wait4."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Job", "Run", "Series", "rounds", "worker"]

MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Job:
    """A named command."""

    name: str
    command: Sequence[str]


@dataclass(frozen=True, slots=True)
class Run:
    """One execution: seconds by the clock, seconds of CPU, peak memory in MB, what the job found."""

    wall: float
    cpu: float
    rss: float
    found: Mapping[str, Any]


@dataclass(slots=True)
class Series:
    """The executions of one job."""

    runs: list[Run] = field(default_factory=list)

    @property
    def wall(self) -> float:
        """The median time by the clock."""
        return statistics.median(run.wall for run in self.runs)

    @property
    def rss(self) -> float:
        """The greatest peak."""
        return max(run.rss for run in self.runs)

    @property
    def found(self) -> Mapping[str, Any]:
        """What the job found; the same each time, or the measure means nothing."""
        first = self.runs[0].found
        if any(run.found != first for run in self.runs):
            message = f"a job found different things: {[run.found for run in self.runs]}"
            raise ValueError(message)
        return first


def worker(name: str, job: str, path: Path, *options: str) -> Job:
    """A job of the worker module."""
    return Job(name, [sys.executable, "-m", "benchmarks.worker", job, str(path), *options])


def rounds(jobs: Sequence[Job], count: int) -> dict[str, Series]:
    """Run every job once per round, in turn, so that a slow minute of the machine touches them all."""
    series = {job.name: Series() for job in jobs}
    for number in range(count):
        for job in jobs:
            run = _run(job)
            series[job.name].runs.append(run)
            sys.stderr.write(
                f"  {number + 1}/{count} {job.name}: {run.wall:.2f} s, {run.rss:.0f} MB {dict(run.found)}\n"
            )
    return series


def _run(job: Job) -> Run:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in (str(Path.cwd()),) if path)}
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(job.command, stdout=subprocess.DEVNULL, stderr=errors, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        lines = errors.read().decode("utf-8", "replace").splitlines()
    if process.returncode:
        message = f"{job.name} failed ({process.returncode}):\n" + "\n".join(lines[-20:])
        raise RuntimeError(message)
    found = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * MAXRSS_UNIT / 1e6, found)
