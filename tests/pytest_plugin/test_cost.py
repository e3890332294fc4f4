"""What the plugin costs a project that does not use it: nearly nothing."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = {"click", "duckdb", "jinja2", "jsonschema", "lxml", "rich", "stdnum"}

LIMIT = 0.010
"""Seconds that another project's run may lose to this plugin."""


def test_a_run_that_does_not_use_it_imports_two_light_modules(pytester):
    pytester.makepyfile(
        test_other="""
        import json, pathlib, sys
        def test_other():
            pathlib.Path("modules.json").write_text(json.dumps(sorted(sys.modules)), encoding="utf-8")
        """
    )
    assert pytester.runpytest_subprocess("-p", "no:cov").ret == 0
    found = set(json.loads((pytester.path / "modules.json").read_text(encoding="utf-8")))
    assert {name for name in found if name.split(".")[0].startswith("duicheck")} == {
        "duicheck",
        "duicheck.pytest_plugin",
    }
    assert found.isdisjoint(HEAVY)


def test_importing_it_takes_less_than_ten_milliseconds():
    """The best of several fresh imports: what it takes, and not what else the machine is doing."""
    code = (
        "import pytest, sys, time, typing\n"
        "best = 9.0\n"
        "for _ in range(7):\n"
        "    for name in [name for name in sys.modules if name.partition('.')[0] == 'duicheck']:\n"
        "        del sys.modules[name]\n"
        "    start = time.perf_counter()\n"
        "    import duicheck.pytest_plugin\n"
        "    best = min(best, time.perf_counter() - start)\n"
        "print(best)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8", timeout=60)
    assert float(done.stdout) < LIMIT


pytest_plugins = ["pytester"]
