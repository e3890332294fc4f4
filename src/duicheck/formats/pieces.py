"""An open file as pieces of text, never cut inside a word."""

from __future__ import annotations

import codecs
import itertools
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

__all__ = ["BLOCK", "Guarded", "Gunzipped", "Readable", "is_utf16", "latin", "pieces", "recoded"]

BLOCK = 1 << 20
"""Bytes read at a time; a piece is about that long, more where a line is."""

_LONGEST = 8 << 20  # bytes without a place to cut
_LARGEST = 64 << 30
_SUSPECT_FROM = 64 << 20
_LARGEST_RATIO = 250


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most `size`; none at the end."""


class Gunzipped:
    """The content of a gzip file, down to the last byte that can be read of a damaged one."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self._engine = zlib.decompressobj(wbits=31)
        self._packed = b""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most `size`; none at the end, or where nothing more can be read."""
        while True:
            packed = self._engine.unconsumed_tail or self._packed or self._source.read(BLOCK // 4)
            self._packed = b""
            if not packed:
                return b""
            try:
                content = self._engine.decompress(packed, size)
            except zlib.error:
                return b""
            if self._engine.eof:  # another member may follow
                self._packed = self._engine.unused_data
                self._engine = zlib.decompressobj(wbits=31)
            if content:
                return content


class Guarded:
    """A decompressed stream that stops when it swells like a bomb."""

    def __init__(self, source: Readable, packed: int) -> None:
        self._source = source
        self._packed = packed
        self._read = 0

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most `size`; none at the end, or once it is clear that there is none."""
        block = self._source.read(size)
        self._read += len(block)
        if self._read > _LARGEST or (self._read > _SUSPECT_FROM and self._read > _LARGEST_RATIO * self._packed):
            return b""
        return block


def is_utf16(head: bytes) -> bool:
    """UTF-16, with or without its mark: every other byte of ordinary text is null."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    sample = head[:400]
    return len(sample) > 20 and max(sample[::2].count(0), sample[1::2].count(0)) > len(sample) * 0.4  # noqa: PLR2004


def recoded(source: Readable, first: bytes) -> Iterator[str]:
    """Pieces of a text in UTF-16."""
    little = first[1:400:2].count(0) >= first[0:400:2].count(0)
    decoder = codecs.getincrementaldecoder("utf-16-le" if little else "utf-16-be")("replace")
    carry = ""
    for raw in itertools.chain([first], iter(lambda: source.read(BLOCK), b"")):
        text = carry + decoder.decode(raw)
        end = text.rfind("\n") + 1
        yield text[:end]
        carry = text[end:]
    yield carry


def latin(block: bytes) -> str:
    """Bytes as the characters of the same numbers: what is text in them stays text."""
    return block.decode("latin-1")


def text_of(block: bytes) -> str:
    """UTF-8, else the code page of Western Windows: one of the two is right for each block."""
    try:
        return block.decode("utf-8")
    except UnicodeDecodeError:
        return block.decode("cp1252", "replace")


def pieces(source: Readable, first: bytes, str_of: Callable[[bytes], str] = text_of) -> Iterator[str]:
    """The stream as text, cut at line ends outside quotes where there are any."""
    block = first.removeprefix(codecs.BOM_UTF8)
    while True:
        more = source.read(BLOCK)
        if not more:
            break
        end = _cut(block)
        if end:
            yield str_of(block[:end])
        block = block[end:] + more
    if block:
        yield str_of(block)


def _cut(block: bytes) -> int:
    """Where to cut; 0 for nowhere yet."""
    end = block.rfind(b"\n") + 1 or block.rfind(b"\r", 0, -1) + 1
    if not end:
        end = max(block.rfind(b","), block.rfind(b">")) + 1
        return end or (len(block) - 200 if len(block) > _LONGEST else 0)
    best = end
    for _ in range(20):
        if block.count(b'"', 0, best) % 2 == 0:
            return best
        quote = block.rfind(b'"', 0, best)
        best = block.rfind(b"\n", 0, quote) + 1
        if not best:
            break
    return end if len(block) < _LONGEST else len(block)
