"""Text that a forge shows as it is: no mark-up, no link, no mention, whatever a file or a heading is called."""

from __future__ import annotations

import html
import re
from typing import Final

from duicheck.render.characters import one_line

__all__ = ["LONGEST", "clipped", "code", "plain", "summary", "table"]

LONGEST: Final = 600
"""Characters of one text, beyond which it is cut: a comment is read, rapport.json is searched."""

_JOINER: Final = "\N{WORD JOINER}"
"""Invisible, and no part of any name: it keeps a sign apart from the word that would make it a reference."""

_MARKUP: Final = re.compile(r"[\\`*\[\]|~$^{}]|(?<![^\W_])_|_(?![^\W_])")
_FIRST: Final = re.compile(r"^(?:(\d+)(?=[.)])|(?=[-+=#>:]))")
_REFERENCE: Final = re.compile(r"(?<=[@#!%~&$])(?=\w)|(?<=:)(?=[^\W\d]|//)|(?<=\bwww)(?=\.)")
"""After these signs a word may be a person, an issue, a link, an emoji: GitLab's and GitHub's habits together.

Not before digits that follow a colon: a time is there to be copied.
"""


def plain(text: str) -> str:
    """A text inside a paragraph, a list item or a cell of a table: every sign is itself."""
    text = _REFERENCE.sub(_JOINER, clipped(text))
    text = _MARKUP.sub(r"\\\g<0>", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _FIRST.sub(lambda found: f"{found[1]}\\" if found[1] else "\\", text)


def code(text: str) -> str:
    """A name as it is written, in a code span, where forges look for no mention nor link. Not for tables.

    A table is split at its bars before code spans are looked for.
    """
    text = clipped(text) or " "
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") or text.strip(" ") != text else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def summary(text: str) -> str:
    """A text inside <summary>, which is HTML."""
    return html.escape(_REFERENCE.sub(_JOINER, clipped(text)))


def table(headings: list[str], right: frozenset[int], rows: list[list[str]]) -> str:
    """A table of cells that are written already; `right` holds the positions of the numeric columns."""
    rule = ["--:" if position in right else "---" for position in range(len(headings))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (headings, rule, *rows))


def clipped(text: str) -> str:
    """On one line, and no longer than LONGEST."""
    text = one_line(text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
