"""The contract with plugins: six hooks, which only register.

They take no argument and return values; an implementation has no effect. A plugin is a module or
package named by an entry point of the group `duicheck`; it implements what it needs.

    >>> from duicheck import Location, Severity, Violation, hookimpl, rule
    >>> @rule("essai/toujours", severity=Severity.INFO, message="Un constat.", remedy="Rien.", since="0.1")
    ... def toujours():
    ...     yield Violation(Location())
    >>> @hookimpl
    ... def duicheck_rules():
    ...     return [toujours]
    >>> [each.id for each in duicheck_rules()]
    ['essai/toujours']
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    import click

    from duicheck.model import Renderer
    from duicheck.rules import Reader, Rule

__all__ = ["API", "OLDEST_API", "Hooks", "hookimpl", "hookspec", "specifications"]

API = 1
"""Version of this contract. A plugin says in `DUICHECK_API` for which one it was written; without it, for this one.

Raised by an addition that plugins may need, and by a change that asks them to be read again."""

OLDEST_API = 1
"""The oldest version that plugins may still have been written for; raised only by a major version of duicheck."""

hookspec = pluggy.HookspecMarker("duicheck")
hookimpl = pluggy.HookimplMarker("duicheck")


class Hooks:
    """The hooks, each with the version that brought it."""

    @hookspec
    def duicheck_rules(self) -> Sequence[Rule]:  # type: ignore[empty-body]
        """Return the rules of the plugin. Since 0.1."""

    @hookspec
    def duicheck_rulebooks(self) -> Sequence[Traversable]:  # type: ignore[empty-body]
        """Return the TOML files of dated texts. Since 0.1."""

    @hookspec
    def duicheck_readers(self) -> Sequence[Reader]:  # type: ignore[empty-body]
        """Return the readers: functions that build parts of the dataset. Since 0.1."""

    @hookspec
    def duicheck_renderers(self) -> Sequence[Renderer]:  # type: ignore[empty-body]
        """Return the output formats: functions from rapport.json to bytes. Since 0.1."""

    @hookspec
    def duicheck_commands(self) -> Sequence[click.Command]:  # type: ignore[empty-body]
        """Return extra commands of the `duicheck` program. Since 0.1."""

    @hookspec
    def duicheck_langues(self) -> Sequence[Traversable]:  # type: ignore[empty-body]
        """Return folders of catalogues, in which `CODE/LC_MESSAGES/*.mo` translate the plugin's French. Since 0.1.

        A catalogue has the title, the message, the remedy and the paragraphs of each rule, the help of each command,
        what the plugin raises and gives as reasons (`{name}` for what varies), as gettext compiles them. Ours win
        where both know a message; a language that duicheck does not speak is not offered for that.
        """


def specifications() -> Any:  # noqa: ANN401 -- pluggy takes any namespace
    """The namespace that pluggy reads."""
    return Hooks
