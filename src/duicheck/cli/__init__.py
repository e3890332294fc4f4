"""The `duicheck` program. `--version` is answered here, before anything heavy is imported."""

from __future__ import annotations

import gc
import sys

from duicheck import __version__

__all__ = ["main"]

_OBJECTS = 50_000
"""New objects before the collector looks for cycles among them. Python's own 700 suit programs that last: starting one
makes tens of thousands that all stay."""


def main() -> int:
    """Run the program on the arguments of the process; return its exit code."""
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]):
        sys.stdout.write(f"duicheck {__version__}\n")
        return 0
    gc.set_threshold(_OBJECTS)
    from duicheck.cli.program import run  # noqa: PLC0415 -- click costs 30 ms

    code = run(arguments)
    gc.freeze()  # or the interpreter, which is about to go, would look through everything a last time
    return code
