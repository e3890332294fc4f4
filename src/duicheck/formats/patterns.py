"""A small regular language: JSON Schema patterns, narrowed to an alphabet and written for raw bytes.

L(r) ∩ A* is had by narrowing every character class of r to A, as long as r has no assertion inside.
So a narrowed pattern matches nothing that the schema refuses; what it misses goes to the slow path.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

__all__ = ["ASCII_PRINTABLE", "Unsupported", "literal", "narrow", "optional"]

ASCII_PRINTABLE = frozenset(range(0x21, 0x7F))  # no blank: a cell with blanks inside is rare, and judged slowly
_LONGEST = 64  # repetitions beyond this go to the slow path: it keeps the automaton small
_DIGITS = frozenset(b"0123456789")
_WORD = _DIGITS | frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_BLANK = frozenset(b" \t\r\n\f\v")
_ALL = frozenset(range(0x80))
_SOME = re.compile(r"(\[[^]]*\])\{1,([0-9]+)\}(\+?)")


class Unsupported(Exception):  # noqa: N818 -- a plain "no": the caller falls back to the slow path
    """This pattern cannot be translated soundly."""


class _Class(Struct, frozen=True):
    """One character out of a set of ASCII codes."""

    codes: frozenset[int]


class _Sequence(Struct, frozen=True):
    items: tuple[_Node, ...]


class _Choice(Struct, frozen=True):
    items: tuple[_Node, ...]


class _Repeat(Struct, frozen=True):
    item: _Node
    least: int
    most: int | None


_Node = _Class | _Sequence | _Choice | _Repeat
_EMPTY = _Sequence(())


class _Parser:
    """Recursive descent over the pattern; refuses what it does not know."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def take(self) -> str:
        char = self.peek()
        if not char:
            raise Unsupported(self.text)
        self.at += 1
        return char

    def choice(self) -> _Node:
        branches = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            branches.append(self.sequence())
        return branches[0] if len(branches) == 1 else _Choice(tuple(branches))

    def sequence(self) -> _Node:
        items: list[_Node] = []
        while self.peek() not in ("", "|", ")"):
            items.append(self.repeated(self.atom()))
        return items[0] if len(items) == 1 else _Sequence(tuple(items))

    def repeated(self, item: _Node) -> _Node:
        char = self.peek()
        if char in ("*", "+", "?"):
            self.at += 1
            bounds: tuple[int, int | None] = {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
        elif char == "{":
            inside, closed, _ = self.text[self.at + 1 :].partition("}")
            least, comma, most = inside.partition(",")
            if not closed or not least.isdigit() or not (most.isdigit() or not most):
                raise Unsupported(self.text)
            self.at += len(inside) + 2
            bounds = (int(least), (int(most) if most else None) if comma else int(least))
        else:
            return item
        if self.peek() in ("?", "+", "*", "{"):  # lazy, possessive or doubled: not in our schemas
            raise Unsupported(self.text)
        return _Repeat(item, *bounds)

    def atom(self) -> _Node:
        char = self.take()
        if char == "(":
            if self.text.startswith("?:", self.at):
                self.at += 2
            elif self.peek() == "?":
                raise Unsupported(self.text)
            inside = self.choice()
            if self.take() != ")":
                raise Unsupported(self.text)
            return inside
        if char == "[":
            return self.bracket()
        if char == ".":
            return _Class(_ALL - frozenset(b"\r\n"))
        if char == "\\":
            return _Class(self.escaped())
        if char in "^$*+?{}])|":
            raise Unsupported(self.text)
        return _Class(_codes(ord(char), ord(char)))

    def escaped(self) -> frozenset[int]:
        char = self.take()
        named = {"d": _DIGITS, "D": _ALL - _DIGITS, "w": _WORD, "W": _ALL - _WORD, "s": _BLANK, "S": _ALL - _BLANK}
        if char in named:
            return named[char]
        code = self.code_after_backslash(char)
        return _codes(code, code)

    def code_after_backslash(self, char: str) -> int:
        if char in "ux":
            length = {"u": 4, "x": 2}[char]
            digits = self.text[self.at : self.at + length]
            self.at += length
            try:
                return int(digits, 16)
            except ValueError as error:
                raise Unsupported(self.text) from error
        controls = {"t": 9, "n": 10, "r": 13, "f": 12, "v": 11}
        if char in controls:
            return controls[char]
        if char.isalnum():
            raise Unsupported(self.text)
        return ord(char)

    def bracket(self) -> _Node:
        negated = self.peek() == "^"
        self.at += negated
        codes: frozenset[int] = frozenset()
        while self.peek() != "]":
            char = self.take()
            if char == "\\" and self.peek() in tuple("dDwWsS"):
                codes |= self.escaped()
                continue
            first = self.code_after_backslash(self.take()) if char == "\\" else ord(char)
            last = first
            if self.peek() == "-" and self.text[self.at + 1 : self.at + 2] != "]":
                self.at += 1
                char = self.take()
                last = self.code_after_backslash(self.take()) if char == "\\" else ord(char)
            codes |= _codes(first, last)
        self.at += 1
        return _Class(_ALL - codes if negated else codes)


def _codes(first: int, last: int) -> frozenset[int]:
    """The ASCII part of a range: the rest can never be in the alphabet."""
    return frozenset(range(first, min(last, 0x7F) + 1))


def _narrowed(node: _Node, alphabet: frozenset[int]) -> _Node | None:  # noqa: PLR0911 -- one per kind of node
    """The node with every class cut down to the alphabet; None where nothing is left that could match."""
    if isinstance(node, _Class):
        kept = node.codes & alphabet
        return _Class(kept) if kept else None
    if isinstance(node, _Sequence):
        items = [_narrowed(item, alphabet) for item in node.items]
        if any(item is None for item in items):
            return None
        full = tuple(item for item in items if item is not None and item != _EMPTY)
        return full[0] if len(full) == 1 else _Sequence(full)
    if isinstance(node, _Choice):
        branches = tuple(branch for item in node.items if (branch := _narrowed(item, alphabet)) is not None)
        if not branches:
            return None
        return branches[0] if len(branches) == 1 else _Choice(branches)
    item = _narrowed(node.item, alphabet)
    if item is None:
        return _EMPTY if node.least == 0 else None
    return _Repeat(item, node.least, node.most)


def _lengths(node: _Node) -> tuple[int, int | None]:
    """The shortest and the longest text that the node matches."""
    if isinstance(node, _Class):
        return 1, 1
    if isinstance(node, _Repeat):
        least, most = _lengths(node.item)
        return least * node.least, None if most is None or node.most is None else most * node.most
    bounds = [_lengths(item) for item in node.items]
    longest = [most for _, most in bounds]
    if isinstance(node, _Choice):
        known = [most for most in longest if most is not None]
        return min(least for least, _ in bounds), max(known) if len(known) == len(longest) else None
    total = None if None in longest else sum(most for most in longest if most is not None)
    return sum(least for least, _ in bounds), total


def _bounded(node: _Node, shortest: int, longest: int | None) -> _Node:
    """The node held to a length.

    Raises:
        Unsupported: only a single repeated class can be held to a length that it does not have already.
    """
    least, most = _lengths(node)
    if isinstance(node, _Repeat) and isinstance(node.item, _Class):
        top = _LONGEST if most is None else most
        top = top if longest is None else min(top, longest)
        if max(least, shortest) > top:
            raise Unsupported
        return _Repeat(node.item, max(least, shortest), top)
    if least < shortest or (longest is not None and (most is None or most > longest)):
        raise Unsupported
    return node


def literal(text: str) -> str:
    """Bytes regex (as latin-1 text) for exactly this ASCII text."""
    return "".join(char if char.isalnum() or char == "_" else f"\\x{ord(char):02x}" for char in text)


def optional(regex: str) -> str:
    """The regex, or nothing. `re` runs a `?` after a group as a loop, which takes a tenth of the time of a line."""
    some = _SOME.fullmatch(regex)
    return f"{some[1]}{{0,{some[2]}}}{some[3]}" if some else f"(?:{regex}|)"


def _written(node: _Node) -> str:
    if isinstance(node, _Class):
        codes = sorted(node.codes)
        if len(codes) == 1:
            return literal(chr(codes[0]))
        spans: list[list[int]] = []
        for code in codes:
            if spans and spans[-1][1] == code - 1:
                spans[-1][1] = code
            else:
                spans.append([code, code])
        inside = "".join(f"\\x{a:02x}" if a == b else f"\\x{a:02x}-\\x{b:02x}" for a, b in spans)
        return f"[{inside}]"
    if isinstance(node, _Sequence):
        return "".join(_written(item) for item in node.items)
    if isinstance(node, _Choice):
        return f"(?:{'|'.join(_written(item) for item in node.items)})"
    most = "" if node.most is None else str(node.most)
    item = _written(node.item)
    repeated = item if isinstance(node.item, _Class) else f"(?:{item})"
    return repeated + (f"{{{most}}}" if node.most == node.least else f"{{{node.least},{most}}}")


@lru_cache(maxsize=1024)
def narrow(pattern: str, alphabet: frozenset[int], shortest: int = 0, longest: int | None = None) -> str:
    """The pattern as a bytes regex over an ASCII alphabet, held to a length in characters.

    What follows a cell is no letter of its alphabet. So a cell that is one class repeated gives nothing back: its
    repetition is possessive, `{1,64}+`, and `re` keeps no trace of it.

    Raises:
        Unsupported: the pattern is not anchored at both ends, holds an assertion, or nothing of it is left.
    """
    if not (pattern.startswith("^") and pattern.endswith("$") and not pattern.endswith("\\$")):
        raise Unsupported(pattern)
    parser = _Parser(pattern[1:-1])
    tree = parser.sequence()  # a bare `|` would leave the anchors on one branch only
    if parser.at != len(parser.text):
        raise Unsupported(pattern)
    kept = _narrowed(tree, alphabet)
    if kept is None:
        raise Unsupported(pattern)
    held = _bounded(kept, shortest, longest)
    alone = isinstance(held, _Repeat) and isinstance(held.item, _Class) and held.most != held.least
    return _written(held) + ("+" if alone else "")
