"""DER, the little of it that a CMS signature needs: read with no latitude, so that a value has one encoding."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

__all__ = ["INTEGER", "NULL", "OCTETS", "OID", "SEQUENCE", "SET", "Malformed", "Node", "encode", "only", "read"]

INTEGER: Final = 0x02
OCTETS: Final = 0x04
NULL: Final = 0x05
OID: Final = 0x06
SEQUENCE: Final = 0x30
SET: Final = 0x31

_LONG: Final = 0x80  # from this length on, and as a flag: the length takes bytes of its own
_HIGH_TAG: Final = 0x1F
_CONSTRUCTED: Final = 0x20


class Malformed(Exception):  # noqa: N818 -- says what the bytes are
    """These bytes are not DER, or not of the shape that was asked for."""


class Node(Struct, frozen=True):
    """One value. `raw` is its whole encoding, `content` what it holds."""

    tag: int
    content: bytes
    raw: bytes

    def children(self) -> list[Node]:
        """The values inside a constructed one.

        Raises:
            Malformed: it is not constructed, or holds something else than whole values.
        """
        if not self.tag & _CONSTRUCTED:
            raise Malformed
        found = []
        at = 0
        while at < len(self.content):
            node = read(self.content[at:])
            found.append(node)
            at += len(node.raw)
        return found


def read(data: bytes) -> Node:
    """The first value of these bytes.

    Raises:
        Malformed: no whole value starts here, or its length is not written the shortest way.
    """
    if len(data) < 2 or data[0] & _HIGH_TAG == _HIGH_TAG:  # noqa: PLR2004 -- a tag and a length
        raise Malformed
    length, start = data[1], 2
    if length >= _LONG:
        start += length - _LONG
        digits = data[2:start]
        length = int.from_bytes(digits, "big")
        if len(digits) != start - 2 or length < _LONG or digits[0] == 0:
            raise Malformed
    end = start + length
    if end > len(data):
        raise Malformed
    return Node(data[0], data[start:end], data[:end])


def only(data: bytes, tag: int) -> Node:
    """The one value that these bytes are.

    Raises:
        Malformed: another tag, or something follows it.
    """
    node = read(data)
    if node.tag != tag or len(node.raw) != len(data):
        raise Malformed
    return node


def encode(tag: int, *parts: bytes) -> bytes:
    """The encoding of a value from that of its parts."""
    content = b"".join(parts)
    length = len(content)
    if length < _LONG:
        return bytes((tag, length)) + content
    digits = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG | len(digits))) + digits + content
