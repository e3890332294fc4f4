"""A rule: a pure function over parts of the dataset, bound by their types."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from types import FunctionType, ModuleType
from typing import Any, get_type_hints, overload

from msgspec import Struct

from duicheck.errors import PluginError
from duicheck.findings import Fixer, Severity, Violation

__all__ = ["Reader", "Rule", "reader", "readers_in", "rule", "rules_in"]

_RULE_ID = re.compile(r"[a-z][a-z0-9-]*/[a-z][a-z0-9-]*")


def _parts_read(function: Callable[..., Any]) -> dict[str, type]:
    """Map each parameter of `function` to the type of the part it reads."""
    names = _parameters(function)
    hints = _hints(function, names)
    parts = {}
    for name in names:
        if name not in hints:
            message = f"{function.__module__}.{function.__qualname__} : le paramètre « {name} » n'a pas de type"
            raise PluginError(message)
        parts[name] = hints[name]
    return parts


def _parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of the parameters, in order; `inspect.signature` takes ten times as long for a plain function."""
    stars = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS
    if type(function) is not FunctionType or hasattr(function, "__wrapped__") or function.__code__.co_flags & stars:
        return tuple(inspect.signature(function).parameters)
    code = function.__code__
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def _hints(function: Callable[..., Any], names: Iterable[str]) -> dict[str, Any]:
    """The types of these parameters, or of the result (`return`), as `get_type_hints` gives them.

    Most are the bare name of a class, which is looked up: `get_type_hints` compiles and evaluates every annotation.
    """
    if type(function) is FunctionType and not hasattr(function, "__wrapped__"):
        said = function.__annotations__
        kinds = {name: function.__globals__.get(said[name]) for name in names if isinstance(said.get(name), str)}
        if all(isinstance(kinds.get(name), type) for name in names):
            return kinds
    return get_type_hints(function)


class Rule(Struct, frozen=True):
    """One check. Its docstring (French, ends with « Source : … ») is its documentation.

    `message` is a French template filled with the facts of each violation; `remedy` says what to do.
    `reads` maps parameter names to the part types that the engine binds. `blocking`: in a check of a
    dossier, nothing but its findings may be written while it has some. `waivable`: a derogation may keep its
    findings from counting; never where they say that a figure is false or that the data cannot be judged.
    `incomplete`: a violation says that something is missing to judge, not that what is there is wrong; by
    itself it leaves the verdict open. `fixer`: who can put right what it finds; None: whoever makes the file where
    a violation stands. `replaced_by`: this rule is retired, and that one says it now; it never runs any more, and
    keeps its id and its page.
    """

    id: str
    severity: Severity
    message: str
    remedy: str
    since: str
    check: Callable[..., Iterator[Violation]]
    reads: dict[str, type]
    blocking: bool = False
    waivable: bool = True
    incomplete: bool = False
    fixer: Fixer | None = None
    replaced_by: str | None = None

    @property
    def doc(self) -> str:
        """The French docstring, with its indentation cleaned."""
        return inspect.getdoc(self.check) or ""

    @property
    def title(self) -> str:
        """The first sentence of the docstring, without its full stop."""
        return self.doc.partition("\n")[0].rstrip(".")


def rule(  # noqa: PLR0913 -- what a rule is, by keyword
    id: str,  # noqa: A002 -- the word that everybody uses for it
    *,
    severity: Severity,
    message: str,
    remedy: str,
    since: str,
    blocking: bool = False,
    waivable: bool = True,
    incomplete: bool = False,
    fixer: Fixer | None = None,
    replaced_by: str | None = None,
) -> Callable[[Callable[..., Iterator[Violation]]], Rule]:
    """Declare a rule.

    Args:
        id: `groupe/nom-du-defaut`, never renumbered, never reused.
        severity: what a violation weighs by default.
        message: French template over the facts, e.g. "{finess_et} : {numerateur} pour {denominateur}."
        remedy: one French sentence: what the reader should do.
        since: the version of the plugin's distribution that first held the rule.
        blocking: whether a violation stops a check of a dossier before anything else is written.
        waivable: whether a derogation may keep its findings from counting; never those of a blocking rule.
        incomplete: whether a violation leaves the verdict open instead of making it « non conforme ».
        fixer: who can put right what it finds, where that is not whoever makes the file.
        replaced_by: the id of the rule that says it now, where this one is retired.

    Raises:
        PluginError: the id is malformed, or a parameter has no type.

    >>> from collections.abc import Iterator
    >>> from duicheck import Indicateurs, Severity, Violation
    >>> @rule(
    ...     "essai/numerateur-nul",
    ...     severity=Severity.WARNING,
    ...     message="{finess_et} : zéro.",
    ...     remedy="Vérifiez l'export.",
    ...     since="0.1",
    ... )
    ... def numerateur_nul(export: Indicateurs) -> Iterator[Violation]:
    ...     "Un numérateur est nul."
    ...     for row, finess_et in export.rows("SELECT rowid, finess_et FROM indicateurs WHERE numerateur = 0"):
    ...         yield Violation(export.at(row, "numerateur"), {"finess_et": finess_et})
    >>> numerateur_nul.id, numerateur_nul.title
    ('essai/numerateur-nul', 'Un numérateur est nul')
    """
    for name in (id, replaced_by or id):
        if not _RULE_ID.fullmatch(name):
            message = f"« {name} » n'est pas un identifiant de règle : il faut groupe/nom-du-defaut"
            raise PluginError(message)

    def declare(check: Callable[..., Iterator[Violation]]) -> Rule:
        lenient = waivable and not blocking
        parts = _parts_read(check)
        ways = (blocking, lenient, incomplete, fixer, replaced_by)
        return Rule(id, severity, message, remedy, since, check, parts, *ways)

    return declare


class Reader(Struct, frozen=True):
    """Builds one part of the dataset from others: what the rules that name its type will get.

    `ahead`: it takes long, and may run in a thread beside the rules that do without it. It then gets tables of its own
    connection to the same rows; what else it is given, it may only read.
    """

    provides: type
    build: Callable[..., Any]
    reads: dict[str, type]
    ahead: bool = False


@overload
def reader(build: Callable[..., Any]) -> Reader: ...
@overload
def reader(*, ahead: bool) -> Callable[[Callable[..., Any]], Reader]: ...
def reader(
    build: Callable[..., Any] | None = None, *, ahead: bool = False
) -> Reader | Callable[[Callable[..., Any]], Reader]:
    """Declare a reader; the return annotation is the part that it provides.

    Args:
        build: the function, where nothing else is said.
        ahead: see `Reader`.

    Raises:
        PluginError: a parameter or the return value has no type.

    >>> class Lignes(int):
    ...     "How many rows the export has."
    >>> from duicheck import Indicateurs
    >>> @reader
    ... def lignes(export: Indicateurs) -> Lignes:
    ...     return Lignes(export.count)
    >>> lignes.provides.__name__, [part.__name__ for part in lignes.reads.values()]
    ('Lignes', ['Indicateurs'])
    """

    def declare(build: Callable[..., Any]) -> Reader:
        provides = _hints(build, ["return"]).get("return")
        if provides is None:
            message = f"{build.__module__}.{build.__qualname__} : le type rendu n'est pas annoncé"
            raise PluginError(message)
        return Reader(provides, build, _parts_read(build), ahead)

    return declare if build is None else declare(build)


def rules_in(module: ModuleType) -> list[Rule]:
    """The rules that a module declares, in the order of its source."""
    return [value for value in vars(module).values() if isinstance(value, Rule)]


def readers_in(module: ModuleType) -> list[Reader]:
    """The readers that a module declares, in the order of its source."""
    return [value for value in vars(module).values() if isinstance(value, Reader)]
