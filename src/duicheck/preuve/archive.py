"""The zip of a proof pack: one shape only, so that the same files are always the same bytes.

Nothing is compressed. Deflate is a format, not an algorithm: zlib, zlib-ng (which CPython brings on Windows since
3.14) and their releases write different bytes for the same input, and a pack must not depend on who made it. It also
leaves a reader nothing to inflate: a pack cannot be a bomb. Written here byte by byte, because `zipfile` owes nobody
the same bytes from one release to the next.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from typing import Final

from duicheck.errors import UsageError

__all__ = ["CENTRAL", "END", "LARGEST", "LOCAL", "MOST", "write_zip"]

LARGEST: Final = 512 << 20
"""Bytes of the largest pack, written or read: it is held in memory, and a report is some megabytes."""

MOST: Final = 1000
"""Files of the fullest pack; a real one has some thirty."""

LOCAL: Final = struct.Struct("<4s5H3I2H")
"""Local header: signature, version, flags, method, time, date, crc, packed, size, name length, extra length."""

CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
"""Entry of the directory: signature, made by, then as LOCAL, comment length, disk, two attributes, offset."""

END: Final = struct.Struct("<4s4H2IH")
"""End of the directory: signature, two disks, two counts, size and offset of the directory, comment length."""

_VERSION: Final = 20  # of the format, which any program since 1993 reads
_UNIX: Final = 3  # whatever the system: permissions below are those of Unix
_MODE: Final = 0o100644 << 16  # a plain file that its owner writes and everybody reads
_DAY: Final = 1 << 5 | 1  # 1 January 1980, the first day that a zip can say: a pack has no clock


def write_zip(entries: Mapping[str, bytes]) -> bytes:
    """The archive of some files, by name; ASCII names, in their order.

    Raises:
        UsageError: more than a pack may hold.
    """
    size = sum(LOCAL.size + CENTRAL.size + 2 * len(name) + len(content) for name, content in entries.items())
    if len(entries) > MOST or size + END.size > LARGEST:
        message = (
            f"la preuve aurait {len(entries)} fichiers et {size >> 20} Mio ; "
            f"elle ne peut dépasser {MOST} fichiers ni {LARGEST >> 20} Mio"
        )
        raise UsageError(message)
    files: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name, content in sorted(entries.items()):
        label = name.encode("ascii")
        common = (_VERSION, 0, 0, 0, _DAY, zlib.crc32(content), len(content), len(content), len(label), 0)
        files += [LOCAL.pack(b"PK\3\4", *common), label, content]
        directory += [CENTRAL.pack(b"PK\1\2", _UNIX << 8 | _VERSION, *common, 0, 0, 0, _MODE, offset), label]
        offset += LOCAL.size + len(label) + len(content)
    listing = b"".join(directory)
    end = END.pack(b"PK\5\6", 0, 0, len(entries), len(entries), len(listing), offset, 0)
    return b"".join([*files, listing, end])
