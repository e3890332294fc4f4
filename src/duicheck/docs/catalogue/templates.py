"""Messages in Jinja templates: what is given to `_`, `n_`, `counted` and `accord`, as calls or as filters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from jinja2 import Environment, nodes

from duicheck.docs.catalogue.message import ExtractionError, Message

__all__ = ["messages_in_template", "messages_in_templates"]

_PLURAL: Final = {"n_": 0, "counted": 1, "accord": 1}
"""Function -> the position of the singular; the plural comes after. A filter has one argument less."""


def messages_in_templates(root: Path, files: Iterable[Path]) -> Iterator[Message]:
    """The messages of template files, in the order of each file.

    Raises:
        ExtractionError: a translation is asked for that no catalogue can give.
    """
    for path in files:
        yield from messages_in_template(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix())


def messages_in_template(source: str, file: str) -> Iterator[Message]:
    """The messages of one template.

    Raises:
        ExtractionError: a translation is asked for that no catalogue can give.
    """
    for node in Environment(autoescape=True).parse(source).find_all((nodes.Call, nodes.Filter)):
        if isinstance(node, nodes.Filter):
            name, arguments = node.name, [node.node, *node.args]
        elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
            name, arguments = node.node.name, list(node.args)
        else:
            continue
        if name == "_" and arguments:
            for text in _texts(arguments[0], file):
                yield Message(text, None, file)
        elif name in _PLURAL and len(arguments) > _PLURAL[name]:
            rest = arguments[_PLURAL[name] :]
            ones = _texts(rest[0], file)
            many = _texts(rest[1], file) if len(rest) > 1 else [f"{one}s" for one in ones]
            for one, others in zip(ones, many, strict=False):
                yield Message(one, others, file)


def _texts(node: nodes.Node | None, file: str) -> list[str]:
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, nodes.CondExpr):
        return [*_texts(node.expr1, file), *_texts(node.expr2, file)]
    if isinstance(node, nodes.Concat | nodes.Add | nodes.Mod):
        message = f'{file}:{node.lineno}: a text put together cannot be translated: _("… {{x}}").format(x=…)'
        raise ExtractionError(message)
    return []
