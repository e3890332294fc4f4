"""The examples of the public rooms do what they show; each room has one."""

from __future__ import annotations

import ast
import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from test_architecture import PUBLIC_ROOMS

import duicheck

ROOT = Path(__file__).parents[1]
FINDER = doctest.DocTestFinder(exclude_empty=True)


def modules() -> list[str]:
    """`duicheck`, the public rooms and their modules."""
    found = ["duicheck"]
    for room in sorted(PUBLIC_ROOMS):
        found.append(f"duicheck.{room}")
        module = importlib.import_module(found[-1])
        if hasattr(module, "__path__"):
            found += [f"{found[-1]}.{each.name}" for each in pkgutil.iter_modules(module.__path__)]
    return found


@pytest.mark.parametrize("name", modules())
def test_the_examples_of_a_module_are_true(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    module = importlib.import_module(name)
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    said: list[str] = []
    for test in FINDER.find(module, name):
        runner.run(test, out=said.append)
    assert not runner.summarize(verbose=False).failed, "".join(said)


@pytest.mark.parametrize("room", ["", *sorted(PUBLIC_ROOMS)])
def test_every_public_room_shows_how_it_is_used(room):
    name = f"duicheck.{room}".rstrip(".")
    tests = FINDER.find(importlib.import_module(name), name)
    assert any(test.examples for test in tests), f"{name}: show an example in its docstring"


@pytest.mark.parametrize("name", [name for name in duicheck.__all__ if name != "__version__"])
def test_every_public_name_is_documented(name):
    value = getattr(duicheck, name)
    if isinstance(value, type) or callable(value):
        assert (value.__doc__ or "").strip(), name
        return
    # A constant, a marker, an alias: the string that follows it, or the class of what it is.
    home = importlib.import_module(f"duicheck.{duicheck._MODULE_OF[name]}")
    source = ast.parse(Path(home.__file__).read_text(encoding="utf-8"))
    documented = set()
    for before, after in zip(source.body, source.body[1:], strict=False):
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            targets = before.targets if isinstance(before, ast.Assign) else [getattr(before, "target", None)]
            documented |= {target.id for target in targets if isinstance(target, ast.Name)}
    assert name in documented


def test_nothing_public_is_still_there_after_its_end():
    """A name marked `deprecated(…, removal="0.4")` stops the release of 0.4."""
    now = tuple(map(int, duicheck.__version__.split(".")[:2]))
    late = []
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = getattr(getattr(node, "func", None), "id", None)
            if called not in {"deprecated", "Renamed"}:
                continue
            words = {keyword.arg: keyword.value for keyword in node.keywords}
            ends = words.get("removal", node.args[3] if len(node.args) > 3 else None)
            if isinstance(ends, ast.Constant) and re.fullmatch(r"\d+\.\d+", str(ends.value)):
                late += [f"{path.name}:{node.lineno}"] if tuple(map(int, ends.value.split("."))) <= now else []
    assert late == []
