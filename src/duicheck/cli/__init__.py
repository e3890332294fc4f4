"""The `duicheck` program. `--version` is answered here, before anything heavy is imported."""

from __future__ import annotations

import sys

from duicheck import __version__

__all__ = ["main"]


def main() -> int:
    """Run the program on the arguments of the process; return its exit code."""
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]):
        sys.stdout.write(f"duicheck {__version__}\n")
        return 0
    from duicheck.cli import collector  # noqa: PLC0415 -- `--version` needs nothing

    collector.spare()
    from duicheck.cli.program import run  # noqa: PLC0415 -- click costs 30 ms

    return run(arguments)
