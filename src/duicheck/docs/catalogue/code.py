"""Messages in Python code, found by syntax: nothing is imported, nothing is run.

What is taken:

1. The texts given to `_`, `n_`, `N_`, and to `counted` and `accord` (`render.french`), whose plural has an s by
   default. An f-string there is an error: it could not be looked up.
2. Any other text that is French prose, for `duicheck.langue.phrase` to know it again when it comes back out of a
   report or of an exception: what is raised, the reasons of results, facts that are words. An f-string becomes a
   template: `f"{path.name} : lecture impossible ({error.strerror})"` is « {name} : lecture impossible ({strerror}) ».

What is not: docstrings, texts that are split into words or compiled as patterns, SQL, data keys, and what
`FRENCH_BY_NATURE` names.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from duicheck.docs.catalogue.message import ExtractionError, Message, is_prose

__all__ = ["FRENCH_BY_NATURE", "messages_in_code", "messages_in_source"]

FRENCH_BY_NATURE: Final = (
    "duicheck/cli/french.py",  # the French of click, whose own words serve in English
    "duicheck/exits.py",  # the page of the command line
    "duicheck/docs/",  # the pages of docs/ are French
    "duicheck/preuve/readme.py",  # a notice that must outlive the program: always French
    "duicheck/testing/",  # what the author of a rule reads when a case fails
    "duicheck_echantillon/personnes.py",  # invented names
    "duicheck_segur/noms.py",  # the spellings of names, statuses and ranges that it knows again
    "duicheck_segur/page.py",  # the page of docs/
)
"""Files, or folders, where French stays French."""

_SINGLE: Final = frozenset({"_", "N_"})
_PLURAL: Final = {"n_": 0, "N_": 0, "counted": 1, "accord": 1}
"""Function -> the position of the singular; the plural comes after."""
_DEFAULT_PLURAL: Final = frozenset({"counted", "accord"})

_CODE = re.compile(
    r"\s*(?:SELECT|WITH|CREATE|INSERT|COPY|ATTACH|DETACH|DROP|SET|DESCRIBE|CASE|FROM|ORDER|coalesce|max)\b"
    r"|\s*--\s"
    r"|\w+ = [\d\"\[{]|\(\?|\S+\|\S+\|"
    r"|.*\b(?:SELECT|FROM|VARCHAR|INTEGER|GROUP BY|ORDER BY|TIMESTAMP)\b",
    re.DOTALL,
)
"""SQL, lines of TOML, patterns."""
_NAME = re.compile(r"[^\W\d]\w*")


def messages_in_code(root: Path, files: Iterator[Path]) -> Iterator[Message]:
    """The messages of Python files, in the order of each file.

    Raises:
        ExtractionError: a translation is asked for that no catalogue can give.
    """
    for path in files:
        name = path.relative_to(root).as_posix()
        if not name.startswith(FRENCH_BY_NATURE):
            yield from messages_in_source(path.read_text(encoding="utf-8"), name)


def messages_in_source(source: str, file: str) -> Iterator[Message]:
    """The messages of one file.

    Raises:
        ExtractionError: a translation is asked for that no catalogue can give.
    """
    visitor = _Visitor(file)
    try:
        visitor.visit(ast.parse(source, file))
    except SyntaxError as error:
        message = f"{file}:{error.lineno}: {error.msg}"
        raise ExtractionError(message) from None
    yield from visitor.found


class _Visitor(ast.NodeVisitor):
    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Message] = []

    def visit_Expr(self, node: ast.Expr) -> None:
        """A text that stands alone is a docstring."""
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = _called(node)
        if name in {"split", "compile", "getLogger", "TypeVar"} and not _speaks(node.func):
            return
        if name in _PLURAL and len(node.args) > _PLURAL[name] and (name != "N_" or len(node.args) > 1):
            self._pair(node, name)
        elif name in _SINGLE and node.args:
            self._single(node.args[0])
        else:
            self.generic_visit(node)
            return
        for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
            if not isinstance(argument, ast.Constant | ast.JoinedStr):
                self.visit(argument)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._prose(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        text, holes = _template(node)
        self._prose(text, words="".join(part.value for part in node.values if _is_text(part)))  # type: ignore[attr-defined]
        for hole in holes:
            self.visit(hole)

    def visit_Dict(self, node: ast.Dict) -> None:
        """Keys are data."""
        for value in node.values:
            self.visit(value)

    def visit_Compare(self, node: ast.Compare) -> None:
        """What is compared is data."""

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)

    def _prose(self, text: str, words: str | None = None) -> None:
        if is_prose(text if words is None else words) and not _CODE.match(text):
            self.found.append(Message(text, None, self.file))

    def _single(self, argument: ast.expr) -> None:
        for text in self._texts(argument):
            self.found.append(Message(text, None, self.file))

    def _pair(self, node: ast.Call, name: str) -> None:
        position = _PLURAL[name]
        ones = self._texts(node.args[position])
        if len(node.args) > position + 1:
            many = self._texts(node.args[position + 1])
        else:
            many = [f"{one}s" for one in ones] if name in _DEFAULT_PLURAL else []
        for one, others in zip(ones, many, strict=False):
            self.found.append(Message(one, others, self.file))

    def _texts(self, argument: ast.expr) -> list[str]:
        """The texts that an argument may be: one, or one of two; none for a variable, marked where it is made."""
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            return [argument.value] if argument.value else []
        if isinstance(argument, ast.IfExp):
            return [*self._texts(argument.body), *self._texts(argument.orelse)]
        if isinstance(argument, ast.JoinedStr):
            message = f'{self.file}:{argument.lineno}: an f-string cannot be translated: _("… {{x}}").format(x=…)'
            raise ExtractionError(message)
        return []


def _called(node: ast.Call) -> str:
    function = node.func
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def _speaks(function: ast.expr) -> bool:
    """Whether a method is called on what may hold French for readers: never, for those that cut or compile texts."""
    return isinstance(function, ast.Attribute) and not isinstance(function.value, ast.Constant | ast.Name)


def _is_text(part: ast.expr) -> bool:
    return isinstance(part, ast.Constant)


def _template(node: ast.JoinedStr) -> tuple[str, list[ast.expr]]:
    """The text of an f-string with a name for each hole, and what fills the holes.

    The name is that of the variable, of the attribute or of the first one in the expression; a second hole of the
    same name but another expression gets a number.
    """
    text = ""
    holes: dict[str, str] = {}
    values: list[ast.expr] = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value).replace("{", "{{").replace("}", "}}")
        elif isinstance(part, ast.FormattedValue):
            expression = ast.unparse(part.value)
            name = base = _name(part.value)
            number = 1
            while holes.setdefault(name, expression) != expression:
                number += 1
                name = f"{base}{number}"
            text += "{" + name + "}"
            values.append(part.value)
    return text, values


_INSIDE: Final[Mapping[type[ast.expr], Callable[[Any], ast.expr]]] = {
    ast.Call: lambda node: node.args[0] if node.args else node.func,
    ast.BoolOp: lambda node: node.values[0],
    ast.Subscript: lambda node: node.slice if _is_key(node.slice) else node.value,
    ast.Starred: lambda node: node.value,
    ast.BinOp: lambda node: node.left,
    ast.IfExp: lambda node: node.test,
    ast.GeneratorExp: lambda node: node.generators[0].iter,
    ast.ListComp: lambda node: node.generators[0].iter,
}
"""Where to look for the name of an expression."""


def _name(value: ast.expr) -> str:
    """A name for what fills a hole: the last part of the first name in it, or its key."""
    while type(value) in _INSIDE:
        value = _INSIDE[type(value)](value)
    if isinstance(value, ast.Constant) and _is_key(value):
        return str(value.value)
    found = _NAME.findall(ast.unparse(value).partition("(")[0])
    return str(found[-1]) if found else "x"


def _is_key(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier()
