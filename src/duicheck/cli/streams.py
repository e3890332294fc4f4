"""What the console can show: encodings, colours, width, and a reader that stops reading."""

from __future__ import annotations

import codecs
import errno
import io
import os
import shutil
import sys
import unicodedata
from typing import Final, TextIO

__all__ = ["colour", "is_terminal", "prepare", "put", "put_bytes", "silence", "warn", "width"]

_STAND_INS: Final = {
    "\u00a0": " ",
    "\u202f": " ",
    "«": '"',
    "»": '"',
    "’": "'",
    "–": "-",
    "—": "-",
    "─": "-",
    "━": "=",
    "→": ">",
    "…": ".",
    "°": "o",
    "≥": ">",
    "œ": "oe",
    "Œ": "OE",
    "€": "E",
    "×": "x",
    "›": ">",
}
"""One character for one wherever the report aligns columns."""


def prepare(*streams: TextIO | None) -> None:
    """Let no character stop the program, whatever the console's encoding (cp437, ASCII…).

    `streams`: those to prepare, by default stdout and stderr.
    """
    codecs.register_error("duicheck", _stand_in)
    for stream in streams or (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="duicheck")


def put(text: str) -> None:
    """Write to stdout. A reader that has gone (`| head`) is no error.

    Raises:
        OSError: the output cannot be written (disk full…).
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        _forgive(error)


def put_bytes(content: bytes) -> None:
    """Write bytes to stdout as they are: UTF-8 whatever the console, no translated line ends."""
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        put(content.decode("utf-8"))
        return
    try:
        sys.stdout.flush()
        buffer.write(content)
        buffer.flush()
    except OSError as error:
        _forgive(error)


def warn(text: str) -> None:
    """Write one line to stderr; nobody listening is no error."""
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except (OSError, AttributeError, ValueError):
        return  # no stderr (pythonw, closed): nobody can be told


def silence() -> None:
    """Send what is left of stdout nowhere, so that leaving the program cannot fail either."""
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = io.StringIO()
    finally:
        os.close(null)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person is looking at that stream."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def colour(stream: TextIO) -> bool:
    """Whether to write colours: NO_COLOR and FORCE_COLOR decide, else only on a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal(stream) and os.environ.get("TERM") != "dumb" and _understands_ansi()


def width() -> int:
    """Columns of the terminal, or of COLUMNS; 80 when nobody says."""
    return shutil.get_terminal_size((80, 24)).columns


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    """The error handler of the codecs: the nearest ASCII text."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(map(_ascii, text)), error.end


def _ascii(char: str) -> str:
    if char in _STAND_INS:
        return _STAND_INS[char]
    plain = "".join(part for part in unicodedata.normalize("NFKD", char) if part.isascii())
    return plain or "?"


def _forgive(error: OSError) -> None:
    """Pass over a reader that has gone; Windows says EINVAL where others say EPIPE."""
    if error.errno == errno.EPIPE or (sys.platform == "win32" and error.errno == errno.EINVAL):
        silence()
        return
    raise error


def _understands_ansi() -> bool:
    """Whether the console takes ANSI codes; a Windows console is asked to."""
    if sys.platform != "win32":
        return True
    import ctypes  # noqa: PLC0415

    kernel32 = ctypes.windll.kernel32
    handle = kernel32.GetStdHandle(-11)
    mode = ctypes.c_ulong()
    return bool(kernel32.GetConsoleMode(handle, ctypes.byref(mode)) and kernel32.SetConsoleMode(handle, mode.value | 4))
