"""What a failing test says: one block of plain text, and its first line for the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from duicheck.render.characters import one_line, printable
from duicheck.render.french import typography

if TYPE_CHECKING:
    from duicheck.render.lights import Light

__all__ = ["Red", "Shown", "block", "first_line"]


class Red(Exception):  # noqa: N818 -- a test that fails is no error of the program
    """A test is red; its text is what pytest shows."""

    def shown(self) -> Shown:
        """As pytest shows a failure."""
        return Shown(str(self))


class _Crash(Struct, frozen=True):
    message: str


class Shown(Struct, frozen=True):
    """A failure in words: pytest writes it whole, and its first line in the summary and in JUnit."""

    text: str

    def __str__(self) -> str:
        return self.text

    @property
    def reprcrash(self) -> _Crash:
        """The line of the summary."""
        return _Crash(first_line(self.text))

    def toterminal(self, writer: Any) -> None:  # noqa: ANN401 -- pytest's TerminalWriter
        """Write the failure."""
        for line in self.text.split("\n"):
            writer.line(line)


def block(light: Light, *more: str) -> str:
    """The message, the findings and what to do, one a line."""
    lines = [one_line(typography(light.message)), *(f"  {line}" for line in light.detail.split("\n") if line)]
    return printable("\n".join([*lines, *(f"  {line}" for line in more if line)]))


def first_line(text: str) -> str:
    """The first line, as it may be printed."""
    return one_line(typography(text.partition("\n")[0]))
