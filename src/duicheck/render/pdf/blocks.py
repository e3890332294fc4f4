"""What a document is made of, as JSON: the template draws each kind of block and holds no word of its own.

A *content* is a text, or a list of texts and spans. No text is ever part of the template's source: whatever
a report holds stays data from here to the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from msgspec import Struct

from duicheck.langue import SOURCE, current, phrase
from duicheck.render.french import typography

__all__ = [
    "Block",
    "Column",
    "Content",
    "Group",
    "badge",
    "code",
    "command",
    "digest",
    "heading",
    "items",
    "lines",
    "link",
    "note",
    "paragraph",
    "part",
    "said",
    "sheet",
    "small",
    "strong",
    "table",
    "warning",
]

TALL: Final = 600
"""Characters of a cell beyond which its row may be cut by the end of a page."""

Span = str | dict[str, Any]
Content = str | list[Span]
Block = dict[str, Any]


class Column(Struct, frozen=True):
    """A column of a table: its title, its width, on which side its cells stand.

    The width is a share, such as `2fr`; `auto`, as wide as what it holds, is for numbers and for words of ours.
    """

    title: Content
    width: str = "auto"
    right: bool = False


class Group(Struct, frozen=True):
    """Rows of a table under a title that spans it."""

    title: Content
    rows: list[list[Content]]


# Spans.


def strong(content: Content) -> Span:
    """What stands out."""
    return {"s": "fort", "t": content}


def code(text: str) -> Span:
    """A name that machines know: it reads the same in every language."""
    return {"s": "code", "t": text}


def digest(text: str) -> Span:
    """A digest, whole."""
    return {"s": "empreinte", "t": text}


def small(content: Content) -> Span:
    """What may be skipped."""
    return {"s": "petit", "t": content}


def badge(style: str, word: str) -> Span:
    """A word with a shape and a colour that repeat it; `style`: bien, alerte, faute, or empty."""
    return {"s": "badge", "style": style or "neutre", "t": word}


def link(anchor: str, content: Content, *, page: bool = True) -> Span:
    """A way to another part of the document; for those who read on paper, its page number follows."""
    return {"s": "lien", "vers": anchor, "page": page, "t": content}


def said(text: str, shape: Callable[[str], str] = typography) -> Span:
    """A text of the report, which is French: in the current language where its catalogue knows it.

    What stays French is marked so, for those who have the document read aloud. `shape` is given the words.
    """
    words = phrase(text)
    if current() == SOURCE or words != text:
        return shape(words)
    return {"s": "langue", "langue": SOURCE, "t": shape(text)}


def lines(contents: Iterable[Content]) -> Content:
    """Several contents in one cell, one under the other; a dash for none."""
    found = list(contents)
    return [{"s": "lignes", "t": found}] if found else "–"


# Blocks.


def heading(level: int, title: Content, anchor: str = "") -> Block:
    """The title of a part (1), of a section (2) or of a rule (3)."""
    return {"bloc": "titre", "niveau": level, "t": title, "ancre": anchor}


def part(title: str, anchor: str) -> list[Block]:
    """The start of a part, on a page of its own: it can be handed to its reader alone."""
    return [{"bloc": "partie"}, heading(1, title, anchor)]


def paragraph(*spans: Span) -> Block:
    """Running text."""
    return {"bloc": "texte", "t": list(spans)}


def note(*spans: Span) -> Block:
    """How to read what stands above."""
    return {"bloc": "note", "t": list(spans)}


def warning(*spans: Span) -> Block:
    """What nobody must miss."""
    return {"bloc": "alerte", "t": list(spans)}


def command(text: str) -> Block:
    """A line to type."""
    return {"bloc": "commande", "t": text}


def items(contents: Iterable[Sequence[Block] | Content], *, numbered: bool = False) -> Block:
    """A list; an item is a content, or blocks."""
    return {"bloc": "liste", "numerotee": numbered, "items": [_item(content) for content in contents]}


def sheet(pairs: Iterable[tuple[str, Content]]) -> Block:
    """Names and what they are."""
    return {"bloc": "fiche", "paires": [[name, content] for name, content in pairs]}


def table(
    caption: Content,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Content]] = (),
    *,
    groups: Iterable[Group] = (),
    dense: bool = False,
) -> Block:
    """A table whose heading comes back on each page; `rows` first, then `groups`. A row is only cut when it is long."""
    return {
        "bloc": "tableau",
        "legende": caption,
        "dense": dense,
        "colonnes": [{"t": one.title, "largeur": one.width, "droite": one.right} for one in columns],
        "rangees": [_row(row) for row in rows],
        "groupes": [{"t": group.title, "rangees": [_row(row) for row in group.rows]} for group in groups],
    }


def _row(cells: Sequence[Content]) -> list[Any]:
    """[whether it may be cut, its cells]."""
    return [max(map(_size, cells), default=0) > TALL, list(cells)]


def _size(content: Content | Span) -> int:
    """How many characters."""
    if isinstance(content, str):
        return len(content)
    return sum(map(_size, content if isinstance(content, list) else [content["t"]]))


def _item(content: Sequence[Block] | Content) -> list[Any]:
    """An item as blocks."""
    if isinstance(content, str):
        return [paragraph(content)]
    if content and isinstance(content[0], dict) and "bloc" in content[0]:
        return list(content)
    return [paragraph(*content)]
