"""The closed list of names, against the code that asks for them and the page that shows them."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest
from outils_rulebooks import BOOKS, NAMES, ROOT

from duicheck.docs import textes

if TYPE_CHECKING:
    from collections.abc import Iterator


def _is_rulebook(node: ast.expr, names: set[str]) -> bool:
    """Whether an expression is a rulebook, judged by its name or the annotation of the argument."""
    if isinstance(node, ast.Name):
        return node.id in names
    return isinstance(node, ast.Attribute) and node.attr in {"rulebook", "book"}


def _asked(tree: ast.AST) -> Iterator[tuple[int, ast.expr]]:
    """The line and the expression of every parameter name that a module asks a rulebook for."""
    names = {"rulebook", "book"} | {
        argument.arg
        for argument in ast.walk(tree)
        if isinstance(argument, ast.arg) and argument.annotation and ast.unparse(argument.annotation) == "Rulebook"
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and _is_rulebook(node.value, names):
            yield node.lineno, node.slice
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"get", "parameter"}
            and _is_rulebook(node.func.value, names)
            and node.args
        ):
            yield node.lineno, node.args[0]


def _patterns(name: ast.expr) -> list[str]:
    """What an expression may name: itself, or a pattern for an f-string; nothing where it is computed."""
    if isinstance(name, ast.Constant):
        return [re.escape(str(name.value))]
    if isinstance(name, ast.JoinedStr):
        parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in name.values]
        return ["".join(parts)]
    return []


def test_the_scan_sees_every_way_to_ask() -> None:
    code = (
        "def f(t: Rulebook, d):\n t['a'], t.get('b'), d.rulebook.parameter('c'), book[f'x_{d}'], d.get('z'), d['y']\n"
    )
    assert sorted(_patterns(name) for _, name in _asked(ast.parse(code))) == [["a"], ["b"], ["c"], [r"x_\w+"]]


@pytest.mark.parametrize("folder", ["src", "plugins"])
def test_the_code_asks_only_for_names_of_the_closed_list(folder: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT).as_posix()}:{line} asks for {pattern}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line, name in _asked(ast.parse(path.read_text(encoding="utf-8")))
        for pattern in _patterns(name)
        if not any(re.fullmatch(pattern, known) for known in NAMES)
    ]
    assert not wrong, (
        "A rule that asks for a name that no text can set is silently `sans_objet` for ever.\n"
        + "\n".join(wrong)
        + "\nMend the spelling, or declare the name in schemas/rulebook.schema.json (with its unit, title and "
        "description) and set it, with its source, in the texts of src/duicheck/rulebooks/ that say it."
    )


# The generated page.


def test_every_parameter_is_in_one_group_of_the_page() -> None:
    def groups(name: str) -> list[str]:
        return [
            title
            for title, patterns in textes.GROUPS.items()
            if any(name == each or (each.endswith("_") and name.startswith(each)) for each in patterns)
        ]

    assert {name: found for name in NAMES if len(found := groups(name)) != 1} == {}


def test_the_page_shows_every_value_and_every_choice() -> None:
    page = textes.generate()
    assert page.startswith("<!--")
    assert "python -m duicheck.docs" in page.splitlines()[0]
    assert "attention, source secondaire" in page
    for name in NAMES:
        assert f"`{name}`" in page
    for each in BOOKS.values():
        for hypothesis in each.hypotheses.values():
            assert all(f"| `{code}` | {choice.libelle} |" in page for code, choice in hypothesis.choices.items())


def test_the_page_is_up_to_date() -> None:
    written = (ROOT / textes.PAGE).read_text(encoding="utf-8")
    assert written == textes.generate(), "run `python -m duicheck.docs` and commit docs/textes.md"


def test_our_conventions_are_the_same_under_every_text() -> None:
    ours = {name for name, each in BOOKS["2025-40"].parameters.items() if each.source.document == "convention duicheck"}
    assert {"fuseaux", "indicateurs", "territoires_seuil_reduit"} <= ours
    for name in ours:
        assert len({repr(each.parameter(name)) for each in BOOKS.values()}) == 1, name
